import { checkedPeriod } from "./checked-period.ts";

/**
 * Largest of the last `period` values, the newest included; NaN before there are that many.
 * A deque of falling candidates (a value is dropped when a newer one is at least as large) kept in ring arrays:
 * each value enters and leaves once, so an update costs the same on average whatever the period.
 */
export class RollingMax {
  value = Number.NaN;
  private readonly period: number;
  private readonly mask: number;
  private readonly candidates: Float64Array;
  private readonly arrivals: Int32Array;
  private head = 0;
  private tail = 0;
  private seen = 0;

  constructor(period: number) {
    this.period = checkedPeriod(period, 1);
    const capacity = 2 ** Math.ceil(Math.log2(period));
    this.mask = capacity - 1;
    this.candidates = new Float64Array(capacity);
    this.arrivals = new Int32Array(capacity);
  }

  update(x: number): number {
    const { candidates, arrivals, mask, period } = this;
    const arrival = this.seen;
    let head = this.head;
    let tail = this.tail;
    if (head < tail && arrivals[head & mask]! <= arrival - period) head++;
    while (head < tail && candidates[(tail - 1) & mask]! <= x) tail--;
    candidates[tail & mask] = x;
    arrivals[tail & mask] = arrival;
    this.head = head;
    this.tail = tail + 1;
    this.seen = arrival + 1;
    if (arrival + 1 >= period) this.value = candidates[head & mask]!;
    return this.value;
  }
}
