import { InputError } from "../../core/errors.ts";

/** The period itself; throws `bad_period` unless it is a whole number of candles of at least `least`. */
export function checkedPeriod(period: number, least: number): number {
  if (Number.isInteger(period) && period >= least) return period;
  throw new InputError("bad_period", `A period must be a whole number of at least ${least}, not ${period}.`, {
    period,
    least,
  });
}
