/** A vertical axis: the range a pane shows and the round values written beside it. Pure. */
import { SMALLEST } from "./figures.ts";

export interface ValueScale {
  readonly low: number;
  readonly high: number;
  /** Rising, all within the range. */
  readonly ticks: readonly number[];
  /** From one tick to the next. */
  readonly step: number;
}

/** Above and below the values, as a share of their range. */
const ROOM = 0.08;
/** Room around a flat line, as a share of its value. */
const FLAT_ROOM = 0.001;

export function valueScale(lowest: number, highest: number, intervals: number): ValueScale {
  const range = highest - lowest;
  const room = range > SMALLEST ? range * ROOM : Math.max(Math.abs(highest) * FLAT_ROOM, SMALLEST);
  return scaleBetween(lowest - room, highest + room, intervals);
}

/** The range is kept as it is; about so many intervals of 1, 2, 2.5 or 5 times a power of ten. */
export function scaleBetween(low: number, high: number, intervals: number): ValueScale {
  const least = (high - low) / intervals;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 2.5, 5].find((factor) => factor * power >= least) ?? 10);
  const first = Math.ceil(low / step);
  const count = Math.max(0, Math.floor(high / step) - first + 1);
  return { low, high, step, ticks: Array.from({ length: count }, (_, index) => (first + index) * step) };
}
