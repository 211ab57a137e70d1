import { PPM } from "../core/money.ts";

/**
 * The lowest equity that does not yet trip the equity stop, in quote units; recompute it only when the peak moves.
 * `limit` is a share of the peak. Exact: the peak is split so that no product leaves 2^53.
 */
export function equityFloorUnits(peakUnits: number, limit: number): number {
  const ppm = Math.round(limit * PPM);
  const rest = peakUnits % PPM;
  return peakUnits - (((peakUnits - rest) / PPM) * ppm + Math.floor((rest * ppm) / PPM));
}

/** Whether drawdown from the peak is beyond the limit; exactly at the limit it is not. */
export const isEquityStopReached = (equityUnits: number, peakUnits: number, limit: number): boolean =>
  equityUnits < equityFloorUnits(peakUnits, limit);
