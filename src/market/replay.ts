/** A market made of stored candles: the clock decides what has happened so far, at whatever speed it runs. */
import type { OrderBook } from "../core/book.ts";
import { type Candle, type CandleColumns, candleAt } from "../core/candles.ts";
import type { Clock } from "../core/clock.ts";
import { OutsideError } from "../core/errors.ts";
import type { Instrument } from "../core/instrument.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import { aggregateColumns, canAggregate } from "./aggregate.ts";
import type { MarketFeed, MarketStream, Quote, StreamEvents } from "./feed.ts";
import { REPLAY_INSTRUMENT } from "./replay-instrument.ts";
import { indexAtOrAfter } from "./series.ts";

/** The candles of a file in every timeframe they can be aggregated to, each made once. */
export class ReplayCandles {
  readonly base: CandleColumns;
  readonly #made = new Map<Timeframe, CandleColumns>();

  constructor(base: CandleColumns) {
    this.base = base;
    this.#made.set(base.timeframe, base);
  }

  /** Throws OutsideError `timeframe_not_replayed` for a timeframe the file's candles cannot make. */
  in(timeframe: Timeframe): CandleColumns {
    const made = this.#made.get(timeframe);
    if (made !== undefined) return made;
    const base = this.base.timeframe;
    if (!canAggregate(base, timeframe)) {
      const message = `The replayed candles are ${base}: ${timeframe} candles cannot be made from them.`;
      throw new OutsideError("timeframe_not_replayed", message, { base, timeframe });
    }
    const { columns } = aggregateColumns(this.base, timeframe);
    this.#made.set(timeframe, columns);
    return columns;
  }
}

/** How many candles have closed at an instant. */
const closedBy = (columns: CandleColumns, now: number): number =>
  indexAtOrAfter(columns, Math.floor(now) - timeframeMs(columns.timeframe) + 1);

/** Replayed candles as a market. There is no order book; a quote is the last close and is as old as that candle's end. */
export class ReplayFeed implements MarketFeed {
  readonly #candles: ReplayCandles;
  readonly #clock: Clock;
  readonly #instrument: Instrument;

  constructor(candles: ReplayCandles, clock: Clock, instrument: Instrument = REPLAY_INSTRUMENT) {
    this.#candles = candles;
    this.#clock = clock;
    this.#instrument = instrument;
  }

  async candles(timeframe: Timeframe, fromAt: number, limit: number): Promise<readonly Candle[]> {
    const columns = this.#candles.in(timeframe);
    const from = indexAtOrAfter(columns, fromAt);
    const to = Math.min(closedBy(columns, this.#clock.now()), from + limit);
    const found: Candle[] = [];
    for (let i = from; i < to; i++) found.push(candleAt(columns, i));
    return found;
  }

  /** Throws OutsideError `no_quote` before the first candle has closed. */
  async quote(): Promise<Quote> {
    const { base } = this.#candles;
    const last = closedBy(base, this.#clock.now()) - 1;
    if (last < 0) throw new OutsideError("no_quote", "No replayed candle has closed yet.");
    return { price: base.close[last]!, at: base.openAt[last]! + timeframeMs(base.timeframe) };
  }

  async book(): Promise<OrderBook> {
    throw new OutsideError("no_book", "A replayed market has no order book: fill by slippage instead.");
  }

  async instrument(): Promise<Instrument> {
    return this.#instrument;
  }

  async serverTime(): Promise<number> {
    return this.#clock.now();
  }
}

/**
 * Says each replayed candle as the clock passes its close: the price first, then the candles that close together, slowest
 * first, so that whoever acts on the fast one already holds the slow one. Disconnects when the candles end.
 */
export class ReplayStream implements MarketStream {
  readonly #candles: ReplayCandles;
  readonly #clock: Clock;
  #cancel: (() => void) | null = null;

  constructor(candles: ReplayCandles, clock: Clock) {
    this.#candles = candles;
    this.#clock = clock;
  }

  /** Begins with the first candle that closes after now. Throws OutsideError for a timeframe that cannot be replayed. */
  start(timeframes: readonly Timeframe[], events: StreamEvents): void {
    this.#cancel?.();
    const now = this.#clock.now();
    const { base } = this.#candles;
    const slowestFirst = [...new Set(timeframes)].sort((a, b) => timeframeMs(b) - timeframeMs(a));
    const cursors = slowestFirst.map((timeframe) => {
      const columns = this.#candles.in(timeframe);
      return { columns, step: timeframeMs(timeframe), next: closedBy(columns, now) };
    });
    const baseStep = timeframeMs(base.timeframe);
    let next = closedBy(base, now);

    const wait = (): void => {
      if (next >= base.length) {
        this.#cancel = null;
        events.onStatus("disconnected", "the replayed candles have ended");
        return;
      }
      const closesAt = base.openAt[next]! + baseStep;
      this.#cancel = this.#clock.after(closesAt - this.#clock.now(), () => closeCandle(closesAt));
    };
    const closeCandle = (closesAt: number): void => {
      const run = this.#cancel;
      events.onPrice(base.close[next]!);
      next += 1;
      for (const cursor of cursors) {
        const { columns, step } = cursor;
        if (cursor.next >= columns.length || columns.openAt[cursor.next]! + step > closesAt) continue;
        events.onCandle(columns.timeframe, candleAt(columns, cursor.next));
        cursor.next += 1;
      }
      // A listener may have stopped the stream, or started it anew.
      if (this.#cancel === run) wait();
    };
    events.onStatus("connected", "replay");
    wait();
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
  }
}
