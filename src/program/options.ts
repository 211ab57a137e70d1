/** Reading of command-line values: each refuses what it cannot use with a sentence that says what to write. */
import { InvalidArgumentError } from "commander";
import { isTimeframe, TIMEFRAMES, type Timeframe } from "../core/timeframe.ts";

export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Write a whole number from ${min} to ${max}.`);
  };

export function timeframeOption(text: string): Timeframe {
  if (isTimeframe(text)) return text;
  throw new InvalidArgumentError(`Write one of ${TIMEFRAMES.join(", ")}.`);
}

/** A day such as 2023-01-31, as the instant it begins in UTC. */
export function dayOption(text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(text)) return at;
  throw new InvalidArgumentError("Write a day such as 2023-01-31.");
}
