import { RollingMax } from "./rolling-max.ts";

/** Donchian channel: highest high and lowest low of the last `period` candles, the newest included; NaN until then. */
export class Donchian {
  upper = Number.NaN;
  lower = Number.NaN;
  private readonly highs: RollingMax;
  private readonly negatedLows: RollingMax;

  constructor(period: number) {
    this.highs = new RollingMax(period);
    this.negatedLows = new RollingMax(period);
  }

  update(high: number, low: number): void {
    this.upper = this.highs.update(high);
    this.lower = -this.negatedLows.update(-low);
  }
}
