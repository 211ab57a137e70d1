/** Buys a 1h close above the 4h Donchian channel that stood before it, and sells one below the exit channel. */
import type { CandleColumns } from "../core/candles.ts";
import type { Parameters, ValuesOf } from "../core/parameter.ts";
import type { Signal } from "../core/signal.ts";
import { timeframeMs } from "../core/timeframe.ts";
import { Donchian } from "./indicators/donchian.ts";
import { INSUFFICIENT_CANDLES, INSUFFICIENT_REASON } from "./insufficient-candles.ts";
import type { Strategy, StrategyNeeds, StrategyRun } from "./strategy.ts";

const PARAMETERS = {
  entry_period: {
    kind: "integer",
    default: 20,
    min: 10,
    max: 120,
    maxStep: 10,
    unit: "candles",
    raisesRisk: "down",
    help: "4h candles whose highest high a 1h close must exceed for an entry.",
  },
  exit_period: {
    kind: "integer",
    default: 10,
    min: 5,
    max: 60,
    maxStep: 5,
    unit: "candles",
    raisesRisk: "up",
    help: "4h candles whose lowest low a 1h close must undercut for an exit.",
  },
  confirm_bps: {
    kind: "number",
    default: 0,
    min: 0,
    max: 200,
    maxStep: 20,
    unit: "bps",
    raisesRisk: "down",
    help: "How far beyond the upper bound the close must lie for an entry.",
  },
} as const satisfies Parameters;

type Values = ValuesOf<typeof PARAMETERS>;

const BPS = 10_000;
const LEAST_ENTRY_CONFIDENCE = 0.5;

const REASONS = {
  ...INSUFFICIENT_REASON,
  range_breakout: "The 1h close lies above the 4h channel that stood before it: buy.",
  range_breakdown: "The 1h close lies below the exit channel that stood before it: sell.",
  inside_range: "The 1h close lies between the exit channel's low and the entry channel's high.",
} as const;

/** One 4h candle more than the longer channel: when it closes with the 1h candle, the channel before it counts. */
const needs = (values: Values): StrategyNeeds => ({
  timing: "1h",
  regime: "4h",
  timingWarmup: 1,
  regimeWarmup: Math.max(values.entry_period, values.exit_period) + 1,
});

export const breakout: Strategy<typeof PARAMETERS> = {
  name: "breakout",
  summary:
    "Buys a 1h close above the high of the last 20 4h candles; sells one below the low of the last 10.",
  parameters: PARAMETERS,
  reasons: REASONS,
  needs,
  create: (values) => new BreakoutRun(values),
};

class BreakoutRun implements StrategyRun {
  private readonly entryChannel: Donchian;
  private readonly exitChannel: Donchian;
  private readonly confirm: number;
  private regimeMissing: number;
  private upper = Number.NaN;
  private lower = Number.NaN;
  /** The bounds before the latest 4h candle, and when that one closed. */
  private upperBefore = Number.NaN;
  private lowerBefore = Number.NaN;
  private channelSince = Number.NEGATIVE_INFINITY;

  constructor(values: Values) {
    this.entryChannel = new Donchian(values.entry_period);
    this.exitChannel = new Donchian(values.exit_period);
    this.confirm = values.confirm_bps / BPS;
    this.regimeMissing = needs(values).regimeWarmup;
  }

  onRegimeCandle(candles: CandleColumns, index: number): void {
    const high = candles.high[index]!;
    const low = candles.low[index]!;
    this.upperBefore = this.upper;
    this.lowerBefore = this.lower;
    this.entryChannel.update(high, low);
    this.exitChannel.update(high, low);
    this.upper = this.entryChannel.upper;
    this.lower = this.exitChannel.lower;
    this.channelSince = candles.openAt[index]! + timeframeMs(candles.timeframe);
    if (this.regimeMissing > 0) this.regimeMissing--;
  }

  /** A timing candle leaves nothing behind. */
  warm(): void {}

  onTimingCandle(candles: CandleColumns, index: number): Signal {
    if (this.regimeMissing > 0) return INSUFFICIENT_CANDLES;
    // A 4h candle that closes with this one contains this close: no close could ever exceed a channel made with it.
    const isFresh = this.channelSince > candles.openAt[index]!;
    const upper = isFresh ? this.upperBefore : this.upper;
    const lower = isFresh ? this.lowerBefore : this.lower;
    return this.judge(candles.close[index]!, upper, lower);
  }

  private judge(close: number, upper: number, lower: number): Signal {
    let side: Signal["side"] = "hold";
    let reason: keyof typeof REASONS = "inside_range";
    let confidence = 0;
    if (close > upper * (1 + this.confirm)) {
      side = "buy";
      reason = "range_breakout";
      const width = upper - lower;
      // A half at the bound, full when the close lies half a channel beyond it.
      const beyond = width > 0 ? (close - upper) / width : 0;
      confidence = Math.min(1, LEAST_ENTRY_CONFIDENCE + beyond);
    } else if (close < lower) {
      side = "sell";
      reason = "range_breakdown";
      confidence = 1;
    }
    return { side, confidence, reason, values: { close, upper, lower } };
  }
}
