import { checkedPeriod } from "./checked-period.ts";

/**
 * Mean of the last `period` values, NaN before there are that many. A running sum gathers a rounding error with
 * every update; adding the ring up afresh each time it wraps bounds the error to one period, at one more addition
 * a value on average.
 */
export class Sma {
  value = Number.NaN;
  private readonly ring: Float64Array;
  private slot = 0;
  private sum = 0;
  private isWarm = false;

  constructor(period: number) {
    this.ring = new Float64Array(checkedPeriod(period, 1));
  }

  update(x: number): number {
    const ring = this.ring;
    const slot = this.slot;
    this.sum += x - ring[slot]!;
    ring[slot] = x;
    if (slot + 1 === ring.length) this.wrap();
    else this.slot = slot + 1;
    if (this.isWarm) this.value = this.sum / ring.length;
    return this.value;
  }

  private wrap(): void {
    const ring = this.ring;
    let sum = 0;
    for (let i = 0; i < ring.length; i++) sum += ring[i]!;
    this.sum = sum;
    this.slot = 0;
    this.isWarm = true;
  }
}
