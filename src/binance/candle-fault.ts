/** What makes a candle of the exchange unusable, said once for REST and stream. */
import type { Candle } from "../core/candles.ts";

export interface CandleFault {
  readonly field: "openAt" | "open" | "high" | "low" | "close" | "volume" | "closeAt";
  readonly problem: string;
}

const fault = (field: CandleFault["field"], problem: string): CandleFault =>
  Object.freeze({ field, problem });

const OPEN_NOT_INSTANT = fault("openAt", "not an instant in milliseconds");
const CLOSE_NOT_INSTANT = fault("closeAt", "not an instant in milliseconds");
const OPEN_OFF_GRID = fault("openAt", "not at the start of its timeframe");
const CLOSE_OUTSIDE = fault("closeAt", "outside its timeframe");
const BAD_OPEN = fault("open", "not a plain decimal above zero");
const BAD_HIGH = fault("high", "not a plain decimal above zero");
const BAD_LOW = fault("low", "not a plain decimal above zero");
const BAD_CLOSE = fault("close", "not a plain decimal above zero");
const BAD_VOLUME = fault("volume", "not a plain decimal");
const HIGH_BELOW = fault("high", "below the open, low or close");
const LOW_ABOVE = fault("low", "above the open, high or close");

/** Thirteen digits: milliseconds from 2001 to 2286. Seconds and microseconds fall outside. */
export const isInstant = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1e12 && (value as number) < 1e13;

/**
 * The first fault of a candle whose decimals were read by `plainDecimal`, or null.
 * `closeAt` is the last millisecond of the candle. It may lie before the end of the timeframe: the exchange cuts the candle
 * in which trading halted (BTCUSDT 1h of 2023-03-24 12:00 closes at 12:39:41.646).
 */
export function candleFault(candle: Candle, closeAt: unknown, lengthMs: number): CandleFault | null {
  const { openAt, open, high, low, close } = candle;
  if (!isInstant(openAt)) return OPEN_NOT_INSTANT;
  if (!isInstant(closeAt)) return CLOSE_NOT_INSTANT;
  if (openAt % lengthMs !== 0) return OPEN_OFF_GRID;
  if (closeAt <= openAt || closeAt >= openAt + lengthMs) return CLOSE_OUTSIDE;
  if (!(open > 0)) return BAD_OPEN;
  if (!(high > 0)) return BAD_HIGH;
  if (!(low > 0)) return BAD_LOW;
  if (!(close > 0)) return BAD_CLOSE;
  if (!(candle.volume >= 0)) return BAD_VOLUME;
  if (high < open || high < close || high < low) return HIGH_BELOW;
  if (low > open || low > close) return LOW_ABOVE;
  return null;
}
