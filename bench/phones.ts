/**
 * A trading program of its own process and the people who use it, in this one: the fake Telegram and the fake Discord,
 * with the same number of seats each. A seat is one person in a private chat with the bot.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeDiscord } from "../test/support/discord/fake-discord.ts";
import { FakeTelegram } from "../test/support/telegram/fake-telegram.ts";
import type { Told } from "./trading-program.ts";

const TELEGRAM_TOKEN = "7000000001:AAbenchbenchbenchbenchbenchbench";
const DISCORD_TOKEN = "benchbenchbenchbench.bench.benchbenchbenchbenchbench";
const PATIENCE_MS = 15_000;
const PROGRAM = join(import.meta.dir, "trading-program.ts");

export interface Phones {
  readonly name: "telegram" | "discord";
  /** Presses the button on the seat's card; ms from the press on the wire to its acknowledgement. */
  press(seat: number): Promise<number>;
  /** Sends a command; ms to the answer on the screen, and to its acknowledgement where the platform has one. */
  ask(
    seat: number,
    command: string,
  ): Promise<{ readonly answerMs: number; readonly acknowledgedMs?: number }>;
  /** Asks for a chart; ms to the picture on the screen. */
  chart(seat: number): Promise<number>;
  /** What the platform found wrong with what it was sent. */
  faults(): readonly string[];
}

export interface Floor {
  readonly telegram: Phones;
  readonly discord: Phones;
  /** Ends the program; what it did. */
  end(): Promise<Told>;
}

export interface FloorOptions {
  readonly seats: number;
  readonly candlesPerSecond: number;
}

const BUTTON = "Refresh";
const CARD = "status";

/** Every seat has the status card before it when it resolves. */
export async function openFloor({ seats, candlesPerSecond }: FloorOptions): Promise<Floor> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const telegram = FakeTelegram.start({ token: TELEGRAM_TOKEN });
  const discord = FakeDiscord.start({ token: DISCORD_TOKEN });
  const telegramIds = Array.from({ length: seats }, (_, seat) => 1_001 + seat);
  const discordIds = Array.from({ length: seats }, (_, seat) =>
    String(100_000_000_000_001_001n + BigInt(seat)),
  );
  const child = Bun.spawn([process.execPath, "--no-env-file", PROGRAM], {
    env: {
      ...{ PATH: process.env["PATH"] ?? "", HOME: folder, CANDLES_PER_SECOND: String(candlesPerSecond) },
      DB_PATH: join(folder, "trading.db"),
      PAPER_FILL_MODEL: "slippage",
      TRADING_EXIT_TIMEFRAME: "1h",
      TRADING_ACTIVE_STRATEGY: "mean_reversion",
      TELEGRAM_BOT_TOKEN: TELEGRAM_TOKEN,
      TELEGRAM_API_URL: telegram.apiRoot,
      TELEGRAM_ADMIN_IDS: telegramIds.join(","),
      DISCORD_BOT_TOKEN: DISCORD_TOKEN,
      DISCORD_API_URL: discord.api,
      DISCORD_ADMIN_IDS: discordIds.join(","),
    },
    ...{ stdin: "pipe", stdout: "pipe", stderr: "inherit" },
  });
  const output = linesOf(child.stdout);
  const close = async (): Promise<void> => {
    child.kill("SIGKILL");
    await child.exited;
    await telegram.stop();
    await discord.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const people = telegramPhones(telegram, telegramIds);
    if ((await output.next()).value !== "ready") throw new Error("the program did not start");
    await discord.connected(PATIENCE_MS);
    await discord.waitFor(() => discord.commands().length > 0, PATIENCE_MS);
    const others = discordPhones(discord, discordIds);
    for (let seat = 0; seat < seats; seat++) {
      await Promise.all([people.ask(seat, CARD), others.ask(seat, CARD)]);
    }
    return {
      telegram: people,
      discord: others,
      async end() {
        try {
          void child.stdin.end();
          const told = JSON.parse((await output.next()).value ?? "null") as Told;
          await Promise.race([child.exited, Bun.sleep(PATIENCE_MS)]);
          return told;
        } finally {
          await close();
        }
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function telegramPhones(fake: FakeTelegram, ids: readonly number[]): Phones {
  const people = ids.map((id) => fake.person({ id, firstName: `Person ${id}` }));
  /** The message that holds each seat's card. */
  const cards: number[] = [];
  const say = async (seat: number, line: string) => {
    const person = people[seat]!;
    const from = performance.now();
    const { messageId } = fake.say(person, person.id, line);
    const { id } = await fake.nextMessage(person.id, messageId, PATIENCE_MS);
    return { id, ms: performance.now() - from };
  };
  return {
    name: "telegram",
    async press(seat) {
      const person = people[seat]!;
      const from = performance.now();
      await fake.answerTo(fake.tap(person, person.id, cards[seat]!, BUTTON), PATIENCE_MS);
      return performance.now() - from;
    },
    async ask(seat, command) {
      const { id, ms } = await say(seat, `/${command}`);
      if (command === CARD) cards[seat] ??= id;
      return { answerMs: ms };
    },
    async chart(seat) {
      const { id, ms } = await say(seat, "/chart 1h 96");
      const { photo } = fake.message(people[seat]!.id, id);
      if (photo === undefined) throw new Error("the chart came without a picture");
      return ms;
    },
    faults: () => [...fake.faults, ...tooFast("telegram", fake.count429)],
  };
}

function discordPhones(fake: FakeDiscord, ids: readonly string[]): Phones {
  const people = ids.map((id) => fake.person({ id, username: `person-${id.slice(-4)}` }));
  const channels = people.map((person) => fake.directChannel(person));
  const cards: { readonly id: string }[] = [];
  const command = async (seat: number, name: string, options: Record<string, string> = {}) => {
    const from = performance.now();
    const interaction = fake.command(people[seat]!, channels[seat]!, name, options);
    await interaction.acknowledged(PATIENCE_MS);
    const acknowledgedMs = performance.now() - from;
    const message = await interaction.response(PATIENCE_MS);
    return { message, acknowledgedMs, answerMs: performance.now() - from };
  };
  return {
    name: "discord",
    async press(seat) {
      const channel = channels[seat]!;
      const shown = fake.messages(channel.id).find(({ id }) => id === cards[seat]!.id);
      const button = shown?.buttons.flat().find(({ label }) => label === BUTTON);
      const from = performance.now();
      await fake.press(people[seat]!, channel, shown!.id, button!.customId!).acknowledged(PATIENCE_MS);
      return performance.now() - from;
    },
    async ask(seat, name) {
      const { message, answerMs, acknowledgedMs } = await command(seat, name);
      if (name === CARD) cards[seat] ??= message;
      return { answerMs, acknowledgedMs };
    },
    async chart(seat) {
      const { message, answerMs } = await command(seat, "chart", { timeframe: "1h", candles: "96" });
      if (message.attachments.length === 0) throw new Error("the chart came without a picture");
      return answerMs;
    },
    faults: () => [...fake.faults, ...tooFast("discord", fake.count429)],
  };
}

const tooFast = (name: string, times: number): readonly string[] =>
  times === 0 ? [] : [`${name} said ${times} times that it was too fast`];

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  return undefined;
}
