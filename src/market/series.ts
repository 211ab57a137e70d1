/** Growing candle history in columns that refuses anything out of order, repeated or off its timeframe's grid. */
import { type Candle, type CandleColumns, candleAt } from "../core/candles.ts";
import { InvariantError, invariant } from "../core/errors.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";

const FIRST_CAPACITY = 1024;

/**
 * Columns are replaced when they grow: read them through the series each time, and only below `length`.
 * With `keep`, at least the last `keep` candles stay (at most twice as many are held) and indexes shift as old ones go.
 */
export class CandleSeries implements CandleColumns {
  readonly timeframe: Timeframe;
  length = 0;
  openAt: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  readonly #stepMs: number;
  readonly #keep: number;
  #expectedOpenAt = Number.NaN;

  constructor(timeframe: Timeframe, options: { readonly capacity?: number; readonly keep?: number } = {}) {
    const keep = options.keep ?? Number.POSITIVE_INFINITY;
    invariant(keep >= 1, "series_keeps_nothing", "A bounded series must keep at least one candle.", { keep });
    this.timeframe = timeframe;
    this.#stepMs = timeframeMs(timeframe);
    this.#keep = keep;
    const capacity = Number.isFinite(keep) ? 2 * keep : Math.max(1, options.capacity ?? FIRST_CAPACITY);
    this.openAt = new Float64Array(capacity);
    this.open = new Float64Array(capacity);
    this.high = new Float64Array(capacity);
    this.low = new Float64Array(capacity);
    this.close = new Float64Array(capacity);
    this.volume = new Float64Array(capacity);
  }

  /** Adds the next candle; gaps are allowed. Throws InvariantError when it is not later than the last or off the grid. */
  push(openAt: number, open: number, high: number, low: number, close: number, volume: number): void {
    if (openAt !== this.#expectedOpenAt) this.#refuseMisplaced(openAt);
    if (this.length === this.openAt.length) this.#makeRoom();
    const index = this.length;
    this.openAt[index] = openAt;
    this.open[index] = open;
    this.high[index] = high;
    this.low[index] = low;
    this.close[index] = close;
    this.volume[index] = volume;
    this.length = index + 1;
    this.#expectedOpenAt = openAt + this.#stepMs;
  }

  append(candle: Candle): void {
    this.push(candle.openAt, candle.open, candle.high, candle.low, candle.close, candle.volume);
  }

  /** Adds candles `from` (inclusive) to `to` (exclusive) of columns of the same timeframe. */
  appendColumns(columns: CandleColumns, from = 0, to = columns.length): void {
    invariant(columns.timeframe === this.timeframe, "series_timeframe_differs", "The timeframes differ.", {
      series: this.timeframe,
      columns: columns.timeframe,
    });
    const { openAt, open, high, low, close, volume } = columns;
    for (let i = Math.max(0, from); i < Math.min(to, columns.length); i++) {
      this.push(openAt[i]!, open[i]!, high[i]!, low[i]!, close[i]!, volume[i]!);
    }
  }

  /** The last `count` candles, oldest first (fewer when there are fewer). */
  tail(count: number): readonly Candle[] {
    const candles: Candle[] = [];
    for (let i = Math.max(0, this.length - count); i < this.length; i++) candles.push(candleAt(this, i));
    return candles;
  }

  /** Index of the first candle that opens at the instant or later; `length` when there is none. */
  indexAtOrAfter(openAt: number): number {
    return indexAtOrAfter(this, openAt);
  }

  /** Off the fast path of `push`: the first candle, one after a gap, or a mistake. */
  #refuseMisplaced(openAt: number): void {
    const last = this.length > 0 ? this.openAt[this.length - 1]! : null;
    const facts = { timeframe: this.timeframe, openAt, last };
    if (last !== null && !(openAt > last)) {
      const code = openAt === last ? "candle_repeated" : "candle_out_of_order";
      throw new InvariantError(code, "A candle must open later than the one before it.", facts);
    }
    if (!Number.isSafeInteger(openAt) || openAt % this.#stepMs !== 0) {
      throw new InvariantError("candle_misaligned", "A candle opens off the grid of its timeframe.", facts);
    }
  }

  #makeRoom(): void {
    if (Number.isFinite(this.#keep)) {
      const from = this.length - this.#keep;
      for (const column of this.#all()) column.copyWithin(0, from, this.length);
      this.length = this.#keep;
      return;
    }
    const grown = this.#all().map((column) => {
      const wider = new Float64Array(column.length * 2);
      wider.set(column);
      return wider;
    });
    [this.openAt, this.open, this.high, this.low, this.close, this.volume] = grown as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
  }

  #all(): Float64Array[] {
    return [this.openAt, this.open, this.high, this.low, this.close, this.volume];
  }
}

/** Index of the first candle that opens at the instant or later (binary search); `length` when there is none. */
export function indexAtOrAfter(columns: CandleColumns, openAt: number): number {
  let low = 0;
  let high = columns.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns.openAt[middle]! < openAt) low = middle + 1;
    else high = middle;
  }
  return low;
}
