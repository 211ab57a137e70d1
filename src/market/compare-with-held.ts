/** Compares candles about to be taken in with those already held: the only way to tell futures from spot. */
import type { CandleColumns } from "../core/candles.ts";
import { InputError } from "../core/errors.ts";

const VALUES = ["open", "high", "low", "close", "volume"] as const;

export interface HeldConflict {
  /** Index in the new columns. */
  readonly index: number;
  readonly openAt: number;
  /** The first value that differs. */
  readonly field: (typeof VALUES)[number];
  readonly offered: number;
  readonly held: number;
}

export interface HeldComparison {
  /** Candles that open at the same time in both. */
  readonly compared: number;
  readonly conflicts: readonly HeldConflict[];
}

/** Every candle both have must be the same to the last digit. Throws InputError when the timeframes differ. */
export function compareWithHeld(columns: CandleColumns, held: CandleColumns): HeldComparison {
  if (columns.timeframe !== held.timeframe) {
    throw new InputError("timeframe_differs", "Only candles of the same timeframe can be compared.", {
      offered: columns.timeframe,
      held: held.timeframe,
    });
  }
  const conflicts: HeldConflict[] = [];
  let compared = 0;
  let j = 0;
  for (let i = 0; i < columns.length; i++) {
    const openAt = columns.openAt[i]!;
    while (j < held.length && held.openAt[j]! < openAt) j += 1;
    if (j === held.length) break;
    if (held.openAt[j] !== openAt) continue;
    compared += 1;
    const field = VALUES.find((name) => columns[name][i] !== held[name][j]);
    if (field === undefined) continue;
    conflicts.push({ index: i, openAt, field, offered: columns[field][i]!, held: held[field][j]! });
  }
  return { compared, conflicts };
}
