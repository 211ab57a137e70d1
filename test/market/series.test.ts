import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { candleAt } from "../../src/core/candles.ts";
import { InvariantError } from "../../src/core/errors.ts";
import { CandleSeries, indexAtOrAfter } from "../../src/market/series.ts";
import { HOUR, plain, START, walk } from "./candles.ts";

describe("a candle series", () => {
  test("keeps every candle as it grows beyond its first capacity", () => {
    const source = walk(5_000);
    const series = new CandleSeries("1h", { capacity: 2 });
    series.appendColumns(source);
    expect(series.length).toBe(5_000);
    expect(plain(series)).toEqual(plain(source));
  });

  test("takes a candle after a gap", () => {
    const series = walk(2);
    series.push(START + 30 * HOUR, 1, 1, 1, 1, 0);
    expect(series.length).toBe(3);
  });

  test.each([
    ["the last candle again", START + HOUR, "candle_repeated"],
    ["a candle before the last", START, "candle_out_of_order"],
    ["a candle at half past", START + 2.5 * HOUR, "candle_misaligned"],
    ["a candle with a fraction of a millisecond", START + 3 * HOUR + 0.5, "candle_misaligned"],
    ["a candle without a time", Number.NaN, "candle_out_of_order"],
  ])("refuses %s and stays as it was", (_, openAt, code) => {
    const series = walk(2);
    const before = plain(series);
    expect(() => series.push(openAt, 1, 1, 1, 1, 1)).toThrow(expect.objectContaining({ code }));
    expect(() => series.push(openAt, 1, 1, 1, 1, 1)).toThrow(InvariantError);
    expect(plain(series)).toEqual(before);
  });

  test("refuses a first candle off its grid", () => {
    const push = () => new CandleSeries("4h").push(START + HOUR, 1, 1, 1, 1, 1);
    expect(push).toThrow(expect.objectContaining({ code: "candle_misaligned" }));
  });

  test("refuses columns of another timeframe", () => {
    const append = () => new CandleSeries("4h").appendColumns(walk(4));
    expect(append).toThrow(expect.objectContaining({ code: "series_timeframe_differs" }));
  });

  test("gives its last candles oldest first, and all of them when asked for more", () => {
    const series = walk(5);
    expect(series.tail(2)).toEqual([candleAt(series, 3), candleAt(series, 4)]);
    expect(series.tail(9)).toHaveLength(5);
    expect(series.tail(0)).toEqual([]);
  });

  test("that is bounded always holds the latest candles and at most twice as many", () => {
    const source = walk(500);
    const series = new CandleSeries("1h", { keep: 7 });
    for (let i = 0; i < source.length; i++) {
      series.append(candleAt(source, i));
      expect(series.length).toBeLessThanOrEqual(14);
      expect(series.tail(7)).toEqual(
        Array.from({ length: Math.min(7, i + 1) }, (_, k) => candleAt(source, Math.max(0, i - 6) + k)),
      );
    }
  });

  test("finds the first candle at or after any instant, as a plain search does", () => {
    const property = fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 30 }),
      fc.integer({ min: -2 * HOUR, max: 64 * HOUR }),
      (hours, offset) => {
        const series = new CandleSeries("1h");
        for (const hour of hours.sort((a, b) => a - b)) series.push(START + hour * HOUR, 1, 1, 1, 1, 0);
        const found = hours.findIndex((hour) => START + hour * HOUR >= START + offset);
        expect(indexAtOrAfter(series, START + offset)).toBe(found < 0 ? hours.length : found);
        expect(series.indexAtOrAfter(START + offset)).toBe(indexAtOrAfter(series, START + offset));
      },
    );
    fc.assert(property, { numRuns: 300, seed: 1 });
  });
});
