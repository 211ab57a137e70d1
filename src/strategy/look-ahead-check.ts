/** Shows that a strategy decides from the past alone: signals on truncated data equal signals on full data. */
import type { CandleColumns } from "../core/candles.ts";
import type { Parameters, ValuesOf } from "../core/parameter.ts";
import type { Signal } from "../core/signal.ts";
import { type StrategyHistory, signalsOver } from "./signals-over.ts";
import type { Strategy, StrategyRun } from "./strategy.ts";

export interface LookAheadReport {
  readonly comparedSignals: number;
  readonly differentSignals: number;
  /** Open time of the first timing candle whose signal changed once the future was there; null when none did. */
  readonly firstOpenAt: number | null;
}

/**
 * Runs once over the full columns and once over columns that are uncovered candle by candle (NaN beyond the one being
 * fed), which is a truncation at every candle in one pass, and compares each signal exactly.
 */
export function checkLookAhead<P extends Parameters>(
  strategy: Strategy<P>,
  values: ValuesOf<P>,
  history: StrategyHistory,
): LookAheadReport {
  const full: Signal[] = [];
  signalsOver(strategy.create(values), history, Number.NEGATIVE_INFINITY, (signal) => {
    full.push(signal);
  });
  let differentSignals = 0;
  let firstOpenAt: number | null = null;
  const blind = new BlindRun(strategy.create(values), history);
  signalsOver(blind, history, Number.NEGATIVE_INFINITY, (signal, index) => {
    if (areEqual(full[index]!, signal)) return;
    differentSignals++;
    firstOpenAt ??= history.timing.openAt[index]!;
  });
  return { comparedSignals: full.length, differentSignals, firstOpenAt };
}

/** Feeds a run with copies in which the future does not exist yet. */
class BlindRun implements StrategyRun {
  private readonly run: StrategyRun;
  private readonly timing: CandleColumns;
  private readonly regime: CandleColumns | null;

  constructor(run: StrategyRun, history: StrategyHistory) {
    this.run = run;
    this.timing = covered(history.timing);
    this.regime = history.regime && covered(history.regime);
  }

  onRegimeCandle(candles: CandleColumns, index: number): void {
    if (!this.regime) return;
    this.run.onRegimeCandle(uncover(this.regime, candles, index), index);
  }

  warm(candles: CandleColumns, index: number): void {
    this.run.warm(uncover(this.timing, candles, index), index);
  }

  onTimingCandle(candles: CandleColumns, index: number): Signal {
    return this.run.onTimingCandle(uncover(this.timing, candles, index), index);
  }
}

function covered(columns: CandleColumns): CandleColumns {
  const column = (): Float64Array => new Float64Array(columns.length).fill(Number.NaN);
  return {
    timeframe: columns.timeframe,
    length: columns.length,
    openAt: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
}

function uncover(target: CandleColumns, source: CandleColumns, index: number): CandleColumns {
  target.openAt[index] = source.openAt[index]!;
  target.open[index] = source.open[index]!;
  target.high[index] = source.high[index]!;
  target.low[index] = source.low[index]!;
  target.close[index] = source.close[index]!;
  target.volume[index] = source.volume[index]!;
  return { ...target, length: index + 1 };
}

function areEqual(a: Signal, b: Signal): boolean {
  if (a.side !== b.side || a.reason !== b.reason || !Object.is(a.confidence, b.confidence)) return false;
  const names = Object.keys(a.values);
  return (
    names.length === Object.keys(b.values).length &&
    names.every((name) => Object.is(a.values[name], b.values[name]))
  );
}
