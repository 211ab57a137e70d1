// Planted secrets, and everything that is written, shown or printed searched for them: they stay where they belong.

import { Database as Sqlite } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { Secret } from "otpauth";
import { FakeDiscord } from "../support/discord/fake-discord.ts";
import { freePort } from "../support/free-port.ts";
import { cleanUp, type Environment, privateFolder, runProgram, startProgram } from "../support/program.ts";
import { FakeTelegram } from "../support/telegram/fake-telegram.ts";
import { DISCORD_TOKEN, EVERYBODY, type House, openHouse, TELEGRAM_TOKEN } from "./support/house.ts";
import { enrol, linkAccounts, pressAround, revoke, talk, trouble } from "./support/secret-play.ts";
import { SecretSearch } from "./support/secret-search.ts";
import { SPEED } from "./support/surface.ts";

const TOTP_KEY = Uint8Array.from({ length: 32 }, (_, i) => (i * 73 + 41) % 256);
const HOOK_SECRET = "hook-SECRET_hook-SECRET_hook-91";
/** What every token of an interaction begins with on the fake Discord. */
const INTERACTION_TOKEN = "aW50ZXJhY3Rpb24";

afterAll(cleanUp);

function planted(): SecretSearch {
  const search = new SecretSearch();
  search.plant("the Telegram token", TELEGRAM_TOKEN);
  search.plant("the Telegram token's second half", TELEGRAM_TOKEN.split(":")[1]!);
  search.plant("the Discord token", DISCORD_TOKEN);
  search.plant("the webhook's secret", HOOK_SECRET);
  search.plant("an interaction's token", INTERACTION_TOKEN);
  search.plant("the key of one-time codes", TOTP_KEY);
  search.plant("the key of one-time codes in base64", TOTP_KEY.toBase64());
  search.plant("the key of one-time codes in hex", TOTP_KEY.toHex());
  return search;
}

describe("the search", () => {
  test("finds a secret that was let out in any of its forms", () => {
    const search = planted();
    for (const { form, secret, text } of search.forms) {
      const bytes = Buffer.from(text, "latin1");
      const said = `${secret} as ${form}`;
      expect(search.find(Buffer.concat([Buffer.from('{"note": "'), bytes, Buffer.from('"}')]))).toContain(
        said,
      );
      const half = bytes.length >> 1;
      const split = Buffer.concat([bytes.subarray(0, half), Buffer.from("\n"), bytes.subarray(half)]);
      expect(search.find(split)).toContain(said);
    }
    expect(search.find("nothing of it stands here: 7000000001, house, hook")).toEqual([]);
  });
});

describe("a day with everything in it", () => {
  let house: House;
  let search: SecretSearch;
  let folder = "";
  beforeAll(async () => {
    folder = privateFolder();
    search = planted();
    const port = await freePort();
    house = await openHouse({
      speed: SPEED,
      path: join(folder, "trading.db"),
      webhook: { publicUrl: `http://127.0.0.1:${port}/hook`, secret: HOOK_SECRET, port },
      environment: { APP_TOTP_KEY: TOTP_KEY.toBase64() },
    });
    for (const [platform, who] of [
      ["telegram", "admin"],
      ["discord", "operator"],
    ] as const) {
      const seed = await enrol(house, platform, who);
      search.plant(`the seed of the ${who}`, seed);
      search.plant(`the seed of the ${who} in bytes`, new Uint8Array(Secret.fromBase32(seed).buffer));
    }
    await linkAccounts(house);
    await talk(house);
    await pressAround(house);
    await trouble(house);
    await talk(house);
    await revoke(house);
  }, 60_000);
  afterAll(() => house.close());

  test("the day had everything in it", () => {
    const { discord, telegram, warnings, running } = house;
    expect(discord.interactions.length).toBeGreaterThan(60);
    for (const { facts } of discord.interactions) expect(facts.token).toStartWith(INTERACTION_TOKEN);
    expect(telegram.refusals.length).toBeGreaterThan(5);
    expect(warnings.length).toBeGreaterThan(5);
    expect(running.logged.length).toBeGreaterThan(0);
    expect(running.broken).toEqual([]);
  });

  test("no log line, warning or status holds one, however it is printed", () => {
    const { running, warnings } = house;
    const statuses = running.app.chat.platforms();
    for (const heap of [running.logged, running.app.log.tail(500), warnings, statuses]) {
      expect(search.find(JSON.stringify(heap))).toEqual([]);
      expect(search.find(inspect(heap, { depth: 20, showHidden: true }))).toEqual([]);
    }
  });

  test("nobody reads one on any screen, /health, /logs and /events among what is there", () => {
    const { discord, discordPeople, discordPlace, telegram, telegramPlace, terminal } = house;
    const places = ["private", "desk", "lobby"] as const;
    const screens = EVERYBODY.flatMap((who) => [
      ...places.map((place) => telegram.messages(telegramPlace(place, who))),
      ...places.map((place) => discord.messages(discordPlace(place, who).id)),
      discord.ephemeral(discordPeople[who].id),
    ]);
    const all = JSON.stringify(screens);
    for (const word of ["One-time codes are set up", "log lines", "Events: security", "Memory"])
      expect(all).toContain(word);
    expect(search.find(all)).toEqual([]);
    for (const word of ["Memory", "log lines", "Events: security"]) expect(terminal.printed).toContain(word);
    expect(search.find(terminal.printed)).toEqual([]);
  });

  test("one that is let into the log and the database on purpose is found there", () => {
    const canary = new SecretSearch();
    canary.plant("the canary", "CANARY:let/out+on purpose?");
    const { database, log } = house.running.app;
    for (const { text } of canary.forms) {
      log.info(text);
      database.transact(house.people.now(), (tx) =>
        tx.audit({
          ...{ category: "chat", type: "canary", summary: "It sings.", facts: { text } },
          actor: { kind: "system", name: "test" },
        }),
      );
    }
    const every = canary.forms.map(({ form, secret }) => `${secret} as ${form}`);
    expect(canary.find(JSON.stringify(log.tail(500)))).toEqual(every);
    const stored = ["trading.db", "trading.db-wal"].map((name) => readFileSync(join(folder, name)));
    expect(canary.find(Buffer.concat(stored))).toEqual(every);
  });

  test("no byte of the database, of its log or of a copy holds one", () => {
    const { database } = house.running.app;
    const [main, copy] = ["trading.db", "copy.db"].map((name) => join(folder, name)) as [string, string];
    database.copyTo(copy);
    const files = [main, `${main}-wal`, copy];
    for (const file of files) expect(statSync(file).size).toBeGreaterThan(10_000);
    for (const file of files) expect([file, search.find(readFileSync(file))]).toEqual([file, []]);
  });
});

describe("the program as a process of its own", () => {
  const search = planted();
  let folder = "";
  let telegram: FakeTelegram;
  let discord: FakeDiscord;
  let usual: Environment = {};
  beforeAll(async () => {
    folder = privateFolder();
    telegram = FakeTelegram.start({ token: TELEGRAM_TOKEN });
    discord = FakeDiscord.start({ token: DISCORD_TOKEN });
    telegram.person({ id: 1001, firstName: "Ada" });
    const simulator = startProgram(["simulator", "--port", "0", "--seed", "11"], {}, folder);
    const [, url, wsUrl] = await simulator.waitFor(/on (http:\S+) and (ws:\S+),/);
    usual = {
      ...{ BINANCE_MARKET_DATA_BASE_URL: url!, BINANCE_STREAM_BASE_URL: wsUrl! },
      ...{ WEB_ENABLED: "false", APP_LOG_LEVEL: "debug", APP_TOTP_KEY: TOTP_KEY.toHex() },
      ...{
        TELEGRAM_BOT_TOKEN: TELEGRAM_TOKEN,
        TELEGRAM_API_URL: telegram.apiRoot,
        TELEGRAM_ADMIN_IDS: "1001",
      },
      ...{ DISCORD_BOT_TOKEN: DISCORD_TOKEN, DISCORD_API_URL: discord.api },
      ...{ DISCORD_ADMIN_IDS: "100000000000001001" },
    };
  }, 30_000);
  afterAll(async () => {
    await telegram.stop();
    await discord.stop();
  });

  const ada = { id: 1001, is_bot: false, first_name: "Ada" };
  const pathOf = (name: string): string => join(folder, name, "trading.db");

  test.each(["lines", "json"] as const)(
    "tells none in its log of %s, whatever happens to both platforms, nor when it dies of a broken database",
    async (format) => {
      const environment = { ...usual, APP_LOG_FORMAT: format, DB_PATH: pathOf(format) };
      const bot = startProgram(["start"], environment, folder);
      await bot.waitFor(/Countersign is up on paper/, 30_000);
      await discord.connected();
      await discord.waitFor(() => discord.commands().length > 0);
      telegram.fail("sendMessage", { kind: "reset", hasEffect: true });
      telegram.say(ada, 1001, "/logs 100");
      telegram.fail("answerCallbackQuery", { kind: "malformed", hasEffect: false });
      telegram.press(ada, 1001, 1, "b1.1.0.0123456789abcdef");
      discord.fail("POST /interactions/*/*/callback", { kind: "reset" });
      const channel = discord.directChannel(discord.person({ id: "100000000000001001", username: "ada" }));
      discord
        .command(channel.recipient!, channel, "health")
        .acknowledged(50)
        .catch(() => {});
      await bot.waitFor(/acknowledging a press failed/);
      await bot.waitFor(/An interaction could not be acknowledged/);
      const sqlite = new Sqlite(pathOf(format));
      sqlite.run("PRAGMA busy_timeout = 5000");
      sqlite.run("DELETE FROM system_state");
      sqlite.close();
      telegram.say(ada, 1001, "/status");
      const { code } = await bot.ended(20_000);
      expect(code).toBe(1);
      expect(bot.output).toContain("The database holds no system state.");
      expect(search.find(bot.output)).toEqual([]);
      expect(search.find(readFileSync(pathOf(format)))).toEqual([]);
    },
    60_000,
  );

  test("tells none when it is given wrong ones, or starts on a damaged database", async () => {
    const wrong = { TELEGRAM_BOT_TOKEN: `${TELEGRAM_TOKEN}x`, DISCORD_BOT_TOKEN: `${DISCORD_TOKEN}x` };
    const bot = startProgram(["start"], { ...usual, ...wrong, DB_PATH: pathOf("wrong") }, folder);
    await bot.waitFor(/does not know the bot token/, 30_000);
    await bot.waitFor(/refuses the bot's token/);
    bot.signal("SIGTERM");
    expect((await bot.ended(20_000)).code).toBe(0);
    expect(search.find(bot.output)).toEqual([]);

    const bytes = readFileSync(pathOf("wrong"));
    writeFileSync(pathOf("wrong"), bytes.fill(0xa5, 4_096));
    const damaged = await runProgram(["start"], { ...usual, DB_PATH: pathOf("wrong") }, folder);
    expect(damaged.code).not.toBe(0);
    expect(damaged.stderr).not.toBe("");
    expect(search.find(damaged.stdout + damaged.stderr)).toEqual([]);
  }, 60_000);

  test("tells none when it is examined, well or not, nor in what it says of wrong settings", async () => {
    const run = (more: Environment) =>
      runProgram(["doctor"], { ...usual, DB_PATH: pathOf("new"), ...more }, folder);
    const runs = [
      await run({}),
      await run({ TELEGRAM_BOT_TOKEN: `${TELEGRAM_TOKEN}x`, DISCORD_BOT_TOKEN: `${DISCORD_TOKEN}x` }),
      await run({
        TELEGRAM_BOT_TOKEN: `${TELEGRAM_TOKEN} x`,
        APP_TOTP_KEY: `${TOTP_KEY.toHex()}0`,
        DISCORD_BOT_TOKEN: `${DISCORD_TOKEN}!`,
      }),
    ];
    for (const { stdout } of runs) expect(stdout).toContain("runtime");
    for (const { stderr, stdout } of runs) expect(search.find(stdout + stderr)).toEqual([]);
  }, 60_000);
});
