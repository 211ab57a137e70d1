import { checkedPeriod } from "./checked-period.ts";

/** When the variance falls below this share of what the sums have held, its digits are gone: sum afresh. */
const RESOLVED = 1e-4;

/**
 * Mean and population standard deviation of the last `period` values; NaN before there are that many.
 * Σx² − (Σx)²/n of raw prices loses every digit when the deviation is small beside the price (60,000 ± 5), and
 * running sums drift. So the sums are of differences from a recent value, and are taken afresh from the ring each
 * time it wraps, or sooner when the window has grown so calm that the difference of the sums would be noise.
 */
export class StandardDeviation {
  value = Number.NaN;
  mean = Number.NaN;
  private readonly ring: Float64Array;
  private slot = 0;
  private isWarm = false;
  private pivot = 0;
  private sum = 0;
  private squares = 0;
  /** Largest sum of squares since the sums were last taken afresh: its rounding error is still in them. */
  private peakSquares = 0;

  constructor(period: number) {
    this.ring = new Float64Array(checkedPeriod(period, 1));
  }

  update(x: number): number {
    const ring = this.ring;
    const slot = this.slot;
    const added = x - this.pivot;
    const removed = ring[slot]! - this.pivot;
    this.sum += added - removed;
    this.squares += added * added - removed * removed;
    if (this.squares > this.peakSquares) this.peakSquares = this.squares;
    ring[slot] = x;
    if (slot + 1 === ring.length) {
      this.slot = 0;
      this.isWarm = true;
      this.sumAfresh(x);
    } else {
      this.slot = slot + 1;
    }
    return this.isWarm ? this.measure(x) : this.value;
  }

  private measure(x: number): number {
    const n = this.ring.length;
    let scatter = this.squares - (this.sum * this.sum) / n;
    if (scatter < RESOLVED * this.peakSquares) {
      this.sumAfresh(x);
      scatter = this.squares - (this.sum * this.sum) / n;
    }
    this.mean = this.pivot + this.sum / n;
    const deviation = scatter <= 0 ? 0 : Math.sqrt(scatter / n);
    this.value = deviation;
    return deviation;
  }

  /** The pivot is a value of the window, not its mean: a constant window then has a deviation of exactly 0. */
  private sumAfresh(pivot: number): void {
    const ring = this.ring;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < ring.length; i++) {
      const difference = ring[i]! - pivot;
      sum += difference;
      squares += difference * difference;
    }
    this.pivot = pivot;
    this.sum = sum;
    this.squares = squares;
    this.peakSquares = squares;
  }
}
