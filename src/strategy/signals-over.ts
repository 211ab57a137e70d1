/** Runs a strategy over stored history as the engine feeds it, one signal a timing candle. */
import type { CandleColumns } from "../core/candles.ts";
import type { Signal } from "../core/signal.ts";
import { timeframeMs } from "../core/timeframe.ts";
import type { StrategyRun } from "./strategy.ts";

export interface StrategyHistory {
  readonly timing: CandleColumns;
  /** Null when the strategy needs none. */
  readonly regime: CandleColumns | null;
}

/**
 * Feeds every candle that opened at `fromAt` (epoch ms) or later, each regime candle before the timing candle it closes
 * with or next, and hands each signal over with the index of its timing candle.
 */
export function signalsOver(
  run: StrategyRun,
  history: StrategyHistory,
  fromAt: number,
  visit: (signal: Signal, index: number) => void,
): void {
  const { timing, regime } = history;
  const timingMs = timeframeMs(timing.timeframe);
  const regimeMs = regime ? timeframeMs(regime.timeframe) : 0;
  let next = regime ? firstFrom(regime, fromAt) : 0;
  for (let index = firstFrom(timing, fromAt); index < timing.length; index++) {
    const closeAt = timing.openAt[index]! + timingMs;
    if (regime) {
      for (; next < regime.length && regime.openAt[next]! + regimeMs <= closeAt; next++) {
        run.onRegimeCandle(regime, next);
      }
    }
    visit(run.onTimingCandle(timing, index), index);
  }
}

function firstFrom(columns: CandleColumns, at: number): number {
  let low = 0;
  let high = columns.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns.openAt[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
