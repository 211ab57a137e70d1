/** The order book in the exchange's words: depth, the best offers, and the stream's bookTicker. */
import type { BookLevel } from "../core/book.ts";
import { LOTS_PER_BASE, priceText, quantityText, SYMBOL, TICKS_PER_QUOTE } from "./listed-symbol.ts";
import type { SimulatedMarket } from "./market.ts";

const texts = ({ ticks, lots }: BookLevel): [price: string, quantity: string] => [
  priceText(ticks / TICKS_PER_QUOTE),
  quantityText(lots / LOTS_PER_BASE),
];

export function depthJson(market: SimulatedMarket, levels: number): string {
  const { bids, asks } = market.book(levels);
  return JSON.stringify({
    lastUpdateId: market.bookUpdateId(),
    bids: bids.map(texts),
    asks: asks.map(texts),
  });
}

export function bestOffers(market: SimulatedMarket) {
  const { bids, asks } = market.book(1);
  const [bidPrice, bidQty] = texts(bids[0]!);
  const [askPrice, askQty] = texts(asks[0]!);
  return { symbol: SYMBOL, bidPrice, bidQty, askPrice, askQty };
}

export function bookTickerEvent(market: SimulatedMarket): object {
  const { bidPrice, bidQty, askPrice, askQty } = bestOffers(market);
  return { u: market.bookUpdateId(), s: SYMBOL, b: bidPrice, B: bidQty, a: askPrice, A: askQty };
}
