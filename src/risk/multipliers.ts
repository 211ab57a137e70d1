/** The factors an entry's size is scaled by. Each answers the unknown (NaN) with its most cautious value. */

/** 0.5 + 0.7 × confidence, the confidence held within 0 to 1. */
export const confidenceMultiplier = (confidence: number): number =>
  0.5 + 0.7 * (confidence > 0 ? Math.min(1, confidence) : 0);

/** By the percentile (0–100) of ATR ÷ close over the last 720 timing candles. */
export function volatilityMultiplier(percentile: number): number {
  if (percentile <= 25) return 1.15;
  if (percentile <= 75) return 1;
  if (percentile <= 90) return 0.85;
  return 0.5;
}

/** By the fall of equity below its peak, as a share of the peak. */
export function drawdownMultiplier(drawdownFraction: number): number {
  if (drawdownFraction < 0.05) return 1;
  if (drawdownFraction < 0.1) return 0.8;
  if (drawdownFraction < 0.15) return 0.5;
  return 0.2;
}
