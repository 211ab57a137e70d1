/** The highest equity of the last so many minutes in constant memory: the window is kept as 64 slices, each with its maximum. */
import type { JsonValue } from "../core/event.ts";

const SLICES = 64;
const MINUTE_MS = 60_000;

/** `push` may run on every candle of a backtest: within a slice it is two comparisons of plain numbers. */
export class EquityWindow {
  readonly #sliceMs: number;
  /** Finished slices, oldest first: where each began and its maximum. */
  #begunAt: number[] = [];
  #maxima: number[] = [];
  /** The slice still growing. */
  #fromAt = 0;
  #untilAt = Number.NEGATIVE_INFINITY;
  #maximum = Number.NEGATIVE_INFINITY;
  /** Of all slices. */
  #highest = Number.NEGATIVE_INFINITY;

  constructor(windowMinutes: number) {
    this.#sliceMs = (windowMinutes * MINUTE_MS) / SLICES;
  }

  /**
   * Takes equity at an instant (never earlier than the last) and answers the highest of the window, which is at most
   * one slice longer than asked for.
   */
  push(at: number, equityUnits: number): number {
    if (at >= this.#untilAt) this.#begin(at);
    if (equityUnits > this.#maximum) {
      this.#maximum = equityUnits;
      if (equityUnits > this.#highest) this.#highest = equityUnits;
    }
    return this.#highest;
  }

  clear(): void {
    this.#begunAt = [];
    this.#maxima = [];
    this.#untilAt = Number.NEGATIVE_INFINITY;
    this.#maximum = Number.NEGATIVE_INFINITY;
    this.#highest = Number.NEGATIVE_INFINITY;
  }

  /** Pairs of instant and maximum, so that a window of another length can take them over. */
  memory(): JsonValue {
    const pairs: [number, number][] = this.#begunAt.map((at, i) => [at, this.#maxima[i]!]);
    if (this.#isGrowing) pairs.push([this.#fromAt, this.#maximum]);
    return pairs;
  }

  restore(pairs: readonly (readonly [at: number, maximum: number])[]): void {
    this.clear();
    for (const [at, maximum] of pairs) this.push(at, maximum);
  }

  get #isGrowing(): boolean {
    return this.#maximum > Number.NEGATIVE_INFINITY;
  }

  #begin(at: number): void {
    if (this.#isGrowing) {
      this.#begunAt.push(this.#fromAt);
      this.#maxima.push(this.#maximum);
    }
    this.#fromAt = at - (at % this.#sliceMs);
    this.#untilAt = this.#fromAt + this.#sliceMs;
    this.#maximum = Number.NEGATIVE_INFINITY;
    const oldestAt = this.#fromAt - SLICES * this.#sliceMs;
    while (this.#begunAt.length > 0 && this.#begunAt[0]! < oldestAt) {
      this.#begunAt.shift();
      this.#maxima.shift();
    }
    this.#highest = Number.NEGATIVE_INFINITY;
    for (const maximum of this.#maxima) if (maximum > this.#highest) this.#highest = maximum;
  }
}
