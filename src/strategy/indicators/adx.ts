import { checkedPeriod } from "./checked-period.ts";
import { trueRange } from "./true-range.ts";

/**
 * Wilder's directional movement as TA-Lib computes it: `plusDi` and `minusDi` from candle `period` + 1 on, `adx` from
 * candle 2 × `period` on, all 0 to 100, NaN before.
 * TA-Lib seeds its sums with `period` − 1 candles and smooths from the next one on, S += x − S/period; the directional
 * index is averaged plainly over its first `period` values, then by Wilder. A still market moves neither.
 */
export class Adx {
  adx = Number.NaN;
  plusDi = Number.NaN;
  minusDi = Number.NaN;
  private readonly period: number;
  private seen = 0;
  private previousHigh = Number.NaN;
  private previousLow = Number.NaN;
  private previousClose = Number.NaN;
  private plusSum = 0;
  private minusSum = 0;
  private rangeSum = 0;
  private indexSum = 0;

  constructor(period: number) {
    this.period = checkedPeriod(period, 2);
  }

  update(high: number, low: number, close: number): void {
    if (this.seen > 0) this.move(high, low);
    this.seen++;
    this.previousHigh = high;
    this.previousLow = low;
    this.previousClose = close;
  }

  private move(high: number, low: number): void {
    const { seen, period } = this;
    const up = high - this.previousHigh;
    const down = this.previousLow - low;
    const keep = seen < period ? 1 : 1 - 1 / period;
    this.plusSum = this.plusSum * keep + (up > 0 && up > down ? up : 0);
    this.minusSum = this.minusSum * keep + (down > 0 && down > up ? down : 0);
    this.rangeSum = this.rangeSum * keep + trueRange(high, low, this.previousClose);
    if (seen < period) return;
    const range = this.rangeSum;
    this.plusDi = range > 0 ? (100 * this.plusSum) / range : 0;
    this.minusDi = range > 0 ? (100 * this.minusSum) / range : 0;
    this.average(this.plusDi, this.minusDi);
  }

  private average(plusDi: number, minusDi: number): void {
    const { seen, period } = this;
    const both = plusDi + minusDi;
    const index = both > 0 ? (100 * Math.abs(plusDi - minusDi)) / both : Number.NaN;
    if (seen < 2 * period) {
      if (both > 0) this.indexSum += index;
      if (seen === 2 * period - 1) this.adx = this.indexSum / period;
    } else if (both > 0) {
      this.adx += (index - this.adx) / period;
    }
  }
}
