/** The trend rules that `trend_ema` and `trend_ema_fast` share: a regime from two EMAs, an entry near a timing EMA. */
import type { CandleColumns } from "../core/candles.ts";
import type { NumberParameter, ValuesOf } from "../core/parameter.ts";
import type { Signal } from "../core/signal.ts";
import { Ema } from "./indicators/ema.ts";
import { INSUFFICIENT_CANDLES, INSUFFICIENT_REASON } from "./insufficient-candles.ts";
import type { Strategy, StrategyNeeds, StrategyRun } from "./strategy.ts";
import { emaWarmup } from "./warmup.ts";

export interface TrendDefaults {
  readonly regime_fast: number;
  readonly regime_slow: number;
  readonly timing: number;
  readonly pullback_bps: number;
  readonly min_regime_strength_bps: number;
}

type TrendParameters = { readonly [K in keyof TrendDefaults]: NumberParameter };
type TrendValues = ValuesOf<TrendParameters>;

/** Strength of 5 % between the averages is full confidence. */
const CONFIDENCE_PER_STRENGTH = 20;
const LEAST_ENTRY_CONFIDENCE = 0.55;
const BPS = 10_000;

const REASONS = {
  ...INSUFFICIENT_REASON,
  bullish_entry: "The regime is bullish and the close is not far below the timing average: buy.",
  bullish_wait_pullback: "The regime is bullish, but the close is too far below the timing average.",
  weak_regime: "The regime is bullish, but its averages are too close together for an entry.",
  bearish_exit: "The regime is bearish and the close is not far above the timing average: sell.",
  bearish_wait_retest: "The regime is bearish, but the close is still far above the timing average.",
  flat_regime: "The regime's averages are exactly equal: neither bullish nor bearish.",
} as const;

/** A trend strategy of the given name with these defaults; bounds, steps and rules are common to all of them. */
export function trendStrategy(
  name: string,
  summary: string,
  defaults: TrendDefaults,
): Strategy<TrendParameters> {
  return {
    name,
    summary,
    parameters: trendParameters(defaults),
    reasons: REASONS,
    needs: trendNeeds,
    create: (values) => new TrendRun(values),
  };
}

/** The bounds of the two regime periods do not meet, so that no pair of values turns fast and slow around. */
function trendParameters(defaults: TrendDefaults): TrendParameters {
  const period = (
    value: number,
    min: number,
    max: number,
    maxStep: number,
    help: string,
  ): NumberParameter => ({
    kind: "integer",
    default: value,
    min,
    max,
    maxStep,
    unit: "candles",
    raisesRisk: "none",
    help,
  });
  return {
    regime_fast: period(defaults.regime_fast, 5, 29, 5, "Period of the fast 4h EMA of the regime."),
    regime_slow: period(defaults.regime_slow, 30, 120, 10, "Period of the slow 4h EMA of the regime."),
    timing: period(defaults.timing, 5, 60, 5, "Period of the 1h EMA that times entries and exits."),
    pullback_bps: {
      kind: "number",
      default: defaults.pullback_bps,
      min: 0,
      max: 200,
      maxStep: 20,
      unit: "bps",
      raisesRisk: "up",
      help: "How far the close may lie below the timing EMA for an entry, or above it for an exit.",
    },
    min_regime_strength_bps: {
      kind: "number",
      default: defaults.min_regime_strength_bps,
      min: 0,
      max: 200,
      maxStep: 20,
      unit: "bps",
      raisesRisk: "down",
      help: "Least distance between the regime EMAs for an entry; exits do not ask for it.",
    },
  };
}

/** The confidence multiplies the distance of two averages: both their errors reach it by that factor. */
const trendNeeds = (values: TrendValues): StrategyNeeds => ({
  timing: "1h",
  regime: "4h",
  timingWarmup: emaWarmup(values.timing),
  regimeWarmup: emaWarmup(Math.max(values.regime_fast, values.regime_slow), 2 * CONFIDENCE_PER_STRENGTH),
});

class TrendRun implements StrategyRun {
  private readonly fast: Ema;
  private readonly slow: Ema;
  private readonly timing: Ema;
  private readonly pullback: number;
  private readonly minStrength: number;
  /** Candles still to come before a signal is trusted. */
  private timingMissing: number;
  private regimeMissing: number;

  constructor(values: TrendValues) {
    const needs = trendNeeds(values);
    this.fast = new Ema(values.regime_fast);
    this.slow = new Ema(values.regime_slow);
    this.timing = new Ema(values.timing);
    this.pullback = values.pullback_bps / BPS;
    this.minStrength = values.min_regime_strength_bps / BPS;
    this.timingMissing = needs.timingWarmup;
    this.regimeMissing = needs.regimeWarmup;
  }

  onRegimeCandle(candles: CandleColumns, index: number): void {
    const close = candles.close[index]!;
    this.fast.update(close);
    this.slow.update(close);
    if (this.regimeMissing > 0) this.regimeMissing--;
  }

  warm(candles: CandleColumns, index: number): void {
    this.timing.update(candles.close[index]!);
    if (this.timingMissing > 0) this.timingMissing--;
  }

  onTimingCandle(candles: CandleColumns, index: number): Signal {
    this.warm(candles, index);
    if (this.timingMissing > 0 || this.regimeMissing > 0) return INSUFFICIENT_CANDLES;
    return this.judge(candles.close[index]!, this.timing.value, this.fast.value, this.slow.value);
  }

  private judge(close: number, timing: number, fast: number, slow: number): Signal {
    const strength = Math.abs(fast - slow) / slow;
    let confidence = Math.min(1, strength * CONFIDENCE_PER_STRENGTH);
    let side: Signal["side"] = "hold";
    let reason: keyof typeof REASONS = "flat_regime";
    // Orders stand behind a comparison that holds: a NaN anywhere ends in a hold.
    if (fast > slow) {
      if (strength < this.minStrength) reason = "weak_regime";
      else if (close >= timing * (1 - this.pullback)) {
        side = "buy";
        reason = "bullish_entry";
        confidence = Math.max(LEAST_ENTRY_CONFIDENCE, confidence);
      } else reason = "bullish_wait_pullback";
    } else if (fast < slow) {
      if (close <= timing * (1 + this.pullback)) {
        side = "sell";
        reason = "bearish_exit";
      } else reason = "bearish_wait_retest";
    }
    return {
      side,
      confidence,
      reason,
      values: { close, timing_ema: timing, fast_ema: fast, slow_ema: slow, regime_strength: strength },
    };
  }
}
