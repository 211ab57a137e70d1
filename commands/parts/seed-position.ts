/** The position a new paper account may start with, as people type it: `quantity@price`. */
import { InputError } from "../../src/core/errors.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import { decimalFromUnits, unitsFromDecimal } from "../../src/core/money.ts";

export interface SeedPosition {
  readonly lots: number;
  readonly ticks: number;
}

const AMOUNT = "(?:0|[1-9][0-9]{0,7})(?:\\.[0-9]{1,8})?";
const SEED = new RegExp(`^(${AMOUNT})@(${AMOUNT})$`);
/** More than any rehearsal needs, and far below where amounts stop being exact (90 million at 8 decimals). */
export const LARGEST_EQUITY = 10_000_000;

/** Throws InputError `bad_seed` unless both are whole steps of the instrument. */
export function seedPosition(typed: string | undefined, instrument: Instrument): SeedPosition {
  if (typed === undefined) return { lots: 0, ticks: 0 };
  const [, quantity, price] = SEED.exec(typed) ?? [];
  if (quantity === undefined || price === undefined) {
    throw new InputError("bad_seed", "Type the position as quantity@price, such as 0.01@63000.");
  }
  const amounts = [Number(quantity), Number(price), Number(quantity) * Number(price)];
  if (amounts.some((amount) => amount > LARGEST_EQUITY)) {
    throw new InputError("bad_seed", "That position is too large; type a smaller quantity or price.");
  }
  const lots = wholeSteps(quantity, instrument.lotUnits, "quantity");
  const ticks = wholeSteps(price, instrument.tickUnits, "price");
  return { lots, ticks };
}

function wholeSteps(amount: string, stepUnits: number, what: string): number {
  const units = unitsFromDecimal(amount);
  if (units > 0 && units % stepUnits === 0) return units / stepUnits;
  const step = decimalFromUnits(stepUnits).replace(/0+$/, "");
  throw new InputError("bad_seed", `The ${what} must be a multiple of ${step} above zero.`);
}
