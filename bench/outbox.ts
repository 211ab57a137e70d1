/**
 * Messages that wait, sent by the real outbox and the real platforms over the wire as fast as the platform allows and no
 * faster: how long they take against how long they must, and how often the platform said "too many requests". People's
 * clock and the platform's are the same one, and run fast for Telegram. Prints a table and a JSON line.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "../db/database.ts";
import { countDeliveries } from "../db/deliveries.ts";
import { migrate } from "../db/migrate.ts";
import { card, text } from "../src/chat/message.ts";
import { Outbox } from "../src/chat/outbox.ts";
import type { Pace, Platform } from "../src/chat/platform.ts";
import { sendLater } from "../src/chat/stored-card.ts";
import { SystemClock } from "../src/clock.ts";
import { createDiscord } from "../src/platforms/discord/discord.ts";
import { createTelegram } from "../src/platforms/telegram/telegram.ts";
import { FakeDiscord } from "../test/support/discord/fake-discord.ts";
import { FakeTelegram } from "../test/support/telegram/fake-telegram.ts";
import { machine, metWord, printTable, rounded } from "./figures.ts";

const GOAL = 1.05;
/** Several times what the slowest needs: a queue that hangs ends the bench with an error. */
const PATIENCE = 4;
const TELEGRAM_TOKEN = "7000000001:AAbenchbenchbenchbenchbenchbench";
const DISCORD_TOKEN = "benchbenchbenchbench.bench.benchbenchbenchbenchbench";

interface Queue {
  readonly what: string;
  readonly platform: "telegram" | "discord";
  readonly chats: number;
  readonly messages: number;
  readonly areGroups?: boolean;
  /** How many times faster than real time. */
  readonly speed: number;
}

const QUEUES: readonly Queue[] = [
  { what: "telegram: 60 to a person", platform: "telegram", chats: 1, messages: 60, speed: 10 },
  {
    what: "telegram: 60 to a group",
    platform: "telegram",
    chats: 1,
    messages: 60,
    areGroups: true,
    speed: 20,
  },
  { what: "telegram: 1,000 to 20 people", platform: "telegram", chats: 20, messages: 1_000, speed: 3 },
  { what: "telegram: 1,000 to 40 people", platform: "telegram", chats: 40, messages: 1_000, speed: 3 },
  { what: "discord: 60 to a channel", platform: "discord", chats: 1, messages: 60, speed: 1 },
  { what: "discord: 1,000 to 20 channels", platform: "discord", chats: 20, messages: 1_000, speed: 1 },
];

/** A platform on the wire: the chats to write to, and when and how often it was written to. */
interface Wire {
  readonly platform: Platform;
  readonly chatIds: readonly string[];
  /** By the platform's clock, first and last. */
  arrivals(): { readonly firstAt: number; readonly lastAt: number; readonly count: number };
  count429(): number;
  stop(): Promise<void>;
}

function telegramWire({ chats, areGroups = false, speed }: Queue, clock: SystemClock): Wire {
  const fake = FakeTelegram.start({ token: TELEGRAM_TOKEN, clock, speed });
  const ids = Array.from({ length: chats }, (_, index) => (areGroups ? -1 - index : 1 + index));
  for (const id of ids) {
    if (areGroups) fake.group({ id, title: `Group ${-id}` });
    else fake.person({ id, firstName: `Person ${id}` });
  }
  return {
    platform: createTelegram({ token: TELEGRAM_TOKEN, apiRoot: fake.apiRoot, clock, warn: () => {} }),
    chatIds: ids.map(String),
    arrivals() {
      const calls = fake.calls("sendMessage");
      return { firstAt: calls[0]!.at, lastAt: calls.at(-1)!.at, count: calls.length };
    },
    count429: () => fake.count429,
    stop: () => fake.stop(),
  };
}

function discordWire({ chats, speed }: Queue, clock: SystemClock): Wire {
  const fake = FakeDiscord.start({ token: DISCORD_TOKEN, clock, speed });
  const guild = fake.guild({ name: "Desk" });
  const channels = Array.from({ length: chats }, (_, index) => fake.channel(guild, `channel-${index}`));
  const discord = createDiscord({
    ...{ token: DISCORD_TOKEN, apiUrl: fake.api, guildId: null, clock, warn: () => {} },
  });
  return {
    platform: discord,
    chatIds: channels.map(({ id }) => id),
    arrivals() {
      const posts = fake.history.filter(({ method }) => method === "POST");
      return { firstAt: posts[0]!.at, lastAt: posts.at(-1)!.at, count: posts.length };
    },
    count429: () => fake.count429,
    stop: () => fake.stop(),
  };
}

/** The time from the first message to the last that the paces themselves ask for, with nothing else taking any. */
function allowedMs(
  { chats, messages, platform }: Queue,
  { pace }: Platform,
  chatIds: readonly string[],
): number {
  const perChat = pace.perChat({ platform, chatId: chatIds[0]!, threadId: "" });
  return Math.max(spanMs(messages / chats, perChat), spanMs(messages, pace.overall));
}

function spanMs(messages: number, paces: readonly Pace[]): number {
  const sentAt: number[] = [];
  for (let index = 0; index < messages; index++)
    sentAt.push(Math.max(0, ...paces.map(({ count, perMs }) => (sentAt.at(-count) ?? -perMs) + perMs)));
  return sentAt.at(-1)!;
}

function fill(database: Database, queue: Queue, chatIds: readonly string[], now: number): void {
  database.transact(now, (tx) => {
    for (let index = 0; index < queue.messages; index++) {
      const chatId = chatIds[index % chatIds.length]!;
      sendLater(tx, {
        chat: { platform: queue.platform, chatId, threadId: "" },
        card: card({ title: "Order filled", body: [text(`Message ${index + 1} of ${queue.messages}.`)] }),
        nonce: String(index).padStart(8, "0"),
        dueAt: now,
      });
    }
  });
}

async function drain(queue: Queue) {
  const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const clock = new SystemClock({ speed: queue.speed });
  const database = openDatabase({ path: join(folder, "outbox.db") });
  migrate(database, clock.now(), { auto: true });
  const wire = queue.platform === "telegram" ? telegramWire(queue, clock) : discordWire(queue, clock);
  const outbox = new Outbox({
    ...{ database, clock, platforms: [wire.platform], onReach: () => {} },
    paint: async () => null,
    seedBlocks: () => [],
    report: (error) => console.error(error),
  });
  try {
    const allowed = allowedMs(queue, wire.platform, wire.chatIds);
    fill(database, queue, wire.chatIds, clock.now());
    const until = performance.now() + (PATIENCE * allowed) / queue.speed;
    outbox.wake();
    while (database.read((reader) => countDeliveries(reader).due) > 0) {
      if (performance.now() > until) throw new Error(`${queue.what}: the queue did not drain`);
      await Bun.sleep(20);
    }
    const { count, firstAt, lastAt } = wire.arrivals();
    if (count !== queue.messages) throw new Error(`${queue.what}: ${count} messages came`);
    const taken = lastAt - firstAt;
    const [allowedS, takenS] = [rounded(allowed / 1000, 1), rounded(taken / 1000, 1)];
    return { ...queue, allowedS, takenS, ratio: rounded(taken / allowed, 3), count429: wire.count429() };
  } finally {
    await outbox.close();
    await wire.platform.close();
    await wire.stop();
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Telegram's one after the other, Discord's beside them: discord.js counts real seconds of its own, so that these take their time. */
async function inTurn(queues: readonly Queue[]) {
  const drained = [];
  for (const queue of queues) drained.push(await drain(queue));
  return drained;
}
const ofTelegram = QUEUES.filter(({ platform }) => platform === "telegram");
const ofDiscord = QUEUES.filter(({ platform }) => platform === "discord");
const rows = (await Promise.all([inTurn(ofTelegram), ...ofDiscord.map((queue) => inTurn([queue]))])).flat();

console.log(
  `Outbox over the wire at the platform's pace; goal: within 5 % of the allowed time, not one 429\n${machine()}\n`,
);
printTable([
  ["queue", "clock", "allowed s", "taken s", "ratio", "429", "met"],
  ...rows.map(({ what, speed, allowedS, takenS, ratio, count429 }) => [
    what,
    `${speed} ×`,
    allowedS.toFixed(1),
    takenS.toFixed(1),
    ratio.toFixed(3),
    String(count429),
    metWord(ratio <= GOAL && count429 === 0),
  ]),
]);
console.log(`\n${JSON.stringify({ bench: "outbox", goal: GOAL, rows })}`);
