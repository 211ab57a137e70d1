import { StandardDeviation } from "./standard-deviation.ts";

/** How many population standard deviations the newest of `period` values lies from their mean; 0 when all are equal. */
export class ZScore {
  value = Number.NaN;
  mean = Number.NaN;
  private readonly window: StandardDeviation;

  constructor(period: number) {
    this.window = new StandardDeviation(period);
  }

  update(x: number): number {
    const deviation = this.window.update(x);
    const mean = this.window.mean;
    const value = deviation === 0 ? 0 : (x - mean) / deviation;
    this.mean = mean;
    this.value = value;
    return value;
  }
}
