/** The exchange's public REST data as a MarketFeed for one symbol: every field checked, closed candles only. */
import type { BookLevel, OrderBook } from "../core/book.ts";
import type { Candle } from "../core/candles.ts";
import type { Clock } from "../core/clock.ts";
import { InputError } from "../core/errors.ts";
import type { Instrument } from "../core/instrument.ts";
import { unitsFromDecimal } from "../core/money.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import type { MarketFeed, Quote } from "../market/feed.ts";
import { candleFault } from "./candle-fault.ts";
import type { BinanceClient } from "./client.ts";
import { exchangeSymbol } from "./endpoint.ts";
import { BadPayloadError } from "./errors.ts";
import { type ListedInstrument, listedInstrument } from "./instrument-filters.ts";
import {
  depthSchema,
  exchangeInfoSchema,
  type KlineRow,
  klinesSchema,
  tickerPriceSchema,
} from "./schemas.ts";

export interface BinanceFeed extends MarketFeed {
  /** Names of the symbol's filters that our own checks do not know, as of the last `instrument()`. */
  otherFilters(): readonly string[];
}

/** The exchange's largest page. */
const PAGE_LIMIT = 1_000;
/** Filters move (MARKET_LOT_SIZE with liquidity, PERCENT_PRICE_BY_SIDE at will): for reading a book an hour is fresh enough. */
const INSTRUMENT_MAX_AGE_MS = 3_600_000;
/**
 * After the halt of 2018-02-08 the exchange opened candles at odd instants (1h of BTCUSDT at 28 min 14.789 s) until 2018-02-11,
 * and it still serves them so. Before this date a candle off the grid is left out, as missing; later it is a bad payload.
 */
const GRID_HOLDS_FROM = Date.UTC(2018, 1, 12);

const KLINES = "api/v3/klines";
const TICKER = "api/v3/ticker/price";
const DEPTH = "api/v3/depth";
const EXCHANGE_INFO = "api/v3/exchangeInfo";

const COLUMN = { openAt: 0, open: 1, high: 2, low: 3, close: 4, volume: 5, closeAt: 6 } as const;

export interface BinanceFeedOptions {
  readonly client: BinanceClient;
  readonly clock: Clock;
  readonly symbol: string;
}

export function createBinanceFeed(options: BinanceFeedOptions): BinanceFeed {
  const { client, clock } = options;
  const symbol = exchangeSymbol(options.symbol);
  let listed: (ListedInstrument & { readonly readAt: number }) | null = null;

  async function candles(timeframe: Timeframe, fromAt: number, limit: number): Promise<readonly Candle[]> {
    const lengthMs = timeframeMs(timeframe);
    const found: Candle[] = [];
    let startAt = Math.max(0, fromAt);
    while (found.length < limit) {
      // Read before asking: a candle that had closed by then was closed when the exchange answered.
      const asOf = await client.earliestServerTime();
      if (startAt + lengthMs > asOf) break;
      const asked = Math.min(PAGE_LIMIT, limit - found.length + 1);
      const query = { symbol, interval: timeframe, startTime: startAt, limit: asked };
      const { value: rows } = await client.read({ path: KLINES, query, weight: 2, schema: klinesSchema });
      const page = pageOfCandles(rows, lengthMs, startAt, asked);
      const closed = page.filter((candle) => candle.openAt + lengthMs <= asOf);
      found.push(...closed.slice(0, limit - found.length));
      if (rows.length < asked || closed.length < page.length) break;
      startAt = rows.at(-1)![0] + 1;
    }
    return found;
  }

  async function quote(): Promise<Quote> {
    const { value, receivedAt } = await client.read({
      path: TICKER,
      query: { symbol },
      weight: 2,
      schema: tickerPriceSchema,
    });
    if (value.symbol !== symbol) throw new BadPayloadError(TICKER, "symbol", "another symbol than asked for");
    return { price: value.price, at: receivedAt };
  }

  async function book(levels: number): Promise<OrderBook> {
    if (!Number.isInteger(levels) || levels < 1 || levels > 5_000) {
      throw new InputError("bad_levels", "A book has 1 to 5,000 levels a side.", { levels });
    }
    const instrument = await recentInstrument();
    const { value, receivedAt } = await client.read({
      path: DEPTH,
      query: { symbol, limit: levels },
      weight: depthWeight(levels),
      schema: depthSchema,
    });
    const bids = bookSide(value.bids, "bids", instrument);
    const asks = bookSide(value.asks, "asks", instrument);
    if (bids[0] !== undefined && asks[0] !== undefined && bids[0].ticks >= asks[0].ticks) {
      throw new BadPayloadError(DEPTH, "asks[0]", "not above the best bid");
    }
    return { at: receivedAt, bids, asks };
  }

  async function instrument(): Promise<Instrument> {
    const { value, receivedAt } = await client.read({
      path: EXCHANGE_INFO,
      query: { symbol },
      weight: 20,
      schema: exchangeInfoSchema,
    });
    const perMinute = value.rateLimits.find(
      (rule) =>
        rule.rateLimitType === "REQUEST_WEIGHT" && rule.interval === "MINUTE" && rule.intervalNum === 1,
    );
    if (perMinute?.limit !== undefined) client.useWeightLimit(perMinute.limit);
    listed = { ...listedInstrument(value, symbol, EXCHANGE_INFO), readAt: receivedAt };
    return listed.instrument;
  }

  async function recentInstrument(): Promise<Instrument> {
    const isRecent = listed !== null && clock.now() - listed.readAt < INSTRUMENT_MAX_AGE_MS;
    return isRecent && listed !== null ? listed.instrument : instrument();
  }

  return {
    candles,
    quote,
    book,
    instrument,
    serverTime: () => client.serverTime(),
    otherFilters: () => listed?.otherFilters ?? [],
  };
}

/** Checked candles in strictly rising order from `startAt` on; throws BadPayloadError naming row and column. */
function pageOfCandles(
  rows: readonly KlineRow[],
  lengthMs: number,
  startAt: number,
  asked: number,
): readonly Candle[] {
  if (rows.length > asked) throw new BadPayloadError(KLINES, `[${asked}]`, "more candles than asked for");
  const page: Candle[] = [];
  let previousAt = startAt - 1;
  for (const [index, row] of rows.entries()) {
    const [openAt, open, high, low, close, volume, closeAt] = row;
    if (openAt <= previousAt) {
      const problem = openAt === previousAt ? "the same candle twice" : "out of order";
      throw new BadPayloadError(KLINES, `[${index}][0]`, problem);
    }
    previousAt = openAt;
    const candle = { openAt, open, high, low, close, volume };
    const fault = candleFault(candle, closeAt, lengthMs);
    if (fault === null) page.push(candle);
    else if (openAt % lengthMs === 0 || openAt >= GRID_HOLDS_FROM) {
      throw new BadPayloadError(KLINES, `[${index}][${COLUMN[fault.field]}]`, fault.problem);
    }
  }
  return page;
}

/** One side of the depth in ticks and lots, strictly worsening; what is below a lot is no level. */
function bookSide(
  levels: readonly (readonly [string, string])[],
  side: "bids" | "asks",
  instrument: Instrument,
): readonly BookLevel[] {
  const checked: BookLevel[] = [];
  let previous: number | null = null;
  for (const [index, [price, quantity]] of levels.entries()) {
    const ticks = unitsFromDecimal(price) / instrument.tickUnits;
    if (!Number.isInteger(ticks))
      throw new BadPayloadError(DEPTH, `${side}[${index}][0]`, "off the price tick");
    const worsens = previous === null || (side === "bids" ? ticks < previous : ticks > previous);
    if (!worsens) throw new BadPayloadError(DEPTH, `${side}[${index}][0]`, "out of order");
    previous = ticks;
    const lots = Math.floor(unitsFromDecimal(quantity) / instrument.lotUnits);
    if (lots > 0) checked.push({ ticks, lots });
  }
  return checked;
}

/** Request weights of GET /api/v3/depth by `limit` (documentation). */
function depthWeight(levels: number): number {
  if (levels <= 100) return 5;
  if (levels <= 500) return 25;
  return levels <= 1_000 ? 50 : 250;
}
