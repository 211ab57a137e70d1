import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { PLAIN_DECIMAL, plainDecimal } from "../../src/binance/plain-decimal.ts";

const characters = fc.constantFrom(..."0123456789.-+e,_ \n１");

describe("a plain decimal", () => {
  test("reads as Number() does, to the last bit", () => {
    fc.assert(
      fc.property(fc.stringMatching(PLAIN_DECIMAL), (text) => {
        expect(plainDecimal(text)).toBe(Number(text));
      }),
      { numRuns: 20_000 },
    );
  });

  test("is what the pattern of the schemas accepts, and nothing else", () => {
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 26 }), (text) => {
        expect(Number.isNaN(plainDecimal(text))).toBe(!PLAIN_DECIMAL.test(text));
      }),
      { numRuns: 20_000 },
    );
  });

  test.each<[unknown]>([
    [""],
    [" "],
    ["1e3"],
    ["-1"],
    ["+1"],
    ["NaN"],
    ["Infinity"],
    ["1."],
    [".5"],
    ["0x10"],
    ["1,5"],
    ["1_000"],
    [" 1"],
    ["1\n"],
    ["１２"],
    ["0.123456789"],
    ["1234567890123456"],
    [1],
    [null],
    [undefined],
    [["1"]],
  ])("is not %p", (text) => {
    expect(plainDecimal(text)).toBeNaN();
  });
});
