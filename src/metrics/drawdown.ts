import type { EquityCurve } from "./equity-curve.ts";

export interface Drawdown {
  /** Largest fall below the highest equity so far, as a positive share of it; 0 when equity never fell. */
  readonly fraction: number;
  /** The peak it fell from, its lowest point, and when the peak was reached again; null when there was none (yet). */
  readonly peakAt: number | null;
  readonly troughAt: number | null;
  readonly recoveredAt: number | null;
  /** The longest time from a peak until it was reached again, or until now. */
  readonly longestUnderwaterMs: number;
  /** Share of the whole time spent between a peak and its recovery. */
  readonly underwaterFraction: number | null;
}

/** Over the whole curve, the starting balance being the first peak; null without a point. */
export function drawdownOf(curve: EquityCurve): Drawdown | null {
  const { at, units, length } = curve;
  if (length === 0) return null;
  let peak = curve.startUnits;
  let peakAt = curve.startedAt;
  let isUnder = false;
  let longestMs = 0;
  let totalMs = 0;
  let deepest = 0;
  let deepestPeakAt: number | null = null;
  let troughAt: number | null = null;
  let recoveredAt: number | null = null;
  for (let i = 0; i < length; i++) {
    const value = units[i]!;
    if (value >= peak) {
      if (isUnder) {
        const underMs = at[i]! - peakAt;
        totalMs += underMs;
        if (underMs > longestMs) longestMs = underMs;
        if (deepestPeakAt === peakAt) recoveredAt = at[i]!;
        isUnder = false;
      }
      peak = value;
      peakAt = at[i]!;
      continue;
    }
    isUnder = true;
    const fall = (peak - value) / peak;
    if (fall <= deepest) continue;
    deepest = fall;
    deepestPeakAt = peakAt;
    troughAt = at[i]!;
    recoveredAt = null;
  }
  if (isUnder) {
    const underMs = curve.endedAt - peakAt;
    totalMs += underMs;
    if (underMs > longestMs) longestMs = underMs;
  }
  const spanMs = curve.endedAt - curve.startedAt;
  return {
    fraction: deepest,
    peakAt: deepestPeakAt,
    troughAt,
    recoveredAt,
    longestUnderwaterMs: longestMs,
    underwaterFraction: spanMs > 0 ? totalMs / spanMs : null,
  };
}
