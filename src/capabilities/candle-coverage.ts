/** What the candle cache holds of each timeframe and where it has holes; a long history is read once, then only what changed. */
import { candleEnds, hasCandles, knownGaps, openTimes } from "../../db/candles.ts";
import type { Reader } from "../../db/database.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import { findGaps, type Gap } from "../market/gaps.ts";

export interface Held {
  readonly firstOpenAt: number;
  readonly lastOpenAt: number;
  readonly count: number;
  /** Between the first and the last candle, oldest first. */
  readonly gaps: readonly (Gap & { readonly isConfirmed: boolean })[];
}

interface Scanned {
  readonly firstOpenAt: number;
  readonly lastOpenAt: number;
  readonly gaps: readonly Gap[];
}

const NOTHING = new Float64Array(0);

export class CandleCoverage {
  readonly #symbol: string;
  readonly #scanned = new Map<Timeframe, Scanned>();

  constructor(symbol: string) {
    this.#symbol = symbol;
  }

  /** Null when no candle of the timeframe is held. */
  of(reader: Reader, timeframe: Timeframe): Held | null {
    const scanned = this.#scan(reader, timeframe);
    if (scanned === null) return null;
    const { firstOpenAt, lastOpenAt, gaps } = scanned;
    const known = knownGaps(reader, this.#symbol, timeframe);
    const missing = gaps.reduce((sum, gap) => sum + gap.missing, 0);
    return {
      firstOpenAt,
      lastOpenAt,
      count: (lastOpenAt - firstOpenAt) / timeframeMs(timeframe) + 1 - missing,
      gaps: gaps.map((gap) => ({
        ...gap,
        isConfirmed: known.some((one) => one.fromAt <= gap.fromAt && gap.toAt <= one.toAt),
      })),
    };
  }

  #scan(reader: Reader, timeframe: Timeframe): Scanned | null {
    const ends = candleEnds(reader, this.#symbol, timeframe);
    if (ends === null) {
      this.#scanned.delete(timeframe);
      return null;
    }
    const gapsIn = (fromAt: number, toAt: number) => this.#gapsIn(reader, timeframe, fromAt, toAt);
    const before = this.#scanned.get(timeframe);
    const stepMs = timeframeMs(timeframe);
    // Candles only come; where fewer are held than before, a transaction was rolled back after we looked.
    const isGrown =
      before !== undefined && ends.firstOpenAt <= before.firstOpenAt && ends.lastOpenAt >= before.lastOpenAt;
    const gaps = isGrown
      ? [
          ...gapsIn(ends.firstOpenAt, before.firstOpenAt),
          ...before.gaps.flatMap((gap) =>
            hasCandles(reader, this.#symbol, timeframe, gap) ? gapsIn(gap.fromAt, gap.toAt) : [gap],
          ),
          ...gapsIn(before.lastOpenAt + stepMs, ends.lastOpenAt + stepMs),
        ]
      : gapsIn(ends.firstOpenAt, ends.lastOpenAt + stepMs);
    const scanned = { ...ends, gaps };
    this.#scanned.set(timeframe, scanned);
    return scanned;
  }

  #gapsIn(reader: Reader, timeframe: Timeframe, fromAt: number, toAt: number): readonly Gap[] {
    if (fromAt >= toAt) return [];
    const openAt = openTimes(reader, this.#symbol, timeframe, { fromAt, toAt });
    const prices = { open: NOTHING, high: NOTHING, low: NOTHING, close: NOTHING, volume: NOTHING };
    return findGaps({ timeframe, length: openAt.length, openAt, ...prices }, fromAt, toAt);
  }
}
