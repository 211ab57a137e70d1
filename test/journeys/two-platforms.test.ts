// One bot, two phones: what is done on one platform is heard on the other, and a person linked on both is one person.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { SystemClock } from "../../src/clock.ts";
import { createDiscord } from "../../src/platforms/discord/discord.ts";
import { createTelegram } from "../../src/platforms/telegram/telegram.ts";
import { FakeDiscord } from "../support/discord/fake-discord.ts";
import { openReplayedApp, type ReplayedApp } from "../support/replayed-app.ts";
import { FakeTelegram } from "../support/telegram/fake-telegram.ts";
import { SPEED, untilQuiet } from "./support/surface.ts";

const TELEGRAM_TOKEN = "7000000002:AAtwoplatformstwoplatforms";
const DISCORD_TOKEN = "twoplatforms.twoplatforms.twoplatforms";
const ADA = 1001;
const GROUP = -1001234567890;

const people = new SystemClock({ speed: SPEED });
const telegram = FakeTelegram.start({ token: TELEGRAM_TOKEN, clock: people, speed: SPEED });
const discord = FakeDiscord.start({ token: DISCORD_TOKEN, clock: people, speed: SPEED });
discord.desk.acknowledgeWithinMs = 3_000 * SPEED;
const ada = telegram.person({ id: ADA, firstName: "Ada" });
telegram.supergroup({ id: GROUP, title: "Trading", members: [ada] });
const adaThere = discord.person({ username: "ada" });
const guild = discord.guild({ name: "Trading" });
const channel = discord.channel(guild, "bot");
let running: ReplayedApp;

beforeAll(async () => {
  running = await openReplayedApp({
    peopleClock: people,
    platforms: () => [
      createTelegram({ token: TELEGRAM_TOKEN, apiRoot: telegram.apiRoot, clock: people, warn: () => {} }),
      createDiscord({
        ...{ token: DISCORD_TOKEN, apiUrl: discord.api, guildId: guild.id, clock: people, warn: () => {} },
      }),
    ],
    environment: {
      TELEGRAM_ADMIN_IDS: String(ADA),
      TELEGRAM_CHAT_ID: String(GROUP),
      DISCORD_CHANNEL_ID: channel.id,
    },
  });
  await running.app.start();
  while (running.app.scheduler.isRunning("data_sync")) await Bun.sleep(1);
  await discord.waitFor(() => discord.commands(guild.id).length > 0 && discord.commands().length > 0);
});
afterAll(async () => {
  await running.app.stop();
  await telegram.stop();
  await discord.stop();
});

const groupWords = (): string =>
  telegram
    .messages(GROUP)
    .map(({ text }) => text)
    .join("\n");
const channelWords = (): string =>
  discord
    .messages(channel.id)
    .flatMap(({ embeds }) =>
      embeds.map(({ title, description, footer }) => `${title} ${description} ${footer?.text}`),
    )
    .join("\n");

async function says(line: string): Promise<string> {
  const { messageId, updateId } = telegram.say(ada, ADA, line);
  await telegram.confirmed(updateId);
  await untilQuiet(running);
  return telegram
    .messages(ADA)
    .filter(({ id, isFromBot }) => isFromBot && id > messageId)
    .map(({ text }) => text)
    .join("\n");
}

test("one bot on two phones", async () => {
  // What is done in a private chat of one platform is told in the enrolled chats of both.
  await says("/resume good morning");
  expect(groupWords()).toContain("good morning");
  expect(channelWords()).toContain("good morning");

  // A person known on one platform becomes themselves on the other by a code, and everybody hears of it.
  const stranger = discord.command(adaThere, discord.directChannel(adaThere), "status", {});
  expect((await stranger.response()).embeds[0]?.description).toContain("known people only");
  const offered = await says("/link");
  const [code] = /[0-9A-Z]{5}-[0-9A-Z]{5}/.exec(offered) ?? [];
  const linking = discord.command(adaThere, discord.directChannel(adaThere), "link", { code: code! });
  expect((await linking.response()).embeds[0]?.title).toContain("here now");
  await untilQuiet(running);
  expect(groupWords()).toContain(adaThere.id);
  expect(running.app.capabilities.people.byAccount("discord", adaThere.id)).toMatchObject({ role: "admin" });
  expect(running.app.capabilities.people.list()).toHaveLength(1);

  // A pause pressed on one is a pause read on the other.
  const status = discord.command(adaThere, channel, "status", {});
  const shown = await status.response();
  const pause = shown.buttons.flat().find(({ label }) => label === "Pause");
  await discord.press(adaThere, channel, shown.id, pause!.customId!).acknowledged();
  await untilQuiet(running);
  expect(running.app.capabilities.state.current().state).toBe("PAUSED");
  expect(groupWords()).toMatch(/PAUSED\n.*Before +RUNNING/);
  // In the channel the answer to the press says it already.
  expect(channelWords()).not.toMatch(/Before\W+RUNNING/);
  expect(await says("/status")).toContain("PAUSED");

  // An emergency stop wakes both, and whoever acknowledges it on one has done so on the other.
  await says("/resume");
  const other = discord.command(adaThere, channel, "stop", { reason: "this looks wrong" });
  await other.response();
  await untilQuiet(running);
  expect(groupWords()).toMatch(/CRITICAL[\s\S]*this looks wrong/);
  expect(groupWords()).toMatch(/Acknowledged by .*Discord/);
  expect(channelWords()).toMatch(/Acknowledged by .*Discord/);

  // Neither platform was sent anything it would refuse, nor too fast.
  expect(telegram.faults).toEqual([]);
  expect(discord.faults).toEqual([]);
  expect([telegram.count429, discord.count429]).toEqual([0, 0]);
}, 30_000);
