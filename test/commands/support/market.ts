// Hourly candles of a steadily rising market: the trend strategy buys on the next candle that closes.
import type { CandleColumns } from "../../../src/core/candles.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { CandleSeries } from "../../../src/market/series.ts";

export const HOUR_MS = 3_600_000;
/** 2026-03-01T12:00Z, an instant on the hour. */
export const NOW = Date.UTC(2026, 2, 1, 12);
export const STORED_CANDLES = 2_000;
/** Candles that close after NOW, for cycles to find. */
const LATER_CANDLES = 240;

export function risingCandles(): CandleColumns {
  const random = seededRandom("rising market");
  const series = new CandleSeries("1h");
  const cents = (price: number): number => Math.round(price * 100) / 100;
  let close = 40_000;
  for (let i = 0; i < STORED_CANDLES + LATER_CANDLES; i++) {
    const open = close;
    close = cents(open * (1 + 0.0002 + 0.0001 * random.normal()));
    const [low, high] = [Math.min(open, close) - 10, Math.max(open, close) + 10];
    series.push(NOW - (STORED_CANDLES - i) * HOUR_MS, open, cents(high), cents(low), close, 12);
  }
  return series;
}
