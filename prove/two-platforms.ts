/** A Telegram and a Discord on loopback with people on both, and the bot that serves them in a process of its own. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NoticeKind } from "../src/core/notice.ts";
import { FakeDiscord } from "../test/support/discord/fake-discord.ts";
import { closedProxy } from "../test/support/loopback.ts";
import { FakeTelegram } from "../test/support/telegram/fake-telegram.ts";

const BOT = fileURLToPath(import.meta.resolve("./replayed-bot.ts"));
const TELEGRAM_TOKEN = "7000000001:AAproveproveproveproveproveproveprove";
const DISCORD_TOKEN = "proveproveproveprove.prove.proveproveproveprove";
const FIRST_TELEGRAM_ID = 1001;
const FIRST_DISCORD_ID = 100_000_000_000_001_001n;
const HALL_ID = "100000000000009001";
const START_TIMEOUT_MS = 30_000;

export interface TwoPlatformsOptions {
  readonly folder: string;
  readonly people: number;
  /** How many times faster than people's clock the market runs. */
  readonly marketSpeed: number;
}

export class TwoPlatforms {
  readonly telegram = FakeTelegram.start({ token: TELEGRAM_TOKEN });
  readonly discord = FakeDiscord.start({ token: DISCORD_TOKEN });
  /** All of them admins, each in a private chat with the bot. */
  readonly onTelegram: readonly ReturnType<FakeTelegram["person"]>[];
  readonly onDiscord: readonly ReturnType<FakeDiscord["person"]>[];
  /** Whose private chat on Telegram hears of everything, as the hall does on Discord. */
  readonly listener: ReturnType<FakeTelegram["person"]>;
  readonly hall: ReturnType<FakeDiscord["channel"]>;
  readonly path: string;
  readonly #options: TwoPlatformsOptions;
  readonly #marketBeganAt = Date.now();
  #bot: Bun.Subprocess<"pipe", "ignore", "pipe"> | null = null;
  #complaints = "";

  constructor(options: TwoPlatformsOptions) {
    const { telegram, discord } = this;
    this.#options = options;
    this.path = join(options.folder, "trading.db");
    const places = Array.from({ length: options.people }, (_, place) => place);
    this.onTelegram = places.map((place) =>
      telegram.person({ id: FIRST_TELEGRAM_ID + place, firstName: `Tess ${place + 1}` }),
    );
    this.onDiscord = places.map((place) =>
      discord.person({ id: String(FIRST_DISCORD_ID + BigInt(place)), username: `dan-${place + 1}` }),
    );
    for (const person of this.onDiscord) discord.directChannel(person);
    this.listener = telegram.person({ id: FIRST_TELEGRAM_ID + options.people, firstName: "Lena" });
    this.hall = discord.channel(discord.guild({ name: "Traders" }), "hall", HALL_ID);
  }

  /** Begins a life of the bot; it is not up yet when this returns. */
  begin(): void {
    const { folder, marketSpeed } = this.#options;
    // Each life begins a session, and Discord allows a thousand a day.
    this.discord.gateway.startLimit.remaining = this.discord.gateway.startLimit.total;
    const { command, environment } = this.#program(folder, marketSpeed);
    this.#bot = Bun.spawn(command, {
      ...{ cwd: folder, env: environment, stdin: "pipe", stdout: "ignore", stderr: "pipe" },
    });
    void this.#listen(this.#bot);
  }

  /** Resolves when both platforms can deliver to it. */
  async up(): Promise<void> {
    const until = performance.now() + START_TIMEOUT_MS;
    while (
      !this.telegram.isPolled ||
      !this.discord.gateway.isConnected ||
      this.discord.commands().length === 0
    ) {
      if (performance.now() > until || this.#bot?.exitCode !== null)
        throw new Error(`the bot did not come up: ${this.#complaints}`);
      await Bun.sleep(1);
    }
  }

  /** kill −9, and waits until it is gone and what it had sent by then has arrived. */
  async kill(): Promise<void> {
    const bot = this.#bot;
    this.#bot = null;
    if (bot === null) return;
    bot.kill("SIGKILL");
    // Discord forgets the session with it; kept, each would collect all that comes after.
    this.discord.closeGateways(4009);
    await bot.exited;
    const until = performance.now() + START_TIMEOUT_MS;
    while ((this.telegram.isPolled || this.discord.gateway.isConnected) && performance.now() < until)
      await Bun.sleep(1);
    await Bun.sleep(ARRIVAL_MS);
  }

  /** The chats that hear of everything hear no more of a kind of notice. */
  silence(kind: NoticeKind): void {
    const { discord, hall, listener, onDiscord, telegram } = this;
    telegram.say(listener, listener.id, `/alerts ${kind} off`);
    discord.command(onDiscord[0]!, hall, "alerts", { what: kind, to: "off" });
  }

  get complaints(): string {
    return this.#complaints;
  }

  async stop(): Promise<void> {
    await this.kill();
    await this.telegram.stop();
    await this.discord.stop();
  }

  #program(folder: string, marketSpeed: number) {
    const { telegram, discord, onTelegram, onDiscord, listener, hall } = this;
    const command = [
      process.execPath,
      "--no-env-file",
      BOT,
      String(this.#marketBeganAt),
      String(marketSpeed),
    ];
    const environment = {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      HTTP_PROXY: closedProxy,
      HTTPS_PROXY: closedProxy,
      NO_PROXY: "localhost,127.0.0.1,::1",
      DB_PATH: this.path,
      WEB_ENABLED: "false",
      TRADING_ACTIVE_STRATEGY: "mean_reversion",
      TRADING_EXIT_TIMEFRAME: "1h",
      TRADING_CYCLE_SECONDS: "300",
      PAPER_FILL_MODEL: "slippage",
      TELEGRAM_BOT_TOKEN: TELEGRAM_TOKEN,
      TELEGRAM_API_URL: telegram.apiRoot,
      TELEGRAM_ADMIN_IDS: [...onTelegram, listener].map(({ id }) => id).join(","),
      TELEGRAM_CHAT_ID: String(listener.id),
      DISCORD_BOT_TOKEN: DISCORD_TOKEN,
      DISCORD_API_URL: discord.api,
      DISCORD_ADMIN_IDS: onDiscord.map(({ id }) => id).join(","),
      DISCORD_CHANNEL_ID: hall.id,
    };
    return { command, environment };
  }

  async #listen(bot: Bun.Subprocess<"pipe", "ignore", "pipe">): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of bot.stderr)
      this.#complaints = (this.#complaints + decoder.decode(chunk)).slice(-4000);
  }
}

/** Requests that left the bot before its end are still on their way, the slowest as long as this. */
const ARRIVAL_MS = 50;
