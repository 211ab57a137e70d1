// What the doctor finds between the settings and a first answer in Telegram, asked over the wire.
import { afterAll, afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { openDatabase } from "../../db/database.ts";
import { migrate } from "../../db/migrate.ts";
import { insertPerson } from "../../db/people.ts";
import { NOW } from "../db/test-database.ts";
import { cleanUp, privateFolder } from "../support/program.ts";
import { FakeTelegram } from "../support/telegram/fake-telegram.ts";
import { fault } from "../support/telegram/faults.ts";
import { codeHidden, type Environment, examined, KEY, TELEGRAM_TOKEN, without } from "./doctor-lines.ts";

const ADA = 1001;

let folder = "";
let telegram: FakeTelegram;
let ada: ReturnType<FakeTelegram["person"]>;
beforeEach(() => {
  folder = privateFolder();
  telegram = FakeTelegram.start({ token: TELEGRAM_TOKEN });
  ada = telegram.person({ id: ADA, firstName: "Ada" });
});
afterEach(async () => {
  expect(telegram.faults).toEqual([]);
  await telegram.stop();
});
afterAll(cleanUp);

const onTelegram = (more: Environment = {}): Environment => ({
  TELEGRAM_API_URL: telegram.apiRoot,
  TELEGRAM_BOT_TOKEN: TELEGRAM_TOKEN,
  TELEGRAM_ADMIN_IDS: String(ADA),
  TELEGRAM_CHAT_ID: String(ADA),
  APP_TOTP_KEY: KEY,
  ...more,
});

test("without a key for one-time codes it says how to make one", async () => {
  const environment = without(onTelegram(), "APP_TOTP_KEY");
  expect((await examined(folder, environment)).at(-1)).toMatch(
    /^note codes: no one-time codes.* → .*head -c 32 \/dev\/urandom \| base64 > \$APP_SECRETS_DIR\/APP_TOTP_KEY\)$/,
  );
});

test("with a token, an id and a chat nothing is missing, and nobody is written to", async () => {
  expect(await examined(folder, onTelegram())).toEqual([
    "ok telegram: the token is @countersign_bot's: https://t.me/countersign_bot",
    "ok telegram: long polling; no webhook is in its way",
    `ok telegram: admin ${ADA}: Ada`,
    `ok telegram: chat ${ADA}, “Ada”: the bot may write there`,
    "ok codes: one-time codes can be set up: /totp",
  ]);
  expect(telegram.messages(ADA)).toEqual([]);
});

test("it does not take the messages away from a bot that runs", async () => {
  await examined(folder, onTelegram());
  expect(telegram.pollCount).toBe(0);
  const changing = telegram.history.filter(({ method }) => /^(set|delete|send(?!ChatAction))/.test(method));
  expect(changing).toEqual([]);
});

test("a wrong token is named and nothing else is asked", async () => {
  const other = "123456:AAEwrongwrongwrongwrongwrongwrong00";
  const lines = await examined(folder, onTelegram({ TELEGRAM_BOT_TOKEN: other }));
  expect(lines.join("\n")).not.toContain(other);
  expect(lines[0]).toMatch(/^MEND telegram: Telegram does not know the token → .*@BotFather/);
  expect(lines).toHaveLength(2);
});

test.each<[string, (fake: FakeTelegram) => void, string]>([
  ["nobody listens", (fake) => fake.refuseConnections(), "Telegram cannot be asked: CODE"],
  [
    "it does not answer",
    (fake) => fake.fail("getMe", fault.hang()),
    "Telegram cannot be asked: no answer within 0.3 s",
  ],
  [
    "it has a fault of its own",
    (fake) => fake.fail("getMe", fault.server(502)),
    "Telegram cannot be asked: Bad Gateway",
  ],
  [
    "its answer is cut",
    (fake) => fake.fail("getMe", fault.malformed()),
    "Telegram cannot be asked: HTTP 200",
  ],
])("while %s it says so and how to go on", async (_case, trouble, detail) => {
  trouble(telegram);
  const [line = ""] = await examined(folder, onTelegram());
  expect(codeHidden(line)).toBe(
    `MEND telegram: ${detail} → check the network and TELEGRAM_API_URL, then ask again`,
  );
});

test("without admins it says how to find the own id, unless the database knows somebody", async () => {
  const environment = without(onTelegram(), "TELEGRAM_ADMIN_IDS");
  expect(await examined(folder, environment)).toContainEqual(
    "MEND telegram: nobody may command it → start the bot and write to @countersign_bot: it answers with your id for TELEGRAM_ADMIN_IDS; or /link it to an account of yours",
  );
  const database = openDatabase({ path: join(folder, "trading.db") });
  migrate(database, NOW, { auto: true });
  const account = { platform: "telegram", accountId: String(ADA) } as const;
  database.transact(NOW, (tx) =>
    insertPerson(tx, { label: "Ada", role: "admin", account }, { kind: "system", name: "test" }),
  );
  database.close();
  expect((await examined(folder, environment)).filter((line) => line.startsWith("MEND"))).toEqual([]);
});

test("an admin who never opened the bot is told where to press Start", async () => {
  telegram.person({ id: 1002, firstName: "Bob", hasStarted: false });
  expect(await examined(folder, onTelegram({ TELEGRAM_ADMIN_IDS: `${ADA},1002` }))).toContainEqual(
    "note telegram: admin 1002: has no chat with the bot yet → with that account open https://t.me/countersign_bot and press Start",
  );
});

test("a webhook of somebody else is named by its host alone, and what a start does with it", async () => {
  await fetch(
    `${telegram.apiRoot}/bot${TELEGRAM_TOKEN}/setWebhook?url=https://elsewhere.example/hidden-path`,
  );
  const taken = "whatever listens there gets nothing any more from the bot's next start on";
  const told = `note telegram: the bot's webhook is set to https://elsewhere.example → ${taken}`;
  expect(await examined(folder, onTelegram())).toContainEqual(told);
  const hook = {
    TELEGRAM_WEBHOOK_URL: "https://bot.example/hidden-path",
    TELEGRAM_WEBHOOK_SECRET_TOKEN: "x".repeat(32),
  };
  expect(await examined(folder, onTelegram(hook))).toContainEqual(told);
});

test("an own webhook that Telegram cannot deliver to is named with the reason and the port", async () => {
  const probe = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response("", { status: 500 }),
  });
  const hook = `http://127.0.0.1:${probe.port}/hidden-path`;
  const environment = onTelegram({
    TELEGRAM_WEBHOOK_URL: hook,
    TELEGRAM_WEBHOOK_PORT: String(probe.port),
    TELEGRAM_WEBHOOK_SECRET_TOKEN: "x".repeat(32),
  });
  expect(await examined(folder, environment)).toContainEqual(
    expect.stringContaining(`the next start sets the webhook http://127.0.0.1:${probe.port}`),
  );
  await fetch(`${telegram.apiRoot}/bot${TELEGRAM_TOKEN}/setWebhook?url=${hook}`);
  telegram.say(ada, ADA, "/status");
  await telegram.waitFor(() => telegram.webhookAttempts > 1);
  const lines = await examined(folder, environment);
  await probe.stop(true);
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^MEND telegram: 1 messages wait; Telegram could not deliver: Wrong response from the webhook: 500.* → is the bot running, and does the proxy hand http:\/\/127.0.0.1:\d+ to port \d+\?$/,
    ),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^MEND telegram: 127.0.0.1:\d+ is taken/));
});

test.each<[string, (fake: FakeTelegram) => string, RegExp]>([
  [
    "is not there",
    () => "-1009",
    /^MEND .*chat -1009 cannot be reached: Bad Request: chat not found → .*minus sign.*\/here/,
  ],
  [
    "threw the bot out",
    (fake) => {
      fake.supergroup({ id: -1001, title: "Desk" });
      fake.kickBot(-1001);
      return "-1001";
    },
    /^MEND .*chat -1001 cannot be reached: Forbidden: bot was kicked from the supergroup chat → .*add the bot/,
  ],
  [
    "lets the bot read alone",
    (fake) => {
      fake.supergroup({ id: -1001, title: "Desk" });
      fake.setMember(-1001, fake.me.id, "restricted");
      return "-1001";
    },
    /^MEND .*“Desk”: the bot may not write there: it is restricted → add the bot to the chat, and let it send/,
  ],
  [
    "has become a supergroup",
    (fake) => {
      fake.group({ id: -555, title: "Desk" });
      fake.migrate(-555, -1002);
      return "-555";
    },
    /^MEND .*chat -555 has become -1002 → set TELEGRAM_CHAT_ID to -1002$/,
  ],
  [
    "lacks the topic",
    (fake) => {
      fake.supergroup({ id: -1001, title: "Desk", isForum: true });
      return "-1001:7";
    },
    /^MEND .*“Desk” has no topic 7 → /,
  ],
  [
    "is of somebody who blocked the bot",
    (fake) => {
      fake.block(ADA);
      return String(ADA);
    },
    /^MEND .*chat 1001 cannot be reached: Forbidden: bot was blocked by the user → that person opens the bot/,
  ],
])("a chat that %s is named with what to do", async (_case, arrange, expected) => {
  const chat = arrange(telegram);
  expect(await examined(folder, onTelegram({ TELEGRAM_CHAT_ID: chat }))).toContainEqual(
    expect.stringMatching(expected),
  );
});

test("in a group it tells of privacy mode, and of topics that are there", async () => {
  telegram.supergroup({ id: -1001, title: "Desk", isForum: true });
  telegram.topic(-1001, 7);
  expect(await examined(folder, onTelegram({ TELEGRAM_CHAT_ID: "-1001:7" }))).toContainEqual(
    expect.stringMatching(
      /^note telegram: chat -1001, “Desk”: the bot may write there → privacy mode is off: .*\/setprivacy/,
    ),
  );
});

test("without a chat it says how one is enrolled", async () => {
  expect(await examined(folder, without(onTelegram(), "TELEGRAM_CHAT_ID"))).toContainEqual(
    "note telegram: no chat hears alerts and reports → an admin's /here in a chat enrols it; so does TELEGRAM_CHAT_ID",
  );
});
