/** The last 24 hours in one row, as the exchange's 24hr ticker gives them. */
import { timeframeMs } from "../core/timeframe.ts";
import { bestOffers } from "./book-answers.ts";
import { LOTS_PER_BASE, priceText, quantityText, quoteText, SYMBOL } from "./listed-symbol.ts";
import type { SimulatedMarket } from "./market.ts";
import { countOpenedBy, merged, type TradedCandle, tradedCandleAt } from "./traded-candles.ts";

const DAY_MS = timeframeMs("1d");

/** Candles of the base timeframe that opened within 24 hours, as one; the open candle is in it. */
function dayOf(market: SimulatedMarket): { day: TradedCandle; previousClose: number } {
  const { baseTimeframe } = market.source;
  const closed = market.closed(baseTimeframe);
  const first = countOpenedBy(closed.openAt, closed.length, market.now() - DAY_MS);
  const previousClose = first > 0 ? closed.close[first - 1]! : market.lastPrice();
  let day: TradedCandle | null = null;
  for (let i = first; i < closed.length; i++) {
    const candle = tradedCandleAt(closed, i);
    day = day === null ? candle : merged(day, candle);
  }
  const open = market.open(baseTimeframe);
  if (open !== null) day = day === null ? open : merged(day, open);
  return { day: day ?? silent(market.lastPrice(), market.now()), previousClose };
}

const silent = (price: number, at: number): TradedCandle => ({
  ...{ openAt: at, open: price, high: price, low: price, close: price, volume: 0, quoteVolume: 0 },
  ...{ trades: 0, takerVolume: 0, takerQuoteVolume: 0, firstTradeId: 0 },
});

export function dayTicker(market: SimulatedMarket): Readonly<Record<string, string | number>> {
  const { day, previousClose } = dayOf(market);
  const { bidPrice, bidQty, askPrice, askQty } = bestOffers(market);
  const meanPrice = day.volume > 0 ? day.quoteVolume / day.volume : day.close;
  return {
    symbol: SYMBOL,
    priceChange: priceText(day.close - day.open),
    priceChangePercent: ((day.close / day.open - 1) * 100).toFixed(3),
    weightedAvgPrice: meanPrice.toFixed(8),
    prevClosePrice: priceText(previousClose),
    lastPrice: priceText(day.close),
    // Single trades are not simulated: the day's mean trade stands for the last one.
    lastQty: quantityText(Math.floor((day.volume / Math.max(1, day.trades)) * LOTS_PER_BASE) / LOTS_PER_BASE),
    ...{ bidPrice, bidQty, askPrice, askQty },
    openPrice: priceText(day.open),
    highPrice: priceText(day.high),
    lowPrice: priceText(day.low),
    volume: quantityText(day.volume),
    quoteVolume: quoteText(day.quoteVolume),
    openTime: market.now() - DAY_MS,
    closeTime: market.now(),
    firstId: day.trades > 0 ? day.firstTradeId : -1,
    lastId: day.trades > 0 ? day.firstTradeId + day.trades - 1 : -1,
    count: day.trades,
  };
}

export function miniTickerEvent(market: SimulatedMarket, eventAt: number): object {
  const { day } = dayOf(market);
  return {
    ...{ e: "24hrMiniTicker", E: eventAt, s: SYMBOL },
    ...{ c: priceText(day.close), o: priceText(day.open), h: priceText(day.high), l: priceText(day.low) },
    ...{ v: quantityText(day.volume), q: quoteText(day.quoteVolume) },
  };
}
