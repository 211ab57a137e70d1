/** The simulated market as it may be seen at the clock's present instant: closed candles, the open one, price and book. */
import type { OrderBook } from "../core/book.ts";
import type { Clock } from "../core/clock.ts";
import { bucketOpenAt, type Timeframe, timeframeMs } from "../core/timeframe.ts";
import { bookAt } from "./book.ts";
import { candleSoFar } from "./candle-path.ts";
import type { CandleSource } from "./candle-source.ts";
import { TICKS_PER_QUOTE, toTicks } from "./listed-symbol.ts";
import { GrowingCandles, merged, type TradedCandle, type TradedColumns } from "./traded-candles.ts";

/** A slower timeframe with how many closed base candles went into it; its last row may still be filling. */
interface Aggregate {
  readonly candles: GrowingCandles;
  taken: number;
}

export class SimulatedMarket {
  readonly source: CandleSource;
  readonly seed: number | string;
  readonly #clock: Clock;
  readonly #aggregates = new Map<Timeframe, Aggregate>();
  #latest = Number.NEGATIVE_INFINITY;

  constructor(source: CandleSource, seed: number | string, clock: Clock) {
    this.source = source;
    this.seed = seed;
    this.#clock = clock;
  }

  /** The market's time, epoch ms. It never goes back, whatever the clock does: a closed candle stays closed. */
  now(): number {
    this.#latest = Math.max(this.#latest, this.#clock.now());
    return this.#latest;
  }

  /** Whether candles of this length can be made from the source's. */
  offers(timeframe: Timeframe): boolean {
    return timeframeMs(timeframe) % timeframeMs(this.source.baseTimeframe) === 0;
  }

  /** The candles closed by now; each call costs only what has closed since the last. */
  closed(timeframe: Timeframe): TradedColumns {
    return this.#closedBy(this.now(), timeframe);
  }

  /** The candle open now as far as it has got, or null where the source has a gap or has ended. */
  open(timeframe: Timeframe): TradedCandle | null {
    const now = this.now();
    const current = this.#current(now);
    if (timeframe === this.source.baseTimeframe) return current;
    const openAt = bucketOpenAt(now, timeframe);
    const candles = this.#upToDate(now, timeframe);
    const last = candles.length - 1;
    const filling = last >= 0 && candles.openAt(last) === openAt ? candles.at(last) : null;
    if (current === null) return filling;
    return filling === null ? { ...current, openAt } : merged(filling, current);
  }

  /** Last traded price; before the first candle, the price it will open at. */
  lastPrice(): number {
    return this.#lastPrice(this.now());
  }

  book(levels: number): OrderBook {
    const now = this.now();
    const base = this.#closedBy(now, this.source.baseTimeframe);
    // A random walk's range grows with the square root of time: slower candles are brought to a minute's measure.
    const inMinutes = Math.sqrt(timeframeMs(this.source.baseTimeframe) / timeframeMs("1m"));
    const last = base.length - 1;
    const range = last >= 0 ? (base.high[last]! - base.low[last]!) / inMinutes : 0;
    const lastTicks = toTicks(this.#lastPrice(now));
    return bookAt({ seed: this.seed, at: now, lastTicks, rangeTicks: range * TICKS_PER_QUOTE }, levels);
  }

  /** Rises whenever the book may have changed: its draw changes each second, its price at any instant. */
  bookUpdateId(): number {
    return this.now();
  }

  #lastPrice(now: number): number {
    const current = this.#current(now);
    if (current !== null) return current.close;
    const base = this.#closedBy(now, this.source.baseTimeframe);
    return base.length > 0 ? base.close[base.length - 1]! : this.source.candles.at(0).open;
  }

  #closedBy(now: number, timeframe: Timeframe): TradedColumns {
    const candles = this.#upToDate(now, timeframe);
    // The rows beyond are the one still filling, or the future of a replay.
    return candles.view(candles.countOpenedBy(now - timeframeMs(timeframe)));
  }

  #current(now: number): TradedCandle | null {
    const { source } = this;
    source.upTo(now);
    const openAt = bucketOpenAt(now, source.baseTimeframe);
    const index = source.candles.countOpenedBy(now) - 1;
    if (index < 0 || source.candles.openAt(index) !== openAt) return null;
    const share = (now - openAt) / timeframeMs(source.baseTimeframe);
    return candleSoFar(source.candles.at(index), share, this.seed);
  }

  #upToDate(now: number, timeframe: Timeframe): GrowingCandles {
    const { source } = this;
    source.upTo(now);
    if (timeframe === source.baseTimeframe) return source.candles;
    const aggregate = this.#aggregates.get(timeframe) ?? { candles: new GrowingCandles(timeframe), taken: 0 };
    this.#aggregates.set(timeframe, aggregate);
    const { candles } = aggregate;
    const closed = source.candles.countOpenedBy(now - timeframeMs(source.baseTimeframe));
    while (aggregate.taken < closed) {
      const candle = source.candles.at(aggregate.taken++);
      const openAt = bucketOpenAt(candle.openAt, timeframe);
      const last = candles.length - 1;
      if (last >= 0 && candles.openAt(last) === openAt) candles.replaceLast(merged(candles.at(last), candle));
      else candles.push({ ...candle, openAt });
    }
    return candles;
  }
}
