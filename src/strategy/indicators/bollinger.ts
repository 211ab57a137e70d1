import { StandardDeviation } from "./standard-deviation.ts";

/** Bollinger bands: mean of `period` values ± `width` population standard deviations (TA-Lib's BBANDS over an SMA). */
export class Bollinger {
  upper = Number.NaN;
  middle = Number.NaN;
  lower = Number.NaN;
  private readonly window: StandardDeviation;
  private readonly width: number;

  constructor(period: number, width: number) {
    this.window = new StandardDeviation(period);
    this.width = width;
  }

  update(x: number): void {
    const reach = this.width * this.window.update(x);
    const middle = this.window.mean;
    this.upper = middle + reach;
    this.middle = middle;
    this.lower = middle - reach;
  }
}
