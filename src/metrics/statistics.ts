/**
 * Statistics of a series of simple returns, one a period. Whatever is not defined (too few values, nothing to divide by)
 * is null, never 0, NaN or Infinity. Conventions are empyrical's, so that figures can be compared:
 * sample deviation (n − 1), downside deviation over all periods, ratios annualised by the square root of periods a year.
 */
import { moveSmallestFirst } from "./smallest.ts";

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

export function mean(values: Float64Array): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** With n − 1 in the denominator; null for fewer than two values. */
export function standardDeviation(values: Float64Array): number | null {
  const average = mean(values);
  if (average === null || values.length < 2) return null;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const distance = values[i]! - average;
    squares += distance * distance;
  }
  return Math.sqrt(squares / (values.length - 1));
}

/** Deviation over mean for a ratio; equal values leave a rest of rounding in the deviation, which counts as none. */
function meanOverDeviation(values: Float64Array): number | null {
  const average = mean(values);
  const deviation = standardDeviation(values);
  if (average === null || deviation === null || deviation <= Math.abs(average) * 1e-12) return null;
  return finite(average / deviation);
}

/** Sample deviation of the returns in a year. */
export function annualVolatility(returns: Float64Array, periodsAYear: number): number | null {
  const deviation = standardDeviation(returns);
  return deviation === null ? null : deviation * Math.sqrt(periodsAYear);
}

/** Sharpe (1994) with a risk-free rate of 0: mean ÷ sample deviation × √periods. */
export function sharpeRatio(returns: Float64Array, periodsAYear: number): number | null {
  const ratio = meanOverDeviation(returns);
  return ratio === null ? null : ratio * Math.sqrt(periodsAYear);
}

/** Root mean square of the returns below 0, gains counting as 0, in a year (Sortino & Price, 1994). */
export function downsideRisk(returns: Float64Array, periodsAYear: number): number | null {
  if (returns.length === 0) return null;
  let squares = 0;
  for (let i = 0; i < returns.length; i++) {
    const value = returns[i]!;
    if (value < 0) squares += value * value;
  }
  return Math.sqrt(squares / returns.length) * Math.sqrt(periodsAYear);
}

/** Mean return in a year ÷ downside risk; null without a losing period. */
export function sortinoRatio(returns: Float64Array, periodsAYear: number): number | null {
  const average = mean(returns);
  const risk = downsideRisk(returns, periodsAYear);
  if (average === null || risk === null || risk === 0 || returns.length < 2) return null;
  return finite((average * periodsAYear) / risk);
}

/** Gains above the threshold ÷ losses below it (Keating & Shadwick, 2002), the threshold a return of one period. */
export function omegaRatio(returns: Float64Array, threshold = 0): number | null {
  if (returns.length < 2) return null;
  let gains = 0;
  let losses = 0;
  for (let i = 0; i < returns.length; i++) {
    const excess = returns[i]! - threshold;
    if (excess > 0) gains += excess;
    else losses -= excess;
  }
  return losses > 0 ? finite(gains / losses) : null;
}

/** Mean of the worst share of returns (expected shortfall): the first ⌊(n − 1) × share⌋ + 1 of them in order. */
export function conditionalValueAtRisk(returns: Float64Array, share = 0.05): number | null {
  if (returns.length === 0) return null;
  const count = Math.floor((returns.length - 1) * share) + 1;
  return mean(moveSmallestFirst(returns.slice(), count).subarray(0, count));
}

/** Compound annual growth: (end ÷ start)^(1 ÷ years) − 1. */
export function compoundAnnualGrowth(start: number, end: number, years: number): number | null {
  if (start <= 0 || end < 0 || years <= 0) return null;
  return finite((end / start) ** (1 / years) - 1);
}

/** Annual growth ÷ largest drawdown, which is given as a positive share (Young, 1991). */
export const calmarRatio = (growth: number | null, maxDrawdown: number | null): number | null =>
  growth === null || maxDrawdown === null || maxDrawdown === 0 ? null : finite(growth / maxDrawdown);

/** System quality number: √n × mean ÷ sample deviation of closed trades' pnl (Van Tharp, with pnl for R multiples). */
export function systemQuality(pnls: Float64Array): number | null {
  const ratio = meanOverDeviation(pnls);
  return ratio === null ? null : ratio * Math.sqrt(pnls.length);
}
