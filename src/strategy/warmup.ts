/** How many candles an indicator needs before it no longer matters where history begins. */
import { emaAlpha, wilderAlpha } from "./indicators/ema.ts";

/** Largest relative change of a value that another beginning of history may cause. */
export const WARMUP_TOLERANCE = 1e-6;

/**
 * An exponential average forgets its seed by the factor (1 − α) an update, so a seed that is off by `seedError`
 * (relative to the value) is off by seedError × (1 − α)^n after n updates. This is the least whole n that brings it to
 * the tolerance: n ≥ ln(tolerance ÷ seedError) ÷ ln(1 − α). The candles of the seed itself come on top.
 */
export function warmupCandlesFor(alpha: number, seedError = 1): number {
  if (alpha >= 1) return 0;
  return Math.ceil(Math.log(WARMUP_TOLERANCE / seedError) / Math.log1p(-alpha));
}

/**
 * Of an EMA of prices. Its seed is a mean of prices near by: off by less than the price itself. A strategy that judges by
 * a multiple of the average passes that factor as `amplification`.
 */
export const emaWarmup = (period: number, amplification = 1): number =>
  period + warmupCandlesFor(emaAlpha(period), amplification);

/**
 * Of Wilder's average of price changes (RSI, ATR). One more candle because a change needs two prices; a seed taken in a
 * burst may be a thousand times the calm that follows (0.002 % candles after 2 % candles), so it has that much to forget.
 */
export const wilderWarmup = (period: number): number =>
  1 + period + warmupCandlesFor(wilderAlpha(period), 1000);
