import type { Instrument } from "../core/instrument.ts";
import { UNITS_PER_ASSET } from "../core/money.ts";
import type { Fill } from "../core/order.ts";

/** A fill with the price its order was decided at. */
export type ExecutedFill = Pick<Fill, "side" | "ticks" | "lots" | "feeUnits" | "feeAsset"> & {
  readonly decisionTicks: number;
};

export interface ExecutionMetrics {
  readonly fills: number;
  /** Value bought and sold, quote units. */
  readonly tradedUnits: number;
  /** Quote units; a fee paid in the base asset counts at its fill's price, one paid in a third asset not at all. */
  readonly totalFeesUnits: number;
  /** A fill's, on average. */
  readonly averageFeeUnits: number | null;
  /** How much worse than decided fills were, weighted by value; negative when better. */
  readonly averageSlippageBps: number | null;
}

export function executionMetrics(instrument: Instrument, fills: readonly ExecutedFill[]): ExecutionMetrics {
  let traded = 0;
  let fees = 0;
  let decided = 0;
  let slipped = 0;
  for (const { side, ticks, lots, feeUnits, feeAsset, decisionTicks } of fills) {
    traded += ticks * lots * instrument.unitsPerTickLot;
    if (feeAsset === instrument.quoteAsset) fees += feeUnits;
    else if (feeAsset === instrument.baseAsset) {
      fees += (feeUnits * ticks * instrument.tickUnits) / UNITS_PER_ASSET;
    }
    decided += decisionTicks * lots;
    slipped += (side === "buy" ? ticks - decisionTicks : decisionTicks - ticks) * lots;
  }
  return {
    fills: fills.length,
    tradedUnits: traded,
    totalFeesUnits: fees,
    averageFeeUnits: fills.length === 0 ? null : fees / fills.length,
    averageSlippageBps: decided === 0 ? null : (slipped / decided) * 10_000,
  };
}
