/** Asks the market for what closed since the last cycle. Reads only; everything it brings is written by the commit. */

import { lastOpenAt } from "../../db/candles.ts";
import type { Database } from "../../db/database.ts";
import type { OrderBook } from "../core/book.ts";
import type { Candle } from "../core/candles.ts";
import { OutsideError } from "../core/errors.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import type { MarketFeed, Quote } from "../market/feed.ts";

/** What one cycle found in the market. */
export interface Gathered {
  readonly timing: readonly Candle[];
  /** Candles of the exit timeframe; empty when it is the timing timeframe itself. */
  readonly exit: readonly Candle[];
  readonly quote: Quote | null;
  readonly book: OrderBook | null;
  /** Why something is missing, in one sentence; null when the market answered everything. */
  readonly fault: string | null;
}

export interface GatherPlan {
  readonly symbol: string;
  readonly timing: Timeframe;
  readonly exit: Timeframe;
  /** Where the trader's last timing candle closed; null when it has seen none. */
  readonly timingFromAt: number | null;
  /** Exit candles are of interest from here on, epoch ms. */
  readonly exitFromAt: number;
  /** A position or a resting order is there: every exit candle from then on must pass the trader. */
  readonly isExposed: boolean;
  /** Market orders walk the book: it is asked for when one may follow. */
  readonly wantsBook: boolean;
  /** An order may follow even when no candle is new: an undecided candle, or a position to be closed. */
  readonly isOrderDue: boolean;
  readonly now: number;
}

/** Candles in one go: a week of minutes, or years of hours. The rest follows with the next cycle. */
const MOST_CANDLES = 10_000;
const BOOK_LEVELS = 100;

/** Never throws for the market's sake: what it did not answer is said in `fault`. */
export async function gather(database: Database, feed: MarketFeed, plan: GatherPlan): Promise<Gathered> {
  const faults: string[] = [];
  const ask = async <T>(question: () => Promise<T>, without: T): Promise<T> => {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error;
      faults.push(error.message);
      return without;
    }
  };
  const since = (timeframe: Timeframe, fallbackAt: number): number => {
    const last = database.read((reader) => lastOpenAt(reader, plan.symbol, timeframe));
    return last === null ? fallbackAt : last + timeframeMs(timeframe);
  };
  const fresh = (timeframe: Timeframe, fromAt: number): Promise<readonly Candle[]> => {
    const isDue = fromAt + timeframeMs(timeframe) <= plan.now;
    return isDue ? ask(() => feed.candles(timeframe, fromAt, MOST_CANDLES), []) : Promise.resolve([]);
  };
  // What the trader has seen decides, not what is stored: candles may reach the cache without passing it.
  const unseen = plan.timingFromAt ?? since(plan.timing, plan.now - 2 * timeframeMs(plan.timing));
  const closed = await fresh(plan.timing, unseen);
  const exitFromAt = plan.isExposed
    ? plan.exitFromAt
    : Math.max(since(plan.exit, plan.exitFromAt), plan.exitFromAt);
  const exit = plan.exit === plan.timing ? [] : await fresh(plan.exit, exitFromAt);
  const timing = exit.length < MOST_CANDLES ? closed : untilClose(closed, plan, exit);
  const isOrderLikely = plan.isOrderDue || timing.length > 0 || exit.length > 0;
  const quote = await ask<Quote | null>(() => feed.quote(), null);
  const book =
    plan.wantsBook && isOrderLikely ? await ask<OrderBook | null>(() => feed.book(BOOK_LEVELS), null) : null;
  return { timing, exit, quote, book, fault: faults.length === 0 ? null : faults.join(" ") };
}

/** After a long absence the exit candles come in parts: no decision may run ahead of the exits that are still to come. */
function untilClose(
  closed: readonly Candle[],
  { timing, exit }: GatherPlan,
  exits: readonly Candle[],
): readonly Candle[] {
  const reachedAt = exits.at(-1)!.openAt + timeframeMs(exit);
  return closed.filter((candle) => candle.openAt + timeframeMs(timing) <= reachedAt);
}
