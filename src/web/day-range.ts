/** The last 24 hours of price from the stored candles. */
import { loadColumns } from "../../db/candles.ts";
import type { Reader } from "../../db/database.ts";
import { type Instrument, priceOf, ticksOf } from "../core/instrument.ts";
import { bucketOpenAt, type Timeframe } from "../core/timeframe.ts";

export interface DayRange {
  /** Against the price 24 hours ago, as a fraction. */
  readonly change: number;
  readonly lowTicks: number;
  readonly highTicks: number;
}

const DAY_MS = 86_400_000;

/** Null while the candle of 24 hours ago is missing. */
export function dayRange(
  reader: Reader,
  instrument: Instrument,
  timeframe: Timeframe,
  price: { readonly ticks: number; readonly at: number },
): DayRange | null {
  const fromAt = bucketOpenAt(price.at - DAY_MS, timeframe);
  const candles = loadColumns(reader, instrument.symbol, timeframe, { fromAt, toAt: price.at });
  if (candles.length === 0 || candles.openAt[0] !== fromAt) return null;
  const now = priceOf(instrument, price.ticks);
  let low = now;
  let high = now;
  for (let i = 0; i < candles.length; i++) {
    low = Math.min(low, candles.low[i]!);
    high = Math.max(high, candles.high[i]!);
  }
  return {
    change: now / candles.open[0]! - 1,
    lowTicks: ticksOf(instrument, low),
    highTicks: ticksOf(instrument, high),
  };
}
