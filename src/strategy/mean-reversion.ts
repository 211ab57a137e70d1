/** Buys a close that fell unusually far below its 1h mean while RSI says oversold, and sells when it is back. */
import type { CandleColumns } from "../core/candles.ts";
import type { Parameters, ValuesOf } from "../core/parameter.ts";
import type { Signal } from "../core/signal.ts";
import { Rsi } from "./indicators/rsi.ts";
import { ZScore } from "./indicators/z-score.ts";
import { INSUFFICIENT_CANDLES, INSUFFICIENT_REASON } from "./insufficient-candles.ts";
import type { Strategy, StrategyNeeds, StrategyRun } from "./strategy.ts";
import { wilderWarmup } from "./warmup.ts";

const PARAMETERS = {
  window: {
    kind: "integer",
    default: 30,
    min: 10,
    max: 200,
    maxStep: 10,
    unit: "candles",
    raisesRisk: "none",
    help: "1h closes that the mean and the deviation of the z-score are taken over.",
  },
  entry_z: {
    kind: "number",
    default: 1.5,
    min: 0.5,
    max: 4,
    maxStep: 0.5,
    unit: "deviations",
    raisesRisk: "down",
    help: "How many deviations below the mean a close must lie for an entry.",
  },
  exit_z: {
    kind: "number",
    default: 0,
    min: -0.4,
    max: 2,
    maxStep: 0.5,
    unit: "deviations",
    raisesRisk: "up",
    help: "The z-score from which on the position is closed; 0 is the mean.",
  },
  rsi_period: {
    kind: "integer",
    default: 14,
    min: 5,
    max: 50,
    maxStep: 5,
    unit: "candles",
    raisesRisk: "none",
    help: "Period of the 1h RSI that guards entries and exits.",
  },
  rsi_oversold: {
    kind: "number",
    default: 30,
    min: 10,
    max: 45,
    maxStep: 5,
    unit: "points",
    raisesRisk: "up",
    help: "Entries need an RSI at or below this.",
  },
  rsi_overbought: {
    kind: "number",
    default: 70,
    min: 55,
    max: 90,
    maxStep: 5,
    unit: "points",
    raisesRisk: "up",
    help: "An RSI at or above this closes the position whatever the z-score.",
  },
} as const satisfies Parameters;

type Values = ValuesOf<typeof PARAMETERS>;

const REASONS = {
  ...INSUFFICIENT_REASON,
  oversold_entry: "The close lies far below its mean and RSI is oversold: buy.",
  wait_oversold: "The close lies far below its mean, but RSI is not oversold yet.",
  mean_reached: "The close is back at its mean: sell.",
  overbought_exit: "RSI is overbought: sell.",
  within_band: "The close is neither far enough below its mean to buy nor back at it.",
} as const;

const needs = (values: Values): StrategyNeeds => ({
  timing: "1h",
  regime: null,
  timingWarmup: Math.max(values.window, wilderWarmup(values.rsi_period)),
  regimeWarmup: 0,
});

export const meanReversion: Strategy<typeof PARAMETERS> = {
  name: "mean_reversion",
  summary:
    "Buys 1h closes 1.5 deviations below their mean of 30 when RSI 14 is at most 30; sells at the mean.",
  parameters: PARAMETERS,
  reasons: REASONS,
  needs,
  create: (values) => new MeanReversionRun(values),
};

class MeanReversionRun implements StrategyRun {
  private readonly zScore: ZScore;
  private readonly rsi: Rsi;
  private readonly values: Values;
  private missing: number;

  constructor(values: Values) {
    this.zScore = new ZScore(values.window);
    this.rsi = new Rsi(values.rsi_period);
    this.values = values;
    this.missing = needs(values).timingWarmup;
  }

  /** It declares no regime timeframe; a candle of one changes nothing. */
  onRegimeCandle(): void {}

  warm(candles: CandleColumns, index: number): void {
    const close = candles.close[index]!;
    this.zScore.update(close);
    this.rsi.update(close);
    if (this.missing > 0) this.missing--;
  }

  onTimingCandle(candles: CandleColumns, index: number): Signal {
    this.warm(candles, index);
    if (this.missing > 0) return INSUFFICIENT_CANDLES;
    const { entry_z, exit_z, rsi_oversold, rsi_overbought } = this.values;
    const close = candles.close[index]!;
    const z = this.zScore.value;
    const rsi = this.rsi.value;
    let side: Signal["side"] = "hold";
    let reason: keyof typeof REASONS = "within_band";
    // At the bound of an entry the confidence is a half; it is full at twice the depth.
    let confidence = Math.min(1, Math.abs(z) / (2 * entry_z));
    if (rsi >= rsi_overbought) {
      side = "sell";
      reason = "overbought_exit";
      confidence = 1;
    } else if (z >= exit_z) {
      side = "sell";
      reason = "mean_reached";
      confidence = 1;
    } else if (z <= -entry_z) {
      if (rsi <= rsi_oversold) {
        side = "buy";
        reason = "oversold_entry";
      } else reason = "wait_oversold";
    }
    return { side, confidence, reason, values: { close, mean: this.zScore.mean, z_score: z, rsi } };
  }
}
