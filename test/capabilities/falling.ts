import { type CandleColumns, candleAt } from "../../src/core/candles.ts";
import { CandleSeries } from "../../src/market/series.ts";
import { HISTORY_HOURS, HOUR, START } from "./harness.ts";

/** The same candles with prices that fall by a thousandth each from the end of the history on. */
export function falling(candles: CandleColumns): CandleSeries {
  const fallsFrom = START + HISTORY_HOURS * HOUR;
  const series = new CandleSeries(candles.timeframe);
  let factor = 1;
  for (let i = 0; i < candles.length; i++) {
    const { openAt, open, high, low, close, volume } = candleAt(candles, i);
    const before = factor;
    if (openAt >= fallsFrom) factor *= 0.999;
    const at = (price: number, share: number): number => Math.round(price * share * 100) / 100;
    const opened = at(open, before);
    const closed = at(close, factor);
    series.push(
      openAt,
      opened,
      Math.max(at(high, before), opened, closed),
      Math.min(at(low, factor), opened, closed),
      closed,
      volume,
    );
  }
  return series;
}
