/** Instants in candle files: epoch seconds, milliseconds or microseconds told apart by size, or a UTC date and time. */
import { fieldText, parseDecimal } from "./csv-decimal.ts";

/** How an instant was written; the index into `INSTANT_UNIT_NAMES`. */
export const SECONDS = 0;
export const MILLISECONDS = 1;
export const MICROSECONDS = 2;
const DATE_TEXT = 3;
export const INSTANT_UNIT_NAMES = ["seconds", "milliseconds", "microseconds", "date and time"] as const;

// Each range spans the years 2001 to 2286 (10^9 to 10^10 seconds), so no number fits two units.
const FIRST_SECOND = 1e9;
const LAST_SECOND = 1e10;

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z| ?UTC|\+00:?00)?$/;

/** The instant last read: a reused holder, so that reading a million of them allocates nothing. */
export interface InstantReading {
  /** Epoch ms, NaN when the field is no instant we know; microseconds leave a fraction. */
  at: number;
  unit: number;
  /** Whether a date and time stood there without a zone. */
  zoneAssumed: boolean;
}

export function readInstant(bytes: Uint8Array, from: number, to: number, reading: InstantReading): void {
  const value = parseDecimal(bytes, from, to);
  reading.zoneAssumed = false;
  if (value >= FIRST_SECOND * 1e3 && value < LAST_SECOND * 1e3) {
    reading.at = value;
    reading.unit = MILLISECONDS;
  } else if (value >= FIRST_SECOND * 1e6 && value < LAST_SECOND * 1e6) {
    reading.at = value / 1000;
    reading.unit = MICROSECONDS;
  } else if (value >= FIRST_SECOND && value < LAST_SECOND) {
    reading.at = value * 1000;
    reading.unit = SECONDS;
  } else {
    readDateTime(to - from <= 40 ? fieldText(bytes, from, to) : "", reading);
  }
}

function readDateTime(text: string, reading: InstantReading): void {
  reading.unit = DATE_TEXT;
  reading.at = Number.NaN;
  const parts = DATE_TIME.exec(text);
  if (parts === null) return;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const at = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
  // Date.UTC turns 31 February into March: what does not come back as it was written is no date.
  const written = `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6] ?? "00"}`;
  if (at < FIRST_SECOND * 1000 || !new Date(at).toISOString().startsWith(written)) return;
  reading.at = at + Number(`0.${parts[7] ?? 0}`) * 1000;
  reading.zoneAssumed = parts[8] === undefined;
}
