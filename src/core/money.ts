/**
 * Exact money as guarded integers: prices in ticks, quantities in lots, amounts of an asset in units of 1e-8.
 * Every result is checked against 2^53, so a number that would lose a digit throws instead.
 */
import Big from "big.js";
import { InputError, InvariantError } from "./errors.ts";

/** Units (1e-8) in one whole asset. */
export const UNITS_PER_ASSET = 100_000_000;
/** Parts per million in one: rates such as fees (10 bps = 1,000 ppm) are whole ppm. */
export const PPM = 1_000_000;

/** The number itself when it is a safe integer; throws `money_out_of_bounds` otherwise. */
export function exact(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new InvariantError("money_out_of_bounds", "An amount left the range in which it is exact.", {
    value,
  });
}

/** a × b ÷ c rounded down, exact for any safe integers with c > 0; throws `money_out_of_bounds` on anything else. */
export function mulDivFloor(a: number, b: number, c: number): number {
  if (!(c > 0)) exact(Number.NaN);
  const product = a * b;
  if (Number.isSafeInteger(product)) return exact(Math.floor(product / c)) + 0;
  // a = whole × c + rest: most large products fit once a is split, and BigInt costs microseconds.
  const whole = Math.floor(a / c);
  const rest = a - whole * c;
  const isSplitExact = Number.isSafeInteger(a) && Number.isSafeInteger(whole * c);
  if (isSplitExact && Number.isSafeInteger(whole * b) && Number.isSafeInteger(rest * b)) {
    return exact(whole * b + Math.floor((rest * b) / c)) + 0;
  }
  const dividend = BigInt(exact(a)) * BigInt(exact(b));
  const divisor = BigInt(exact(c));
  const quotient = dividend / divisor;
  return exact(Number(dividend % divisor < 0n ? quotient - 1n : quotient));
}

/** a × b ÷ c rounded up, exact for any safe integers with c > 0. */
export const mulDivCeil = (a: number, b: number, c: number): number => 0 - mulDivFloor(-a, b, c);

/** A share of an amount in parts per million, rounded up: a fee is never under-charged. */
export const ppmCeil = (units: number, ppm: number): number => mulDivCeil(units, ppm, PPM);

/** Basis points as the nearest whole parts per million. */
export const bpsToPpm = (bps: number): number => Math.round(bps * 100);

const DECIMAL = /^-?\d{1,15}(\.\d{1,30})?$/;

/** Units of a plain decimal text ("0.00123000"); throws `bad_amount` on anything else, beyond 8 decimals or too large to be exact. */
export function unitsFromDecimal(text: string): number {
  if (!DECIMAL.test(text)) {
    throw new InputError("bad_amount", `"${text.slice(0, 40)}" is not a plain decimal number.`, {
      text: text.slice(0, 40),
    });
  }
  const scaled = new Big(text).times(UNITS_PER_ASSET);
  if (!scaled.eq(scaled.round(0))) {
    throw new InputError("bad_amount", `"${text}" has more than 8 decimals.`, { text });
  }
  const units = scaled.toNumber() + 0;
  if (!Number.isSafeInteger(units))
    throw new InputError("bad_amount", `"${text}" is too large; use less than 90 million.`, { text });
  return units;
}

/**
 * Plain decimal text of units with the given number of decimals (half a step rounds away from zero), "12.50" for
 * 1_250_000_000 and 2; what rounds to zero carries no sign.
 */
export const decimalFromUnits = (units: number, decimals = 8): string =>
  new Big(units)
    .div(UNITS_PER_ASSET)
    .toFixed(decimals, Big.roundHalfUp)
    .replace(/^-(0(?:\.0+)?)$/, "$1");

/** For statistics and display only: the amount as a float in whole assets. */
export const unitsToNumber = (units: number): number => units / UNITS_PER_ASSET;
