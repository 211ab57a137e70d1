import { type Instrument, notionalUnits } from "../core/instrument.ts";
import { mulDivCeil } from "../core/money.ts";

/** The smallest quantity that can be ordered at a price: minimum lots and minimum notional, in lots. */
export function smallestLots(instrument: Instrument, ticks: number): number {
  const unitsPerLot = notionalUnits(instrument, ticks, 1);
  const forNotional = unitsPerLot > 0 ? mulDivCeil(instrument.minNotionalUnits, 1, unitsPerLot) : 1;
  return Math.max(1, instrument.lotSize.minLots, forNotional);
}

/** A quantity that cannot be sold alone at this price: it counts as flat and is shown as dust. */
export const isDust = (instrument: Instrument, lots: number, markTicks: number): boolean =>
  lots < smallestLots(instrument, markTicks);
