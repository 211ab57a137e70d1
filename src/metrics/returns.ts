import type { EquityCurve } from "./equity-curve.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** Crypto trades every day. */
export const YEAR_MS = 365 * DAY_MS;

/** The period returns are taken over when nobody says: a day, or an hour while there are fewer than 30 days. */
export const inferPeriodMs = (curve: EquityCurve): number =>
  curve.endedAt - curve.startedAt >= 30 * DAY_MS ? DAY_MS : HOUR_MS;

/**
 * Simple returns, one for every period from the one the account began in to the last point's, periods counted from the
 * epoch (days are UTC days). A point at the very end of a period belongs to it; a period without a point returns 0. The
 * first and the last period may be shorter.
 */
export function periodReturns(curve: EquityCurve, periodMs: number): Float64Array {
  const { at, units, length, startedAt } = curve;
  const first = Math.floor(startedAt / periodMs);
  const last = Math.max(first, Math.ceil(curve.endedAt / periodMs) - 1);
  if (curve.endedAt <= startedAt) return new Float64Array(0);
  const returns = new Float64Array(last - first + 1);
  let before = curve.startUnits;
  let value = before;
  let period = 0;
  let endsAt = (first + 1) * periodMs;
  for (let i = 0; i < length; i++) {
    const instant = at[i]!;
    while (instant > endsAt) {
      returns[period] = before > 0 ? value / before - 1 : 0;
      before = value;
      period += 1;
      endsAt = (first + period + 1) * periodMs;
    }
    value = units[i]!;
  }
  returns[period] = before > 0 ? value / before - 1 : 0;
  return returns;
}

export interface DayReturn {
  /** Midnight UTC the day began at, epoch ms. */
  readonly at: number;
  readonly returnFraction: number;
}

/** The best and the worst UTC day; null before any time has passed. */
export function extremeDays(curve: EquityCurve): {
  readonly best: DayReturn | null;
  readonly worst: DayReturn | null;
} {
  const days = periodReturns(curve, DAY_MS);
  if (days.length === 0) return { best: null, worst: null };
  let best = 0;
  let worst = 0;
  for (let i = 1; i < days.length; i++) {
    if (days[i]! > days[best]!) best = i;
    if (days[i]! < days[worst]!) worst = i;
  }
  const firstDay = Math.floor(curve.startedAt / DAY_MS);
  const dayAt = (index: number): DayReturn => ({
    at: (firstDay + index) * DAY_MS,
    returnFraction: days[index]!,
  });
  return { best: dayAt(best), worst: dayAt(worst) };
}
