/** Numbers as the exchange writes them: digits, and up to 8 decimals after a point. Nothing else is a number here. */

/** The same rule as `plainDecimal`, for schemas. */
export const PLAIN_DECIMAL = /^\d{1,15}(?:\.\d{1,8})?$/;

const POWERS_OF_TEN = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];
const ZERO = 48;
const NINE = 57;
const POINT = 46;

/**
 * The double nearest to a plain decimal text, NaN for anything else ("", "1e3", "-1", " 1", 1).
 * One pass instead of a pattern and Number(): this stands on the path of every stream frame. Both the digits as a whole
 * number below 2^53 and the power of ten are exact, so that one division rounds once, as Number() does.
 */
export function plainDecimal(text: unknown): number {
  if (typeof text !== "string") return Number.NaN;
  const length = text.length;
  let digits = 0;
  let whole = 0;
  while (whole < length) {
    const code = text.charCodeAt(whole);
    if (code < ZERO || code > NINE) break;
    digits = digits * 10 + (code - ZERO);
    whole++;
  }
  if (whole === 0 || whole > 15) return Number.NaN;
  if (whole === length) return digits;
  const decimals = length - whole - 1;
  if (text.charCodeAt(whole) !== POINT || decimals < 1 || decimals > 8) return Number.NaN;
  for (let i = whole + 1; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code < ZERO || code > NINE) return Number.NaN;
    digits = digits * 10 + (code - ZERO);
  }
  return digits <= Number.MAX_SAFE_INTEGER ? digits / POWERS_OF_TEN[decimals]! : Number(text);
}
