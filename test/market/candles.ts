/** Candles for tests: a seeded random walk on the 0.01 tick, as columns and as lines of CSV. */
import type { CandleColumns } from "../../src/core/candles.ts";
import { seededRandom } from "../../src/core/random.ts";
import { type Timeframe, timeframeMs } from "../../src/core/timeframe.ts";
import { CandleSeries } from "../../src/market/series.ts";

export const HOUR = 3_600_000;
/** Wednesday 2023-03-01, midnight UTC. */
export const START = Date.UTC(2023, 2, 1);
/** Long after every candle here has closed. */
export const LATER = Date.UTC(2026, 0, 1);

export const HEADER = "open_time,open,high,low,close,volume";

/** `count` candles without gaps from `fromAt` on. */
export function walk(
  count: number,
  timeframe: Timeframe = "1h",
  seed = "walk",
  fromAt = START,
): CandleSeries {
  const random = seededRandom(seed);
  const series = new CandleSeries(timeframe);
  let ticks = 2_500_000;
  for (let i = 0; i < count; i++) {
    const open = ticks;
    ticks = Math.max(100_000, Math.round(ticks * (1 + 0.002 * random.normal())));
    const high = Math.max(open, ticks) + random.integer(2_000);
    const low = Math.min(open, ticks) - random.integer(2_000);
    const lots = 1 + random.integer(50_000_000);
    const openAt = fromAt + i * timeframeMs(timeframe);
    series.push(openAt, open / 100, high / 100, low / 100, ticks / 100, lots / 100_000);
  }
  return series;
}

/** The lines of a six-column CSV, without its header. */
export function linesOf(columns: CandleColumns): string[] {
  return Array.from({ length: columns.length }, (_, i) =>
    [columns.openAt, columns.open, columns.high, columns.low, columns.close, columns.volume]
      .map((column) => column[i])
      .join(","),
  );
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A CSV file of a header and lines, each with a line end. */
export const fileOf = (lines: readonly string[], header = HEADER): Uint8Array =>
  bytesOf([header, ...lines, ""].join("\n"));

/** The filled part of the columns as plain arrays, for comparison. */
export function plain(columns: CandleColumns): Record<string, number[]> {
  const { length, openAt, open, high, low, close, volume } = columns;
  const filled = (column: Float64Array) => Array.from(column.subarray(0, length));
  return {
    openAt: filled(openAt),
    open: filled(open),
    high: filled(high),
    low: filled(low),
    close: filled(close),
    volume: filled(volume),
  };
}

/** The lines with one field of one line (both counted from 0) replaced. */
export const edited = (lines: readonly string[], line: number, field: number, value: string): string[] =>
  lines.map((text, i) => (i === line ? text.split(",").with(field, value).join(",") : text));
