import { Ema, wilderAlpha } from "./ema.ts";
import { trueRange } from "./true-range.ts";

/**
 * Average true range in price units: Wilder's average of the true range, as TA-Lib's ATR. The first candle only gives
 * a close to measure from, so the first value comes with candle `period` + 1; NaN before.
 */
export class Atr {
  value = Number.NaN;
  private readonly average: Ema;
  private previousClose = Number.NaN;
  private hasPrevious = false;

  constructor(period: number) {
    this.average = new Ema(period, wilderAlpha(period));
  }

  update(high: number, low: number, close: number): number {
    if (this.hasPrevious) this.value = this.average.update(trueRange(high, low, this.previousClose));
    this.hasPrevious = true;
    this.previousClose = close;
    return this.value;
  }
}
