/** What is missing from candle history, how much is there, and whether it is fresh enough to act on. */
import type { CandleColumns } from "../core/candles.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import { indexAtOrAfter } from "./series.ts";

/** Candles that should open from `fromAt` (inclusive) to `toAt` (exclusive) and are not there. */
export interface Gap {
  readonly fromAt: number;
  readonly toAt: number;
  readonly missing: number;
}

export interface Coverage {
  /** Open time of the first and last candle within the range; null when there is none. */
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  readonly count: number;
  readonly gaps: readonly Gap[];
  /** Missing candles over all gaps. */
  readonly missing: number;
}

/**
 * Gaps in the candles that open within [fromAt, toAt). Without bounds, those between the first and last candle;
 * with bounds, what is missing at either end counts too.
 */
export function findGaps(columns: CandleColumns, fromAt?: number, toAt?: number): readonly Gap[] {
  const step = timeframeMs(columns.timeframe);
  const start = fromAt === undefined ? 0 : indexAtOrAfter(columns, fromAt);
  const end = toAt === undefined ? columns.length : indexAtOrAfter(columns, toAt);
  const gaps: Gap[] = [];
  const note = (from: number, to: number): void => {
    if (to > from) gaps.push({ fromAt: from, toAt: to, missing: (to - from) / step });
  };
  let expected = fromAt === undefined ? columns.openAt[start]! : Math.ceil(fromAt / step) * step;
  for (let i = start; i < end; i++) {
    const openAt = columns.openAt[i]!;
    if (openAt !== expected) note(expected, openAt);
    expected = openAt + step;
  }
  if (toAt !== undefined && (fromAt !== undefined || end > start))
    note(expected, Math.ceil(toAt / step) * step);
  return gaps;
}

/** What the history holds of [fromAt, toAt); bounds as in `findGaps`. */
export function coverage(columns: CandleColumns, fromAt?: number, toAt?: number): Coverage {
  const start = fromAt === undefined ? 0 : indexAtOrAfter(columns, fromAt);
  const end = toAt === undefined ? columns.length : indexAtOrAfter(columns, toAt);
  const gaps = findGaps(columns, fromAt, toAt);
  return {
    firstAt: end > start ? columns.openAt[start]! : null,
    lastAt: end > start ? columns.openAt[end - 1]! : null,
    count: Math.max(0, end - start),
    gaps,
    missing: gaps.reduce((sum, gap) => sum + gap.missing, 0),
  };
}

export interface Staleness {
  readonly isStale: boolean;
  /** Time since the last candle closed; null when there is none. */
  readonly ageMs: number | null;
  /** The greatest age that still counts as fresh. */
  readonly limitMs: number;
}

/** Candles are stale when the last one closed longer ago than two cycles plus one candle, or when there is none. */
export function staleness(
  lastCloseAt: number | null,
  now: number,
  cycleMs: number,
  timeframe: Timeframe,
): Staleness {
  const limitMs = 2 * cycleMs + timeframeMs(timeframe);
  if (lastCloseAt === null) return { isStale: true, ageMs: null, limitMs };
  const ageMs = now - lastCloseAt;
  return { isStale: !(ageMs <= limitMs), ageMs, limitMs };
}
