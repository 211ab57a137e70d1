import { checkedPeriod } from "./checked-period.ts";

/**
 * Percentile, above 0 to 100, of the newest value among the last `period`: the share of them that are ≤ it, itself
 * included. NaN before there are `period` values; a NaN input (an indicator still warming up) is passed over.
 * Feeding is constant work; the rank is counted when asked for, which is once an entry and not once a candle.
 */
export class PercentileRank {
  private readonly ring: Float64Array;
  private slot = 0;
  private held = 0;
  private newest = Number.NaN;

  constructor(period: number) {
    this.ring = new Float64Array(checkedPeriod(period, 1));
  }

  update(x: number): void {
    if (Number.isNaN(x)) return;
    this.ring[this.slot] = x;
    this.newest = x;
    this.slot = this.slot + 1 === this.ring.length ? 0 : this.slot + 1;
    if (this.held < this.ring.length) this.held += 1;
  }

  get value(): number {
    const { ring, newest, held } = this;
    if (held < ring.length) return Number.NaN;
    let atMost = 0;
    for (let i = 0; i < held; i++) if (ring[i]! <= newest) atMost += 1;
    return (100 * atMost) / held;
  }
}
