/** Candles in the exchange's kline shapes: the twelve-value rows of REST and the `k` object of the stream. */
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import { priceText, quantityText, quoteText, SYMBOL } from "./listed-symbol.ts";
import type { SimulatedMarket } from "./market.ts";
import { countOpenedBy, type TradedCandle, tradedCandleAt } from "./traded-candles.ts";

export interface KlineRange {
  /** Opening times from and to, both included, epoch ms. */
  readonly startTime: number | null;
  readonly endTime: number | null;
  readonly limit: number;
}

/** The JSON answer: oldest first from `startTime` when it is given, else the latest up to `endTime`; the open candle last. */
export function klinesJson(market: SimulatedMarket, timeframe: Timeframe, range: KlineRange): string {
  const closed = market.closed(timeframe);
  const open = market.open(timeframe);
  const count = closed.length + (open === null ? 0 : 1);
  const isOpenBy = (at: number): boolean => open !== null && open.openAt <= at;
  const openedBy = (at: number): number =>
    countOpenedBy(closed.openAt, closed.length, at) + (isOpenBy(at) ? 1 : 0);
  const end = range.endTime === null ? count : openedBy(range.endTime);
  const begin = range.startTime === null ? Math.max(0, end - range.limit) : openedBy(range.startTime - 1);
  const rows: string[] = [];
  for (let i = begin; i < Math.min(end, begin + range.limit); i++) {
    rows.push(klineRow(i < closed.length ? tradedCandleAt(closed, i) : open!, timeframe));
  }
  return `[${rows.join(",")}]`;
}

// Put together by hand: JSON.stringify of the same values takes twice as long, and a page has 1,000 rows.
function klineRow(candle: TradedCandle, timeframe: Timeframe): string {
  const prices = [candle.open, candle.high, candle.low, candle.close].map(priceText).join('","');
  const closeAt = candle.openAt + timeframeMs(timeframe) - 1;
  const traded = `"${quoteText(candle.quoteVolume)}",${candle.trades}`;
  const taken = `"${quantityText(candle.takerVolume)}","${quoteText(candle.takerQuoteVolume)}"`;
  return `[${candle.openAt},"${prices}","${quantityText(candle.volume)}",${closeAt},${traded},${taken},"0"]`;
}

/** The stream event of one candle, `x` telling whether it is closed. */
export function klineEvent(
  candle: TradedCandle,
  timeframe: Timeframe,
  isClosed: boolean,
  eventAt: number,
): object {
  const hasTrades = candle.trades > 0;
  return {
    e: "kline",
    E: eventAt,
    s: SYMBOL,
    k: {
      t: candle.openAt,
      T: candle.openAt + timeframeMs(timeframe) - 1,
      s: SYMBOL,
      i: timeframe,
      f: hasTrades ? candle.firstTradeId : -1,
      L: hasTrades ? candle.firstTradeId + candle.trades - 1 : -1,
      o: priceText(candle.open),
      c: priceText(candle.close),
      h: priceText(candle.high),
      l: priceText(candle.low),
      v: quantityText(candle.volume),
      n: candle.trades,
      x: isClosed,
      q: quoteText(candle.quoteVolume),
      V: quantityText(candle.takerVolume),
      Q: quoteText(candle.takerQuoteVolume),
      B: "0",
    },
  };
}
