/** Exact integers as plain decimal text, at the decimals of the instrument. */
import { type Instrument, notionalUnits } from "../core/instrument.ts";
import { decimalFromUnits, exact } from "../core/money.ts";
import { decimalsOf } from "./format.ts";

export interface Exact {
  price(ticks: number): string;
  /** An average, rounded to the nearest 1e-8. */
  averagePrice(ticks: number): string;
  quantity(lots: number): string;
  value(ticks: number, lots: number): string;
}

export function exactFor(instrument: Instrument): Exact {
  const { tickUnits, lotUnits } = instrument;
  return {
    price: (ticks) => decimalFromUnits(exact(ticks * tickUnits), decimalsOf(tickUnits)),
    averagePrice: (ticks) => decimalFromUnits(exact(Math.round(ticks * tickUnits))),
    quantity: (lots) => decimalFromUnits(exact(lots * lotUnits), decimalsOf(lotUnits)),
    value: (ticks, lots) => decimalFromUnits(notionalUnits(instrument, ticks, lots)),
  };
}
