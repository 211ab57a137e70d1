/** The whole program on a made market and a virtual clock, with two platforms that keep their cards: the same in every run. */
import { Secret } from "otpauth";
import { addAccount, insertPerson } from "../../db/people.ts";
import { type App, openApp } from "../../src/app.ts";
import { paintPng } from "../../src/charts/paint-png.ts";
import type { Painter } from "../../src/charts/painter.ts";
import type { Incoming, Outgoing } from "../../src/chat/platform.ts";
import { VirtualClock } from "../../src/clock.ts";
import { loadConfig } from "../../src/config.ts";
import { idSource } from "../../src/core/ids.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { ReplayCandles } from "../../src/market/replay.ts";
import { createLog } from "../../src/ops/log.ts";
import { replayMarket } from "../../src/program/markets.ts";
import { PriceProcess } from "../../src/simulator/price-process.ts";
import { KeepingPlatform } from "./keeping-platform.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const HISTORY_AT = Date.UTC(2026, 1, 1);
/** A Wednesday, when the strategies have their history. */
const OPENED_AT = Date.UTC(2026, 2, 18, 9, 0, 30);
const CANDLES_UNTIL = OPENED_AT + 40 * DAY_MS;
const SEED = "kitchen";
const EXAMPLE_KEY = "EXAMPLEKEYEXAMPLEKEYEXAMPLEKEYEX";

export type PlatformName = "telegram" | "discord";
export const PLATFORMS: readonly PlatformName[] = ["telegram", "discord"];

const ADA = { telegram: "100200300", discord: "900100200300400500" } as const;
const CHATS = { telegram: ADA.telegram, discord: "900100200300400600" } as const;

export type Both = Readonly<Record<PlatformName, Outgoing>>;

type Kept = Readonly<Record<PlatformName, KeepingPlatform>>;

export class Bot {
  readonly app: App;
  readonly clock: VirtualClock;
  readonly #platforms: Kept;
  readonly #seeds: ExampleSeeds;

  private constructor(app: App, clock: VirtualClock, platforms: Kept, seeds: ExampleSeeds) {
    this.#seeds = seeds;
    this.app = app;
    this.clock = clock;
    this.#platforms = platforms;
  }

  static async start(): Promise<Bot> {
    const clock = new VirtualClock(OPENED_AT);
    const seeds = new ExampleSeeds();
    const platforms = { telegram: new KeepingPlatform("telegram"), discord: new KeepingPlatform("discord") };
    const app = await openApp({
      settings: loadConfig({ environment: ENVIRONMENT, envFile: null }).settings,
      mode: "demo",
      clock,
      market: replayMarket(new ReplayCandles(madeCandles()), clock),
      ids: idSource(seededRandom(SEED)),
      random: seeds,
      painter,
      log: createLog({ level: "warn", format: "lines", output: process.stderr, now: () => clock.now() }),
      platforms: Object.values(platforms),
      onBroken: (error) => {
        throw error;
      },
    });
    admitAda(app, clock.now());
    await app.start();
    while (app.scheduler.isRunning("data_sync")) await Bun.sleep(1);
    return new Bot(app, clock, platforms, seeds);
  }

  /** The same line typed on both platforms, or on one. */
  async ask(line: string, isPrivate = false): Promise<Both> {
    return {
      telegram: await this.say("telegram", line, isPrivate),
      discord: await this.say("discord", line, isPrivate),
    };
  }

  say(platform: PlatformName, text: string, isPrivate = platform === "telegram"): Promise<Outgoing> {
    return this.#give(platform, ADA[platform], { kind: "line", text }, isPrivate);
  }

  /** Types it on Telegram and presses the button that confirms it. */
  async confirm(text: string, label: string): Promise<Outgoing> {
    const { buttons } = await this.say("telegram", text);
    const button = buttons.flat().find((one) => one.label === label);
    if (button === undefined) throw new Error(`${text} shows no button ${label}.`);
    return this.#give("telegram", ADA.telegram, { kind: "press", payload: button.payload }, true);
  }

  async askAsStranger(text: string): Promise<Both> {
    return {
      telegram: await this.#give("telegram", "555666777", { kind: "line", text }, true),
      discord: await this.#give("discord", "900555666777888999", { kind: "line", text }, true),
    };
  }

  #give(
    platform: PlatformName,
    accountId: string,
    content: Incoming["content"],
    isPrivate: boolean,
  ): Promise<Outgoing> {
    this.#seeds.rewind();
    return this.#platforms[platform].ask({
      chat: { platform, chatId: isPrivate ? accountId : CHATS[platform], threadId: "", isPrivate },
      sender: { accountId, label: accountId === ADA[platform] ? "Ada" : "Mallory" },
      sentAt: this.clock.now(),
      content,
    });
  }

  /** What both chats were told last under such a title. */
  told(title: RegExp): Both {
    return { telegram: this.#platforms.telegram.told(title), discord: this.#platforms.discord.told(title) };
  }

  /** How many there are by now. */
  get fills(): number {
    return this.app.capabilities.account.fills(1, 1).total;
  }

  /** Trades on, a quarter of an hour at a time, until it is so; throws when that takes longer than the candles last. */
  async tradeUntil(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.clock.now() > CANDLES_UNTIL - DAY_MS) throw new Error("The candles end before it happens.");
      await this.clock.advanceTo(this.clock.now() + 15 * MINUTE_MS);
      await this.app.engine.idle();
      await this.app.chat.settled();
    }
  }
}

const ENVIRONMENT = {
  APP_TIMEZONE: "Europe/Berlin",
  APP_TOTP_KEY: Buffer.alloc(32, 7).toString("base64"),
  DB_PATH: ":memory:",
  DISCORD_CHANNEL_ID: CHATS.discord,
  PAPER_FILL_MODEL: "slippage",
  RISK_EQUITY_STOP: "0.02",
  RISK_PER_TRADE: "0.02",
  TELEGRAM_CHAT_ID: CHATS.telegram,
  TRADING_ACTIVE_STRATEGY: "mean_reversion",
  TRADING_CYCLE_SECONDS: "900",
  TRADING_EXIT_TIMEFRAME: "15m",
} as const;

const painter: Painter = {
  png: async (picture) => paintPng(picture),
  svg: async () => null,
  close() {},
};

function madeCandles() {
  const prices = new PriceProcess({ seed: SEED, startAt: HISTORY_AT, startPrice: 84_000 });
  prices.upTo(CANDLES_UNTIL);
  return prices.candles.view();
}

/** Seeds alone are drawn from it, and how they are sealed: it begins anew for each, so that every key can be read as an example. */
class ExampleSeeds implements Random {
  readonly #bytes = new Uint8Array(Secret.fromBase32(EXAMPLE_KEY).buffer);
  readonly #random = seededRandom(SEED);
  #place = 0;

  rewind(): void {
    this.#place = 0;
  }

  integer(bound: number): number {
    return (this.#bytes[this.#place++ % this.#bytes.length] ?? 0) % bound;
  }

  readonly next = () => this.#random.next();
  readonly normal = () => this.#random.normal();
  readonly fork = (label: string) => this.#random.fork(label);
}

function admitAda(app: App, now: number): void {
  const actor = { kind: "system", name: "pictures" } as const;
  app.database.transact(now, (tx) => {
    const account = { platform: "telegram", accountId: ADA.telegram } as const;
    const ada = insertPerson(tx, { label: "Ada", role: "admin", account }, actor);
    addAccount(tx, ada, { platform: "discord", accountId: ADA.discord }, actor);
  });
}
