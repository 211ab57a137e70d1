/** The candle cache: closed candles by (symbol, timeframe, open time), and the gaps the exchange itself has. */
import type { Candle, CandleColumns } from "../src/core/candles.ts";
import type { Timeframe } from "../src/core/timeframe.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface CandleConflict {
  readonly stored: Candle;
  readonly offered: Candle;
}

export interface UpsertResult {
  /** Candles that were not there before. */
  readonly inserted: number;
  /** A closed candle does not change: another value for one is kept out and told here. */
  readonly conflicts: readonly CandleConflict[];
}

const VALUES = "open, high, low, close, volume";

/** Adds candles that are missing. A price that is not positive or lies outside its high and low throws (`database_refused`). */
export function upsertCandles(
  tx: Tx,
  symbol: string,
  timeframe: Timeframe,
  candles: Iterable<Candle>,
): UpsertResult {
  const insert = `INSERT INTO candles_cache (symbol, timeframe, open_at, ${VALUES})
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (symbol, timeframe, open_at) DO NOTHING`;
  let inserted = 0;
  const conflicts: CandleConflict[] = [];
  for (const offered of candles) {
    const { openAt, open, high, low, close, volume } = offered;
    if (tx.run(insert, [symbol, timeframe, openAt, open, high, low, close, volume]).changes === 1) {
      inserted++;
      continue;
    }
    const stored = candleAt(tx, symbol, timeframe, openAt)!;
    if (!isSame(stored, offered)) conflicts.push({ stored, offered });
  }
  return { inserted, conflicts };
}

const candleAt = (reader: Reader, symbol: string, timeframe: Timeframe, openAt: number): Candle | null =>
  reader.get<Candle>(
    `SELECT open_at AS openAt, ${VALUES} FROM candles_cache
     WHERE symbol = $symbol AND timeframe = $timeframe AND open_at = $openAt`,
    { symbol, timeframe, openAt },
  );

const isSame = (a: Candle, b: Candle): boolean =>
  a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume;

export interface CandleRange {
  /** Open time, inclusive. */
  readonly fromAt?: number | undefined;
  /** Open time, exclusive. */
  readonly toAt?: number | undefined;
  /** Only the last so many of them. */
  readonly last?: number | undefined;
}

/** Oldest first. Columns are exactly as long as there are candles. */
export function loadColumns(
  reader: Reader,
  symbol: string,
  timeframe: Timeframe,
  { fromAt = 0, toAt = Number.MAX_SAFE_INTEGER, last }: CandleRange = {},
): CandleColumns {
  const range = { symbol, timeframe, fromAt, toAt };
  const bounds = last === undefined ? range : { ...range, fromAt: lastStart(reader, range, last) };
  const length = countIn(reader, bounds);
  const [openAt, open, high, low, close, volume] = Array.from({ length: 6 }, () => new Float64Array(length));
  const columns = {
    timeframe,
    length,
    openAt: openAt!,
    open: open!,
    high: high!,
    low: low!,
    close: close!,
    volume: volume!,
  };
  let i = 0;
  // As REAL an instant is exact and needs no wide integer, which would double the time of the whole load.
  const sql = `SELECT CAST(open_at AS REAL) AS openAt, ${VALUES} FROM candles_cache WHERE ${IN_RANGE} ORDER BY open_at`;
  for (const candle of reader.iterate<Candle>(sql, bounds)) {
    columns.openAt[i] = candle.openAt;
    columns.open[i] = candle.open;
    columns.high[i] = candle.high;
    columns.low[i] = candle.low;
    columns.close[i] = candle.close;
    columns.volume[i] = candle.volume;
    i++;
  }
  return columns;
}

interface Bounds {
  readonly [name: string]: string | number;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly fromAt: number;
  readonly toAt: number;
}

const IN_RANGE = "symbol = $symbol AND timeframe = $timeframe AND open_at >= $fromAt AND open_at < $toAt";

const countIn = (reader: Reader, bounds: Bounds): number =>
  reader.get<{ n: number }>(`SELECT count(*) AS n FROM candles_cache WHERE ${IN_RANGE}`, bounds)?.n ?? 0;

/** Open time of the first of the last so many in the range. */
function lastStart(reader: Reader, bounds: Bounds, last: number): number {
  if (last <= 0) return bounds.toAt;
  const sql = `SELECT open_at AS openAt FROM candles_cache WHERE ${IN_RANGE} ORDER BY open_at DESC LIMIT 1 OFFSET $skip`;
  return reader.get<{ openAt: number }>(sql, { ...bounds, skip: last - 1 })?.openAt ?? bounds.fromAt;
}

export interface Coverage {
  readonly count: number;
  readonly firstOpenAt: number;
  readonly lastOpenAt: number;
}

/** What is stored; null when nothing is. */
export function coverage(reader: Reader, symbol: string, timeframe: Timeframe): Coverage | null {
  const row = reader.get<{ count: number; firstOpenAt: number | null; lastOpenAt: number | null }>(
    `SELECT count(*) AS count, min(open_at) AS firstOpenAt, max(open_at) AS lastOpenAt FROM candles_cache
     WHERE symbol = $symbol AND timeframe = $timeframe`,
    { symbol, timeframe },
  );
  return row === null || row.firstOpenAt === null ? null : (row as Coverage);
}

/** Open time of the newest candle; null when there is none. Constant work, unlike `coverage`. */
export function lastOpenAt(reader: Reader, symbol: string, timeframe: Timeframe): number | null {
  const sql =
    "SELECT max(open_at) AS at FROM candles_cache WHERE symbol = $symbol AND timeframe = $timeframe";
  return reader.get<{ at: number | null }>(sql, { symbol, timeframe })?.at ?? null;
}

export interface CandleGap {
  /** Open time of the first candle that is missing. */
  readonly fromAt: number;
  /** Open time of the first candle after the gap. */
  readonly toAt: number;
  readonly confirmedAt: number;
}

/** Records that the exchange has no candles there; told again, the later end stands. */
export function recordGap(
  tx: Tx,
  symbol: string,
  timeframe: Timeframe,
  { fromAt, toAt }: { fromAt: number; toAt: number },
): void {
  tx.run(
    `INSERT INTO candle_gaps (symbol, timeframe, from_at, to_at, confirmed_at)
     VALUES ($symbol, $timeframe, $fromAt, $toAt, $now)
     ON CONFLICT (symbol, timeframe, from_at) DO UPDATE SET to_at = excluded.to_at, confirmed_at = excluded.confirmed_at`,
    { symbol, timeframe, fromAt, toAt, now: tx.now },
  );
}

/** Oldest first. */
export function knownGaps(reader: Reader, symbol: string, timeframe: Timeframe): CandleGap[] {
  return reader.all<CandleGap>(
    `SELECT from_at AS fromAt, to_at AS toAt, confirmed_at AS confirmedAt FROM candle_gaps
     WHERE symbol = $symbol AND timeframe = $timeframe ORDER BY from_at`,
    { symbol, timeframe },
  );
}

/** Open times of the oldest and newest candle; null when there is none. Constant work, unlike `coverage`. */
export function candleEnds(
  reader: Reader,
  symbol: string,
  timeframe: Timeframe,
): { readonly firstOpenAt: number; readonly lastOpenAt: number } | null {
  const end = (which: "min" | "max"): number | null =>
    reader.get<{ at: number | null }>(
      `SELECT ${which}(open_at) AS at FROM candles_cache WHERE symbol = $symbol AND timeframe = $timeframe`,
      { symbol, timeframe },
    )?.at ?? null;
  const firstOpenAt = end("min");
  const newest = end("max");
  return firstOpenAt === null || newest === null ? null : { firstOpenAt, lastOpenAt: newest };
}

/** Open times of the candles from `fromAt` (inclusive) to `toAt` (exclusive), oldest first. */
export function openTimes(
  reader: Reader,
  symbol: string,
  timeframe: Timeframe,
  { fromAt, toAt }: { readonly fromAt: number; readonly toAt: number },
): Float64Array {
  const sql = `SELECT CAST(open_at AS REAL) FROM candles_cache WHERE ${IN_RANGE} ORDER BY open_at`;
  const rows = reader.values<readonly [number]>(sql, { symbol, timeframe, fromAt, toAt });
  return Float64Array.from(rows, ([openAt]) => openAt);
}

/** Whether any candle opens from `fromAt` (inclusive) to `toAt` (exclusive). */
export const hasCandles = (
  reader: Reader,
  symbol: string,
  timeframe: Timeframe,
  { fromAt, toAt }: { readonly fromAt: number; readonly toAt: number },
): boolean =>
  reader.get(`SELECT 1 FROM candles_cache WHERE ${IN_RANGE} LIMIT 1`, { symbol, timeframe, fromAt, toAt }) !==
  null;
