import { checkedPeriod } from "./checked-period.ts";

/** Smoothing factor of an exponential moving average: 2 ÷ (period + 1). */
export const emaAlpha = (period: number): number => 2 / (period + 1);

/** Smoothing factor of Wilder's average: 1 ÷ period. */
export const wilderAlpha = (period: number): number => 1 / period;

/**
 * Exponential average, v += α × (x − v), seeded with the mean of its first `period` values as TA-Lib does.
 * NaN before the seed is complete. With `wilderAlpha` it is Wilder's smoothing of RSI and ATR.
 * Differences, in the seed too, keep a constant input exactly constant: rounding makes no trend of a still market.
 */
export class Ema {
  value = Number.NaN;
  private readonly period: number;
  private readonly alpha: number;
  private seeding: number;
  private first = 0;
  private sum = 0;

  constructor(period: number, alpha: number = emaAlpha(period)) {
    this.period = checkedPeriod(period, 1);
    this.alpha = alpha;
    this.seeding = period;
  }

  update(x: number): number {
    if (this.seeding === 0) {
      const previous = this.value;
      const value = previous + this.alpha * (x - previous);
      this.value = value;
      return value;
    }
    return this.seed(x);
  }

  private seed(x: number): number {
    if (this.seeding === this.period) this.first = x;
    this.sum += x - this.first;
    this.seeding--;
    if (this.seeding === 0) this.value = this.first + this.sum / this.period;
    return this.value;
  }
}

/** The same average of a whole column at once: as long as `values`, NaN at the first `period` − 1 places. */
export function emaOf(values: Float64Array, period: number): Float64Array {
  const averages = new Float64Array(values.length);
  const seeded = checkedPeriod(period, 1);
  averages.fill(Number.NaN, 0, Math.min(seeded - 1, values.length));
  if (values.length < seeded) return averages;
  const first = values[0]!;
  let sum = 0;
  for (let i = 0; i < seeded; i++) sum += values[i]! - first;
  let average = first + sum / seeded;
  averages[seeded - 1] = average;
  const alpha = emaAlpha(seeded);
  for (let i = seeded; i < values.length; i++) {
    average += alpha * (values[i]! - average);
    averages[i] = average;
  }
  return averages;
}
