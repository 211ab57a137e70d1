/** Round values for a vertical axis, and how they are written. Pure. */
import { decimalsOf, type Format } from "./format.ts";

export interface AxisTicks {
  /** Evenly spaced, highest first; the first is `high`, the last `low`. */
  readonly ticks: readonly number[];
  readonly low: number;
  readonly high: number;
  /** From one tick to the next. */
  readonly step: number;
}

/** A flat line gets room of one part in a thousand around it. */
const FLAT_SHARE = 0.001;
const INTERVALS = 4;

/** About four intervals of 1, 2, 2.5 or 5 times a power of ten that hold every value from `lowest` to `highest`. */
export function axisTicks(lowest: number, highest: number): AxisTicks {
  const room = highest > lowest ? 0 : Math.max(1, Math.abs(highest) * FLAT_SHARE);
  const step = roundStep((highest - lowest + 2 * room) / INTERVALS);
  const low = Math.floor((lowest - room) / step);
  const high = Math.max(low + 1, Math.ceil((highest + room) / step));
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => (high - index) * step);
  return { ticks, low: low * step, high: high * step, step };
}

/** A value in units (1e-8) with as many decimals as the step to the next has, so that no two read alike. */
export const axisLabel = (units: number, stepUnits: number, format: Format): string =>
  format.number(units / 1e8, decimalsOf(Math.max(1, Math.round(stepUnits))));

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 2.5, 5].find((one) => one * power >= least) ?? 10;
  return factor * power;
}
