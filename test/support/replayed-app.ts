// The whole program but for its process: openApp on replayed synthetic candles and a virtual clock.
import { type App, openApp } from "../../src/app.ts";
import type { Painter } from "../../src/charts/painter.ts";
import type { Platform } from "../../src/chat/platform.ts";
import { VirtualClock } from "../../src/clock.ts";
import { loadConfig } from "../../src/config.ts";
import type { Clock } from "../../src/core/clock.ts";
import type { InvariantError } from "../../src/core/errors.ts";
import { idSource } from "../../src/core/ids.ts";
import { seededRandom } from "../../src/core/random.ts";
import type { Timeframe } from "../../src/core/timeframe.ts";
import type { MarketFeed } from "../../src/market/feed.ts";
import { ReplayCandles, ReplayFeed } from "../../src/market/replay.ts";
import { createLog } from "../../src/ops/log.ts";
import { HISTORY_HOURS, HOUR, START, swings } from "../capabilities/harness.ts";

const candles = new ReplayCandles(swings(1_400));
/** The end of the history: half a minute after an hourly candle closed. */
export const NOW = START + HISTORY_HOURS * HOUR + 30_000;

export interface ReplayedApp {
  readonly app: App;
  readonly clock: VirtualClock;
  readonly peopleClock: Clock;
  /** The stream's side: which timeframes it was asked for, and its word that a candle closed. */
  readonly stream: Stream;
  readonly logged: readonly string[];
  readonly broken: readonly InvariantError[];
}

interface Stream {
  timeframes: readonly Timeframe[];
  isStopped: boolean;
  candleClosed: () => void;
  /** Called when the app lets the market go. */
  onStop: () => void;
}

export interface ReplayedAppOptions {
  readonly path?: string;
  readonly now?: number;
  readonly platforms?: (clock: VirtualClock) => readonly Platform[];
  /** People's clock, where it is not the market's. */
  readonly peopleClock?: Clock;
  readonly painter?: Painter;
  readonly environment?: Readonly<Record<string, string>>;
  /** Stands in front of the replayed market. */
  readonly feed?: (feed: MarketFeed) => MarketFeed;
}

export async function openReplayedApp(options: ReplayedAppOptions = {}): Promise<ReplayedApp> {
  const clock = new VirtualClock(options.now ?? NOW);
  const { settings } = loadConfig({
    environment: {
      DB_PATH: options.path ?? ":memory:",
      TRADING_EXIT_TIMEFRAME: "15m",
      TRADING_ACTIVE_STRATEGY: "mean_reversion",
      TRADING_CYCLE_SECONDS: "900",
      PAPER_FILL_MODEL: "slippage",
      RISK_PER_TRADE: "0.02",
      ...options.environment,
    },
    envFile: null,
  });
  const replayed = new ReplayFeed(candles, clock);
  const feed = options.feed?.(replayed) ?? replayed;
  const logged: string[] = [];
  const broken: InvariantError[] = [];
  const stream: Stream = { timeframes: [], isStopped: false, candleClosed: () => {}, onStop: () => {} };
  const app = await openApp({
    settings,
    mode: "replay",
    clock,
    market: {
      feed,
      connection: () => ({ isConnected: true, since: START, detail: "replay" }),
      start(timeframes, onCandle) {
        stream.timeframes = timeframes;
        stream.candleClosed = onCandle;
      },
      async stop() {
        stream.isStopped = true;
        stream.onStop();
      },
    },
    ids: idSource(seededRandom("replayed app")),
    random: seededRandom("seeds and codes"),
    ...(options.peopleClock && { peopleClock: options.peopleClock }),
    ...(options.painter && { painter: options.painter }),
    log: createLog({
      level: "info",
      format: "lines",
      output: { write: (line) => logged.push(line) },
      now: () => clock.now(),
    }),
    platforms: options.platforms?.(clock) ?? [],
    onBroken: (error) => broken.push(error),
  });
  return { app, clock, peopleClock: options.peopleClock ?? clock, stream, logged, broken };
}

/** A feed with one method changed. */
export const feedWith =
  (change: (feed: MarketFeed) => Partial<MarketFeed>) =>
  (feed: MarketFeed): MarketFeed => ({
    candles: (timeframe, fromAt, limit) => feed.candles(timeframe, fromAt, limit),
    quote: () => feed.quote(),
    book: (levels) => feed.book(levels),
    instrument: () => feed.instrument(),
    serverTime: () => feed.serverTime(),
    ...change(feed),
  });

/** Moves through quarters of an hour, letting each cycle end before the next. */
export async function passQuarters({ app, clock }: ReplayedApp, quarters: number): Promise<void> {
  for (let i = 0; i < quarters; i++) {
    await clock.advanceTo(clock.now() + HOUR / 4);
    await app.engine.idle();
    await app.chat.settled();
  }
}
