/** The shape of a strategy plug-in: declared parameters and needs, and a run that is fed closed candles one by one. */
import type { CandleColumns } from "../core/candles.ts";
import type { Parameters, ValuesOf } from "../core/parameter.ts";
import type { Signal } from "../core/signal.ts";
import type { Timeframe } from "../core/timeframe.ts";

export interface StrategyNeeds {
  /** The timeframe a decision is made on. */
  readonly timing: Timeframe;
  /** A slower timeframe fed through `onRegimeCandle`, or null. */
  readonly regime: Timeframe | null;
  /** Closed candles of each before a signal may be trusted: where history begins then changes no value by more than 1e-6 relative. */
  readonly timingWarmup: number;
  readonly regimeWarmup: number;
}

/** Incremental: constant work a candle. Feed candles in order, the regime candle that closes with a timing candle first. */
export interface StrategyRun {
  onRegimeCandle(candles: CandleColumns, index: number): void;
  /** Feeds a timing candle without asking for a signal (warm-up). */
  warm(candles: CandleColumns, index: number): void;
  /** Feeds a timing candle and says what to do; `insufficient_candles` while warming up. */
  onTimingCandle(candles: CandleColumns, index: number): Signal;
}

export interface Strategy<P extends Parameters = Parameters> {
  readonly name: string;
  readonly summary: string;
  readonly parameters: P;
  /** Every reason code its signals may carry, each with one sentence; `/why` and the generated docs read them here. */
  readonly reasons: Readonly<Record<string, string>>;
  needs(values: ValuesOf<P>): StrategyNeeds;
  /** A fresh run. Parameters are validated by the caller and never change during a run. */
  create(values: ValuesOf<P>): StrategyRun;
}
