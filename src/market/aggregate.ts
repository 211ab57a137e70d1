/** Slower candles from faster ones; a bucket that lacks any of its base candles never becomes a candle. */
import type { CandleColumns } from "../core/candles.ts";
import { InputError, InvariantError } from "../core/errors.ts";
import { UNITS_PER_ASSET } from "../core/money.ts";
import { bucketOpenAt, type Timeframe, timeframeMs } from "../core/timeframe.ts";
import { CandleSeries } from "./series.ts";

/** Whether whole base candles fill a candle of the other timeframe: 1h into 4h, never 4h into 6h. */
export const canAggregate = (base: Timeframe, to: Timeframe): boolean =>
  timeframeMs(to) > timeframeMs(base) && timeframeMs(to) % timeframeMs(base) === 0;

/**
 * Incremental: constant work and no allocation a push (but for the doubling of the completed series).
 * Volumes are summed in whole units of 1e-8, so that they equal what the exchange publishes to the last digit.
 */
export class Aggregator {
  /** The completed candles. */
  readonly completed: CandleSeries;
  /** Buckets that were left behind with candles missing; the one still filling is not among them. */
  incomplete = 0;
  readonly #base: Timeframe;
  readonly #baseMs: number;
  readonly #bucketMs: number;
  readonly #needed: number;
  #lastOpenAt = Number.NEGATIVE_INFINITY;
  #bucketOpenAt = Number.NEGATIVE_INFINITY;
  #bucketEndAt = Number.NEGATIVE_INFINITY;
  #filled = 0;
  #open = 0;
  #high = 0;
  #low = 0;
  #volumeUnits = 0;

  /** Throws InputError `cannot_aggregate` when whole base candles do not fill a candle of `to`. */
  constructor(
    base: Timeframe,
    to: Timeframe,
    options: { readonly capacity?: number; readonly keep?: number } = {},
  ) {
    if (!canAggregate(base, to)) {
      throw new InputError("cannot_aggregate", `${to} candles cannot be made from ${base} candles.`, {
        base,
        to,
      });
    }
    this.#base = base;
    this.#baseMs = timeframeMs(base);
    this.#bucketMs = timeframeMs(to);
    this.#needed = this.#bucketMs / this.#baseMs;
    this.completed = new CandleSeries(to, options);
  }

  /**
   * Feeds one base candle; true when it completed a bucket, which then is the last of `completed`.
   * Throws InvariantError when the candle is not later than the one before or has another timeframe.
   */
  push(columns: CandleColumns, index: number): boolean {
    const openAt = columns.openAt[index]!;
    if (!(openAt > this.#lastOpenAt)) this.#refuse(columns, openAt);
    this.#lastOpenAt = openAt;
    const high = columns.high[index]!;
    const low = columns.low[index]!;
    const volumeUnits = Math.round(columns.volume[index]! * UNITS_PER_ASSET);
    if (openAt >= this.#bucketEndAt) {
      if (columns.timeframe !== this.#base) this.#refuse(columns, openAt);
      this.#startBucket(openAt);
      this.#open = columns.open[index]!;
      this.#high = high;
      this.#low = low;
      this.#volumeUnits = volumeUnits;
    } else {
      if (high > this.#high) this.#high = high;
      if (low < this.#low) this.#low = low;
      this.#volumeUnits += volumeUnits;
    }
    this.#filled += 1;
    if (this.#filled !== this.#needed) return false;
    const volume = this.#volumeUnits / UNITS_PER_ASSET;
    this.completed.push(this.#bucketOpenAt, this.#open, this.#high, this.#low, columns.close[index]!, volume);
    return true;
  }

  #startBucket(openAt: number): void {
    if (this.#filled !== 0 && this.#filled !== this.#needed) this.incomplete += 1;
    const next = this.#bucketEndAt;
    this.#bucketOpenAt = openAt === next ? next : bucketOpenAt(openAt, this.completed.timeframe);
    this.#bucketEndAt = this.#bucketOpenAt + this.#bucketMs;
    this.#filled = 0;
  }

  #refuse(columns: CandleColumns, openAt: number): never {
    throw new InvariantError("candle_out_of_order", "An aggregator takes base candles in order, each once.", {
      base: this.#base,
      timeframe: columns.timeframe,
      openAt,
      last: Number.isFinite(this.#lastOpenAt) ? this.#lastOpenAt : null,
    });
  }
}

/**
 * All complete candles of a slower timeframe, and how many buckets lacked candles (a last one still filling not counted).
 * Columns rise strictly on their grid, so a bucket whose first and last base candle stand the right distance apart is whole.
 */
export function aggregateColumns(
  columns: CandleColumns,
  to: Timeframe,
): { readonly columns: CandleSeries; readonly incomplete: number } {
  const { openAt, length, timeframe } = columns;
  if (!canAggregate(timeframe, to)) {
    throw new InputError("cannot_aggregate", `${to} candles cannot be made from ${timeframe} candles.`, {
      base: timeframe,
      to,
    });
  }
  const baseMs = timeframeMs(timeframe);
  const bucketMs = timeframeMs(to);
  const needed = bucketMs / baseMs;
  const series = new CandleSeries(to, { capacity: Math.ceil(length / needed) + 1 });
  let incomplete = 0;
  let index = 0;
  while (index < length) {
    const bucketAt = bucketOpenAt(openAt[index]!, to);
    const endAt = bucketAt + bucketMs;
    const end = index + needed;
    if (end <= length && openAt[index]! === bucketAt && openAt[end - 1]! === endAt - baseMs) {
      pushBucket(series, columns, index, end, bucketAt);
      index = end;
      continue;
    }
    while (index < length && openAt[index]! < endAt) index++;
    if (index < length) incomplete += 1;
  }
  return { columns: series, incomplete };
}

/**
 * One whole bucket from base candles `from` to `to` (exclusive). Volumes have 8 decimals; a sum of floats errs by far less
 * than half of the last one below a million coins a bucket, so rounding once gives the exact sum.
 */
function pushBucket(
  series: CandleSeries,
  columns: CandleColumns,
  from: number,
  to: number,
  openAt: number,
): void {
  const { high, low, volume } = columns;
  let highest = high[from]!;
  let lowest = low[from]!;
  let sum = 0;
  for (let i = from; i < to; i++) {
    if (high[i]! > highest) highest = high[i]!;
    if (low[i]! < lowest) lowest = low[i]!;
    sum += volume[i]!;
  }
  series.push(
    openAt,
    columns.open[from]!,
    highest,
    lowest,
    columns.close[to - 1]!,
    Math.round(sum * UNITS_PER_ASSET) / UNITS_PER_ASSET,
  );
}
