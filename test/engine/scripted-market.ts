/**
 * A market written hour by hour: 84 quiet hours between 9,900 and 10,100 warm `breakout`, then what a test says. A close
 * above 10,100 buys, one below 9,900 sells; ATR is 200.
 */
import type { Database } from "../../db/database.ts";
import { VirtualClock } from "../../src/clock.ts";
import type { CycleReport } from "../../src/engine/cycle.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { syncHistory } from "../../src/engine/sync-history.ts";
import type { MarketFeed } from "../../src/market/feed.ts";
import { ReplayCandles, ReplayFeed } from "../../src/market/replay.ts";
import { CandleSeries } from "../../src/market/series.ts";
import { type PaperSetup, paperDatabase, paperEngine, resume, TESTER } from "../simulation/paper-engine.ts";

export const HOUR = 3_600_000;
export const MINUTE = 60_000;
export const START = Date.UTC(2024, 0, 1);
const QUIET_HOURS = 84;
/** Close of the last quiet hour: 2024-01-04, 12:00 UTC. */
export const QUIET_UNTIL = START + QUIET_HOURS * HOUR;

/** Open, high, low, close. */
export type Bar = readonly [number, number, number, number];

export const QUIET: Bar = [10_000, 10_100, 9_900, 10_000];
/** Closes 20 above the range: a buy of confidence 0.6. */
export const BUY: Bar = [10_000, 10_200, 10_000, 10_120];
/** Stays above it and touches nothing. */
export const HOLD: Bar = [10_120, 10_220, 10_020, 10_150];
/** Falls through the stop of an entry at 10,125.06, which lies at 9,625.06, and closes below the range. */
export const FALL: Bar = [9_700, 9_800, 9_600, 9_650];
/** Closes below the range without touching the stop. */
export const SELL: Bar = [10_000, 10_000, 9_800, 9_850];

/** Hourly candles: the quiet ones, then the bars. */
export function hourly(bars: readonly Bar[], volume = 50): CandleSeries {
  const series = new CandleSeries("1h");
  for (let hour = 0; hour < QUIET_HOURS; hour++) series.push(START + hour * HOUR, ...QUIET, volume);
  bars.forEach((bar, i) => {
    series.push(QUIET_UNTIL + i * HOUR, ...bar, volume);
  });
  return series;
}

/** The same hours as one-minute candles: each hour is all at its bar in its first minute but for the close, then rests at its close. */
export function minutely(bars: readonly Bar[], volume = 50): CandleSeries {
  const hours = hourly(bars, volume);
  const series = new CandleSeries("1m", { capacity: hours.length * 60 });
  for (let i = 0; i < hours.length; i++) {
    const [open, high, low, close] = [hours.open[i]!, hours.high[i]!, hours.low[i]!, hours.close[i]!];
    series.push(hours.openAt[i]!, open, high, low, close, volume);
    for (let minute = 1; minute < 60; minute++)
      series.push(hours.openAt[i]! + minute * MINUTE, close, close, close, close, volume);
  }
  return series;
}

export interface Scripted {
  readonly clock: VirtualClock;
  readonly database: Database;
  readonly engine: Engine;
  readonly setup: PaperSetup;
  /** Moves to an instant after the quiet hours and runs a cycle, which must not be refused. */
  cycleAt(afterMs: number): Promise<CycleReport>;
}

export type Script = Partial<Omit<PaperSetup, "clock" | "feed">> & {
  /** The market in place of a plain replay of the candles. */
  readonly makeFeed?: (clock: VirtualClock) => MarketFeed;
  readonly base?: CandleSeries;
  readonly isPaused?: boolean;
  readonly wrap?: (database: Database) => Database;
};

/** The real engine at the end of the quiet hours, RUNNING, its history synced and its last quiet candle decided. */
export async function scripted(bars: readonly Bar[], script: Script = {}): Promise<Scripted> {
  const clock = new VirtualClock(QUIET_UNTIL);
  const base = script.base ?? hourly(bars);
  const feed = script.makeFeed?.(clock) ?? new ReplayFeed(new ReplayCandles(base), clock);
  const setup: PaperSetup = {
    exitTimeframe: base.timeframe,
    requireDataReady: false,
    ...script,
    clock,
    feed,
    tunables: { "strategy.active": "breakout", ...script.tunables },
  };
  const stored = paperDatabase(setup);
  const database = script.wrap?.(stored) ?? stored;
  const engine = paperEngine(database, setup);
  await syncHistory(engine);
  if (script.isPaused !== true) {
    resume(database, QUIET_UNTIL);
    await engine.runCycle(TESTER);
  }
  const cycleAt = async (afterMs: number): Promise<CycleReport> => {
    await clock.advanceTo(QUIET_UNTIL + afterMs);
    const done = await engine.runCycle(TESTER);
    if (!done.ok) throw new Error(`The cycle was refused: ${done.code}`);
    return done.value;
  };
  return { clock, database, engine, setup, cycleAt };
}
