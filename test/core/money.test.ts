import { describe, expect, test } from "bun:test";
import Big from "big.js";
import fc from "fast-check";
import { InputError, InvariantError } from "../../src/core/errors.ts";
import {
  bpsToPpm,
  decimalFromUnits,
  exact,
  mulDivCeil,
  mulDivFloor,
  PPM,
  ppmCeil,
  UNITS_PER_ASSET,
  unitsFromDecimal,
  unitsToNumber,
} from "../../src/core/money.ts";

const LARGEST = Number.MAX_SAFE_INTEGER;
const anyUnits = fc.integer({ min: -LARGEST, max: LARGEST });
const divisor = fc.integer({ min: 1, max: LARGEST });
/** Few and extreme values meet more often than uniform ones would. */
const skewed = fc.oneof(
  anyUnits,
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(LARGEST, -LARGEST, 0),
);
const skewedDivisor = fc.oneof(divisor, fc.integer({ min: 1, max: 1000 }), fc.constantFrom(LARGEST, PPM));

/** a × b ÷ c as rational numbers round it, by big integers. */
function oracle(a: number, b: number, c: number, towards: "floor" | "ceil"): bigint {
  const product = BigInt(a) * BigInt(b);
  const quotient = product / BigInt(c);
  const isWhole = product % BigInt(c) === 0n;
  if (isWhole) return quotient;
  const isNegative = product < 0n;
  if (towards === "floor") return isNegative ? quotient - 1n : quotient;
  return isNegative ? quotient : quotient + 1n;
}

const isExact = (value: bigint): boolean => value >= BigInt(-LARGEST) && value <= BigInt(LARGEST);

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof InvariantError || error instanceof InputError) return error.code;
    throw error;
  }
  return "nothing thrown";
}

describe("a × b ÷ c", () => {
  test.each(["floor", "ceil"] as const)("rounds to the %s as big integers do, or throws", (towards) => {
    const ours = towards === "floor" ? mulDivFloor : mulDivCeil;
    fc.assert(
      fc.property(skewed, skewed, skewedDivisor, (a, b, c) => {
        const expected = oracle(a, b, c, towards);
        if (!isExact(expected)) expect(codeOf(() => ours(a, b, c))).toBe("money_out_of_bounds");
        else expect(ours(a, b, c)).toBe(Number(expected));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    [7, 3, 2, 10, 11],
    [-7, 3, 2, -11, -10],
    [0, -5, 3, 0, 0],
    [LARGEST, LARGEST, LARGEST, LARGEST, LARGEST],
    [LARGEST, 2, 3, 6004799503160660, 6004799503160661],
    [-1, 1, LARGEST, -1, 0],
  ])("%d × %d ÷ %d is %d rounded down and %d rounded up", (a, b, c, down, up) => {
    expect([mulDivFloor(a, b, c), mulDivCeil(a, b, c)]).toEqual([down, up]);
  });

  test.each([0, -1, Number.NaN])("a divisor of %p throws instead of giving infinity", (c) => {
    expect(codeOf(() => mulDivFloor(1, 1, c))).toBe("money_out_of_bounds");
    expect(codeOf(() => mulDivFloor(LARGEST, LARGEST, c))).toBe("money_out_of_bounds");
  });

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, LARGEST + 1])(
    "%p is not an exact amount",
    (value) => {
      expect(codeOf(() => exact(value))).toBe("money_out_of_bounds");
      expect(codeOf(() => mulDivFloor(value, LARGEST, 1))).toBe("money_out_of_bounds");
    },
  );
});

test("a fee in parts per million is never under-charged, and by less than one unit over", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: LARGEST }), fc.integer({ min: 0, max: PPM }), (units, ppm) => {
      const due = new Big(units).times(ppm).div(PPM);
      const fee = new Big(ppmCeil(units, ppm));
      expect(fee.gte(due) && fee.minus(due).lt(1)).toBe(true);
    }),
  );
});

test.each([
  [0, 0],
  [5, 500],
  [10, 1000],
  [7.5, 750],
  [0.01, 1],
  [100, 10_000],
])("%d bps are %d parts per million", (bps, ppm) => {
  expect(bpsToPpm(bps)).toBe(ppm);
});

describe("decimal text", () => {
  test("of any amount reads back to the same units", () => {
    fc.assert(
      fc.property(anyUnits, (units) => {
        const text = decimalFromUnits(units);
        expect(text).toBe(new Big(units).div(UNITS_PER_ASSET).toFixed(8));
        expect(unitsFromDecimal(text)).toBe(units);
      }),
      { numRuns: 500 },
    );
  });

  test("with fewer decimals rounds half a step away from zero", () => {
    fc.assert(
      fc.property(anyUnits, fc.integer({ min: 0, max: 8 }), (units, decimals) => {
        const shown = new Big(decimalFromUnits(units, decimals)).times(UNITS_PER_ASSET);
        const halfStep = new Big(UNITS_PER_ASSET).div(new Big(10).pow(decimals)).div(2);
        expect(shown.minus(units).abs().lte(halfStep)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ["0", 0],
    ["-0", 0],
    ["12.5", 1_250_000_000],
    ["0.00123000", 123_000],
    ["-0.00000001", -1],
    ["0.000000010000000000", 1],
    ["90071992.54740991", LARGEST],
  ])('"%s" is %d units', (text, units) => {
    expect(unitsFromDecimal(text)).toBe(units);
  });

  test.each([
    ..."|abc|1e3|0x10|Infinity|NaN| 1|1 |1,5|1.|.5|+1|--1|1_000|１２|0.000000001|1.2.3".split("|"),
    ...["90071992.54740992", "999999999999999", "9999999999999999", "1\n", "1\0", "9".repeat(5000)],
  ])("%p is refused with one sentence", (text) => {
    expect(codeOf(() => unitsFromDecimal(text))).toBe("bad_amount");
    expect(() => unitsFromDecimal(text)).toThrow(InputError);
  });

  test.each([
    [1_250_000_000, 2, "12.50"],
    [500_000, 2, "0.01"],
    [499_999, 2, "0.00"],
    [-499_999, 2, "0.00"],
    [-500_000, 2, "-0.01"],
    [-1, 0, "0"],
    [-1_000_000_000, 0, "-10"],
  ])("%d units with %d decimals read %s", (units, decimals, text) => {
    expect(decimalFromUnits(units, decimals)).toBe(text);
  });

  test("display as a float is the amount in whole assets", () => {
    expect(unitsToNumber(123_456_789)).toBe(1.23456789);
  });
});
