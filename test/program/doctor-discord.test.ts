// What the doctor finds between the settings and a first answer in Discord, asked over the wire.
import { afterAll, afterEach, beforeEach, expect, test } from "bun:test";
import { FakeDiscord } from "../support/discord/fake-discord.ts";
import { cleanUp, privateFolder } from "../support/program.ts";
import { codeHidden, DISCORD_TOKEN, type Environment, examined, KEY, without } from "./doctor-lines.ts";

const SERVER = "700000000000000001";
const CHANNEL = "700000000000000002";

let folder = "";
let discord: FakeDiscord;
beforeEach(() => {
  folder = privateFolder();
  discord = FakeDiscord.start({ token: DISCORD_TOKEN });
});
afterEach(async () => {
  expect(discord.faults).toEqual([]);
  discord.heal();
  await discord.stop();
});
afterAll(cleanUp);

const onDiscord = (more: Environment = {}): Environment => ({
  DISCORD_API_URL: discord.api,
  DISCORD_BOT_TOKEN: DISCORD_TOKEN,
  DISCORD_ADMIN_IDS: discord.person({ username: "ada" }).id,
  APP_TOTP_KEY: KEY,
  ...more,
});

const enrolled = (): Environment => {
  discord.channel(discord.guild({ id: SERVER, name: "Desk" }), "bot", CHANNEL);
  return onDiscord({ DISCORD_GUILD_ID: SERVER, DISCORD_CHANNEL_ID: CHANNEL });
};

test("with a token, an id and a channel nothing is missing; the link invites with what cards need", async () => {
  const environment = enrolled();
  const id = discord.world.bot.id;
  expect(await examined(folder, environment)).toEqual([
    `ok discord: the token is countersign's, application ${id}; it needs no privileged intent`,
    `ok discord: invite it to a server: https://discord.com/oauth2/authorize?client_id=${id}&scope=bot+applications.commands&permissions=274878024704`,
    `ok discord: server ${SERVER}: the bot is there, and its commands show at once`,
    `ok discord: admin ${environment["DISCORD_ADMIN_IDS"]}: ada`,
    `ok discord: channel ${CHANNEL}, #bot: the bot may write there`,
    "ok codes: one-time codes can be set up: /totp",
  ]);
  expect(discord.messages(CHANNEL)).toEqual([]);
  expect(discord.registrations).toEqual([]);
});

test("a wrong token is named and nothing else is asked", async () => {
  const environment = enrolled();
  discord.token = "another";
  expect(await examined(folder, environment)).toEqual([
    expect.stringMatching(
      /^MEND discord: Discord does not know the token → .*Reset Token.*DISCORD_BOT_TOKEN$/,
    ),
    expect.stringMatching(/^ok codes/),
  ]);
});

test.each<[string, (fake: FakeDiscord) => unknown, string]>([
  ["nobody listens", (fake) => fake.refuseConnections(), "CODE"],
  ["it does not answer", (fake) => fake.fail("GET /users/@me", { kind: "hang" }), "no answer within 0.3 s"],
  [
    "it has a fault of its own",
    (fake) => fake.fail("GET /users/@me", { kind: "status", status: 503 }),
    "503: planned by the test",
  ],
  ["its answer is cut", (fake) => fake.fail("GET /users/@me", { kind: "malformed" }), "HTTP 200"],
])("while %s it says so and how to go on", async (_case, trouble, words) => {
  const environment = enrolled();
  await trouble(discord);
  const [line = ""] = await examined(folder, environment);
  expect(codeHidden(line)).toBe(
    `MEND discord: Discord cannot be asked: ${words} → check the network and DISCORD_API_URL, then ask again`,
  );
});

test("an admin whom Discord does not know, and no admin at all", async () => {
  expect(await examined(folder, onDiscord({ DISCORD_ADMIN_IDS: SERVER }))).toContainEqual(
    `MEND discord: admin ${SERVER}: Unknown User → switch on Developer Mode, right-click the person, Copy User ID`,
  );
  expect(await examined(folder, without(onDiscord(), "DISCORD_ADMIN_IDS"))).toContainEqual(
    expect.stringMatching(/^MEND discord: nobody may command it → start the bot and send it \/start/),
  );
});

test.each<[string, (fake: FakeDiscord) => unknown, RegExp]>([
  [
    "the bot was thrown out",
    (fake) => fake.kickBot(fake.world.guilds.get(SERVER)!),
    /server \d+: the bot is not there → open the invite link/,
  ],
  [
    "the channel is gone",
    (fake) => fake.deleteChannel(fake.world.channels.get(CHANNEL)!),
    /there is no channel \d+ → .*Copy Channel ID/,
  ],
  [
    "the channel is closed to the bot",
    (fake) => {
      fake.world.channels.get(CHANNEL)!.hasAccess = false;
    },
    /channel \d+ cannot be seen: Missing Access → open the invite link .* View Channel, Send Messages/,
  ],
  [
    "the bot may not write",
    (fake) =>
      fake.fail("POST /channels/*/typing", {
        kind: "status",
        status: 403,
        code: 50013,
        message: "Missing Permissions",
      }),
    /channel \d+, #bot: the bot may not write there: Missing Permissions → /,
  ],
])("when %s it says what to do", async (_case, arrange, expected) => {
  const environment = enrolled();
  await arrange(discord);
  expect((await examined(folder, environment)).filter((line) => line.startsWith("MEND"))).toContainEqual(
    expect.stringMatching(expected),
  );
});

test("a channel of another server is named, and without one how it is enrolled", async () => {
  const environment = enrolled();
  const other = discord.guild({ name: "Other" });
  expect(await examined(folder, { ...environment, DISCORD_GUILD_ID: other.id })).toContainEqual(
    `MEND discord: channel ${CHANNEL}, #bot is not on the server ${other.id} → DISCORD_CHANNEL_ID and DISCORD_GUILD_ID must belong together`,
  );
  expect(await examined(folder, without(environment, "DISCORD_CHANNEL_ID"))).toContainEqual(
    expect.stringMatching(/^note discord: no channel hears alerts and reports → an admin's \/here/),
  );
});
