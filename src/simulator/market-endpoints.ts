/** The market half of /api/v3: each endpoint with its weight and its answer. */
import { timeframeMs } from "../core/timeframe.ts";
import { ApiError } from "./api-error.ts";
import { MOST_LEVELS } from "./book.ts";
import { bestOffers, depthJson } from "./book-answers.ts";
import { dayTicker } from "./day-statistics.ts";
import type { Endpoint, MarketView } from "./endpoint.ts";
import { exchangeInfo } from "./exchange-info.ts";
import { klinesJson } from "./klines.ts";
import { priceText, SYMBOL } from "./listed-symbol.ts";
import type { SimulatedMarket } from "./market.ts";
import type { Query } from "./query.ts";

/** Most endpoints about one symbol cost less with `symbol` than without. */
const bySymbol = (one: number, more: number) => (sent: URLSearchParams) => (sent.has("symbol") ? one : more);

/** The weights of depth by its limit. */
function depthWeight(sent: URLSearchParams): number {
  const limit = Number(sent.get("limit") ?? 100);
  return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250;
}

function klines(query: Query, { market }: MarketView): string {
  query.symbol();
  const interval = query.interval();
  const startTime = query.number("startTime");
  const endTime = query.number("endTime");
  const limit = query.limit(500, 1000);
  // Candles of other days than UTC's are not kept.
  if (!/^[+-]?0{1,2}(:00)?$/.test(query.optional("timeZone") ?? "0")) {
    throw new ApiError(-1130, "Data sent for parameter 'timeZone' is not valid.");
  }
  query.finish();
  if (!market.offers(interval)) throw new ApiError(-1120, "Invalid interval.");
  return klinesJson(market, interval, { startTime, endTime, limit });
}

/** One object for `symbol`, a list otherwise. */
function perSymbol(query: Query, row: () => object): string {
  const asked = query.symbols();
  query.finish();
  return JSON.stringify(asked === "one" ? row() : [row()]);
}

const AVERAGE_MINUTES = 5;

/** Volume-weighted over the last five minutes; the last price when nothing traded. */
function averagePrice(market: SimulatedMarket): string {
  const base = market.closed(market.source.baseTimeframe);
  const open = market.open(market.source.baseTimeframe);
  const candles = Math.ceil((AVERAGE_MINUTES * 60_000) / timeframeMs(market.source.baseTimeframe));
  let quote = open?.quoteVolume ?? 0;
  let volume = open?.volume ?? 0;
  for (let i = Math.max(0, base.length - candles); i < base.length; i++) {
    quote += base.quoteVolume[i]!;
    volume += base.volume[i]!;
  }
  const price = volume > 0 ? (quote / volume).toFixed(8) : priceText(market.lastPrice());
  return JSON.stringify({ mins: AVERAGE_MINUTES, price, closeTime: market.now() });
}

export const MARKET_ENDPOINTS: readonly Endpoint[] = [
  { path: "/api/v3/ping", weight: () => 1, answer: nothing },
  {
    path: "/api/v3/time",
    weight: () => 1,
    answer: (query, view) => {
      query.finish();
      return JSON.stringify({ serverTime: view.serverTime() });
    },
  },
  { path: "/api/v3/exchangeInfo", weight: () => 20, answer: exchangeInfo },
  { path: "/api/v3/klines", weight: () => 2, answer: klines },
  { path: "/api/v3/uiKlines", weight: () => 2, answer: klines },
  {
    path: "/api/v3/depth",
    weight: depthWeight,
    answer: (query, { market }) => {
      query.symbol();
      const limit = query.limit(100, MOST_LEVELS);
      query.finish();
      return depthJson(market, limit);
    },
  },
  {
    path: "/api/v3/avgPrice",
    weight: () => 2,
    answer: (query, { market }) => {
      query.symbol();
      query.finish();
      return averagePrice(market);
    },
  },
  {
    path: "/api/v3/ticker/price",
    weight: bySymbol(2, 4),
    answer: (query, { market }) =>
      perSymbol(query, () => ({ symbol: SYMBOL, price: priceText(market.lastPrice()) })),
  },
  {
    path: "/api/v3/ticker/bookTicker",
    weight: bySymbol(2, 4),
    answer: (query, { market }) => perSymbol(query, () => bestOffers(market)),
  },
  {
    path: "/api/v3/ticker/24hr",
    weight: bySymbol(2, 80),
    answer: (query, { market }) => perSymbol(query, () => dayTicker(market)),
  },
];

function nothing(query: Query): string {
  query.finish();
  return "{}";
}
