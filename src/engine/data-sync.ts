/** Fills the candle cache: the history the strategy needs, and gaps; what the market itself lacks is recorded, never invented. */
import { knownGaps, lastOpenAt, loadColumns, recordGap, upsertCandles } from "../../db/candles.ts";
import type { Database } from "../../db/database.ts";
import type { Clock } from "../core/clock.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import type { MarketFeed } from "../market/feed.ts";
import { findGaps, type Gap } from "../market/gaps.ts";

export interface DataSyncOptions {
  readonly database: Database;
  readonly feed: MarketFeed;
  readonly clock: Clock;
  readonly symbol: string;
  /** No engine runs on this database: candles up to now may come in past the newest one. */
  readonly isOffline?: true;
}

export interface SyncReport {
  readonly added: number;
  /** Candles the market does not have in the range. */
  readonly missing: number;
}

const PAGE = 1000;
/** A hole younger than this may still be filled by the market itself. */
const SETTLED_MS = 10 * 60_000;

/**
 * Brings the candles of a timeframe from an instant on into the cache, up to the newest one there (to now when there is
 * none): while an engine runs, the front is moved by its cycles alone, so that no candle slips past the engine. Throws OutsideError when the market
 * fails; what came before stays.
 */
export async function syncCandles(
  options: DataSyncOptions,
  timeframe: Timeframe,
  fromAt: number,
  onProgress: (share: number) => void = () => {},
): Promise<SyncReport> {
  const stepMs = timeframeMs(timeframe);
  const now = options.clock.now();
  const start = Math.ceil(fromAt / stepMs) * stepMs;
  const newest = options.database.read((reader) => lastOpenAt(reader, options.symbol, timeframe));
  const settledEnd = Math.floor(now / stepMs) * stepMs;
  const end = newest === null || options.isOffline ? settledEnd : Math.min(settledEnd, newest + stepMs);
  const pages = holes(options, timeframe, start, end).flatMap((hole) => pagesOf(hole, stepMs));
  let added = 0;
  let missing = 0;
  for (const [done, { fromAt: pageAt, toAt }] of pages.entries()) {
    const found = await options.feed.candles(timeframe, pageAt, (toAt - pageAt) / stepMs);
    const candles = found.filter((candle) => candle.openAt < toAt);
    options.database.transact(options.clock.now(), (tx) => {
      added += upsertCandles(tx, options.symbol, timeframe, candles).inserted;
    });
    onProgress((done + 1) / pages.length);
  }
  for (const hole of holes(options, timeframe, start, end)) {
    missing += hole.missing;
    if (now - hole.toAt < SETTLED_MS) continue;
    options.database.transact(options.clock.now(), (tx) => recordGap(tx, options.symbol, timeframe, hole));
  }
  return { added, missing };
}

/**
 * A hole in pieces that one request fills, the newest first: what an interruption leaves open then lies behind the newest
 * candle, where the next sync looks for it.
 */
function pagesOf(hole: Gap, stepMs: number): Pick<Gap, "fromAt" | "toAt">[] {
  const pages: Pick<Gap, "fromAt" | "toAt">[] = [];
  for (let toAt = hole.toAt; toAt > hole.fromAt; toAt -= PAGE * stepMs)
    pages.push({ fromAt: Math.max(hole.fromAt, toAt - PAGE * stepMs), toAt });
  return pages;
}

/** Stretches of the range that are neither cached nor known to be missing at the market. */
function holes(
  { database, symbol }: DataSyncOptions,
  timeframe: Timeframe,
  fromAt: number,
  toAt: number,
): Gap[] {
  if (fromAt >= toAt) return [];
  return database.read((reader) => {
    const known = knownGaps(reader, symbol, timeframe);
    const columns = loadColumns(reader, symbol, timeframe, { fromAt, toAt });
    return findGaps(columns, fromAt, toAt).filter(
      (gap) => !known.some((one) => one.fromAt <= gap.fromAt && gap.toAt <= one.toAt),
    );
  });
}
