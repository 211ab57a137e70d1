/**
 * The fast way through a candle CSV: reads lines whose every field is as usual and stops at any other, which
 * `csv-rows.ts` then reads slowly and names what is wrong. Both ways give the same numbers to the last bit.
 */
import { POWERS_OF_TEN } from "./csv-decimal.ts";
import type { CsvLayout } from "./csv-format.ts";
import { MICROSECONDS, MILLISECONDS } from "./csv-instant.ts";
import type { CsvRows } from "./csv-row-columns.ts";

const LF = 10;
const CR = 13;
const COMMA = 44;
const POINT = 46;
const ZERO = 48;

/** Nine digits always fit a 32-bit integer, whose arithmetic is several times faster than that of doubles. */
const DIGITS = 9;
/** Seven digits and nine more: a time is read as two integers. */
const FIRST_DIGITS = 7;
/** An ordinary field is no longer: where fewer bytes are left a column, the slow way reads the end of the file. */
const LONGEST_FIELD = 2 * DIGITS + 2;

const UNUSED = 0;
const NUMBER = 1;
const OPEN_AT = 2;
const CLOSE_AT = 3;

/** A reader of lines from an offset on: adds them to the rows, while there is room, and gives the offset of the first line it did not read. */
export type OrdinaryLines = (lineStart: number, line: number) => number;

export function ordinaryLines(bytes: Uint8Array, layout: CsvLayout, rows: CsvRows): OrdinaryLines {
  const { fields } = layout;
  // A text to compare is never ordinary: such lines are all read the slow way.
  if (fields.includes("symbol")) return (lineStart) => lineStart;
  const kinds = Uint8Array.from(fields, (field) => {
    if (field === "openAt") return OPEN_AT;
    if (field === "closeAt") return CLOSE_AT;
    return field === "unused" ? UNUSED : NUMBER;
  });
  return (lineStart, line) => {
    const targets = fields.map((field) => (field === "unused" || field === "symbol" ? null : rows[field]));
    return readOrdinaryLines(bytes, lineStart, line, kinds, targets, rows);
  };
}

/**
 * One long function on purpose: the year of one-minute candles it must read in tens of milliseconds takes three times as
 * long when its variables live in objects. An ordinary number has at most nine digits on each side of the point, an
 * ordinary time is 13 digits of milliseconds or 16 of microseconds.
 */
function readOrdinaryLines(
  bytes: Uint8Array,
  lineStart: number,
  firstLine: number,
  kinds: Uint8Array,
  targets: readonly (Float64Array | null)[],
  rows: CsvRows,
): number {
  const { line, unit: units, length: firstRow } = rows;
  const last = kinds.length - 1;
  const safeEnd = bytes.length - LONGEST_FIELD * kinds.length;
  let row = firstRow;
  let next = lineStart;
  reading: for (let at = lineStart; at < safeEnd && row < line.length; next = at) {
    let unit = MILLISECONDS;
    for (let column = 0; column <= last; column++) {
      const kind = kinds[column]!;
      let from = at;
      let digit = bytes[at]! - ZERO;
      if (kind === NUMBER) {
        let whole = 0;
        for (; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO)
          whole = (Math.imul(whole, 10) + digit) | 0;
        if (at === from || at - from > DIGITS) break reading;
        if (digit === POINT - ZERO) {
          let decimals = 0;
          from = ++at;
          digit = bytes[at]! - ZERO;
          for (; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) {
            decimals = (Math.imul(decimals, 10) + digit) | 0;
          }
          if (at === from || at - from > DIGITS) break reading;
          const power = POWERS_OF_TEN[at - from]!;
          const mantissa = whole * power + decimals;
          if (mantissa > Number.MAX_SAFE_INTEGER) break reading;
          targets[column]![row] = mantissa / power;
        } else targets[column]![row] = whole;
      } else if (kind === UNUSED) {
        while (at < safeEnd && bytes[at]! !== COMMA && bytes[at]! !== LF && bytes[at]! !== CR) at++;
        digit = bytes[at]! - ZERO;
      } else {
        let high = 0;
        let low = 0;
        const lowFrom = at + FIRST_DIGITS;
        for (; digit >= 0 && digit <= 9 && at < lowFrom; digit = bytes[++at]! - ZERO) {
          high = (Math.imul(high, 10) + digit) | 0;
        }
        for (; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) low = (Math.imul(low, 10) + digit) | 0;
        if (high < 1_000_000) break reading;
        const isMilliseconds = at - from === 13;
        if (isMilliseconds) targets[column]![row] = high * 1e6 + low;
        else if (at - from === 16) targets[column]![row] = (high * 1e9 + low) / 1000;
        else break reading;
        if (kind === OPEN_AT) unit = isMilliseconds ? MILLISECONDS : MICROSECONDS;
      }
      at += 1;
      if (column < last ? digit === COMMA - ZERO : digit === LF - ZERO) continue;
      if (column < last || digit !== CR - ZERO || bytes[at++] !== LF) break reading;
    }
    units[row] = unit;
    line[row] = firstLine + (row - firstRow);
    row += 1;
  }
  rows.lines += row - firstRow;
  rows.length = row;
  return next;
}
