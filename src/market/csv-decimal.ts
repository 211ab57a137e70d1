/** Plain decimals from bytes, exactly as `Number` would read them, several times faster and refusing all else. */

const ZERO = 48;
const POINT = 46;
const MINUS = 45;

/** Powers of ten that a double holds exactly (10^22 = 2^22 × 5^22 with 5^22 < 2^53). */
export const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * The number in bytes [from, to): optional minus, digits, optional point with digits. NaN for anything else (an empty
 * field, blanks, exponents, hex, Infinity, a number beyond the range of a double).
 *
 * A mantissa up to 2^53 divided by an exact power of ten is one correctly rounded operation (W. D. Clinger, “How to Read
 * Floating Point Numbers Accurately”, 1990), hence equal to `Number`; longer ones are handed to `Number` itself.
 */
export function parseDecimal(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from] === MINUS && from < to ? from + 1 : from;
  let mantissa = 0;
  let point = -1;
  for (let at = first; at < to; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
    else if (digit === POINT - ZERO && point < 0) point = at;
    else return Number.NaN;
  }
  const wholeEnd = point < 0 ? to : point;
  const decimals = point < 0 ? 0 : to - point - 1;
  if (wholeEnd <= first || (decimals === 0) !== point < 0) return Number.NaN;
  if (mantissa > Number.MAX_SAFE_INTEGER || decimals > 22) return longDecimal(bytes, from, to);
  const value = mantissa / POWERS_OF_TEN[decimals]!;
  return first === from ? value : -value;
}

function longDecimal(bytes: Uint8Array, from: number, to: number): number {
  const value = Number(fieldText(bytes, from, to));
  return Number.isFinite(value) ? value : Number.NaN;
}

const latin1 = new TextDecoder("latin1");

export const fieldText = (bytes: Uint8Array, from: number, to: number): string =>
  latin1.decode(bytes.subarray(from, to));

/** Shortest plain decimal text that reads back as the same number; `String` alone writes small ones as 1e-7. */
export function plainDecimal(value: number): string {
  const text = String(value);
  const exponentAt = text.indexOf("e");
  if (exponentAt < 0) return text;
  const exponent = Number(text.slice(exponentAt + 1));
  if (exponent > 0) return BigInt(value).toString();
  const sign = value < 0 ? "-" : "";
  const digits = text.slice(0, exponentAt).replace(/[-.]/g, "");
  return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
}
