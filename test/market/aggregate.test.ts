import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { candleAt } from "../../src/core/candles.ts";
import { Aggregator, aggregateColumns, canAggregate } from "../../src/market/aggregate.ts";
import { CandleSeries } from "../../src/market/series.ts";
import { HOUR, plain, START, walk } from "./candles.ts";

/** Six hours worked out by hand; the first four make one 4h candle. */
const HOURS: readonly (readonly [number, number, number, number, number])[] = [
  [100, 110, 95, 105, 0.1],
  [105, 120, 104, 118, 0.2],
  [118, 119, 90, 91, 0.3],
  [91, 99, 91, 97, 0.1],
  [97, 98, 96, 96, 1],
  [96, 97, 95, 95, 1],
];

function hours(...kept: readonly number[]): CandleSeries {
  const series = new CandleSeries("1h");
  for (const hour of kept) series.push(START + hour * HOUR, ...HOURS[hour % HOURS.length]!);
  return series;
}

describe("aggregation", () => {
  test("four hours make a 4h candle: first open, highest high, lowest low, last close, volumes to the last digit", () => {
    const { columns, incomplete } = aggregateColumns(hours(0, 1, 2, 3, 4, 5), "4h");
    // 0.1 + 0.2 + 0.3 + 0.1 is 0.7; added as doubles it would be 0.7000000000000001.
    const candle = { openAt: START, open: 100, high: 120, low: 90, close: 97, volume: 0.7 };
    expect(columns.length).toBe(1);
    expect(candleAt(columns, 0)).toEqual(candle);
    expect(incomplete).toBe(0);
  });

  test("volumes whose doubles err in the last digit add up exactly too", () => {
    const series = new CandleSeries("1h");
    const volumes = [20482.60414397, 87388.64587041, 4488.87746813, 10622.25385308];
    for (const [hour, volume] of volumes.entries()) series.push(START + hour * HOUR, 1, 1, 1, 1, volume);
    const aggregator = new Aggregator("1h", "4h");
    for (let i = 0; i < 4; i++) aggregator.push(series, i);
    expect(aggregateColumns(series, "4h").columns.volume[0]).toBe(122982.38133559);
    expect(aggregator.completed.volume[0]).toBe(122982.38133559);
  });

  test("an hour that is missing anywhere in a bucket leaves no candle, and the bucket is counted", () => {
    for (const missing of [0, 1, 2, 3]) {
      const kept = [0, 1, 2, 3, 4, 5, 6, 7, 8].filter((hour) => hour !== missing);
      const { columns, incomplete } = aggregateColumns(hours(...kept), "4h");
      expect(plain(columns)["openAt"]).toEqual([START + 4 * HOUR]);
      expect(incomplete).toBe(1);
    }
  });

  test("history that begins within a bucket begins with the next whole one", () => {
    const { columns, incomplete } = aggregateColumns(hours(2, 3, 4, 5, 6, 7), "4h");
    expect(plain(columns)["openAt"]).toEqual([START + 4 * HOUR]);
    expect(incomplete).toBe(1);
  });

  test("a push says that a bucket is complete exactly when its last candle comes", () => {
    const base = walk(48);
    const aggregator = new Aggregator("1h", "12h");
    const completedAt = [];
    for (let i = 0; i < base.length; i++) if (aggregator.push(base, i)) completedAt.push(i);
    expect(completedAt).toEqual([11, 23, 35, 47]);
    expect(aggregator.completed.length).toBe(4);
  });

  test("one candle at a time and all at once give the same, whatever is missing", () => {
    const property = fc.property(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 80 }),
      fc.constantFrom("2h" as const, "4h" as const, "6h" as const),
      (present, to) => {
        const full = walk(present.length);
        const base = new CandleSeries("1h");
        for (let i = 0; i < full.length; i++) if (present[i]) base.append(candleAt(full, i));
        const aggregator = new Aggregator("1h", to);
        for (let i = 0; i < base.length; i++) aggregator.push(base, i);
        const batch = aggregateColumns(base, to);
        expect(plain(aggregator.completed)).toEqual(plain(batch.columns));
        expect(aggregator.incomplete).toBe(batch.incomplete);
      },
    );
    fc.assert(property, { numRuns: 200, seed: 2 });
  });

  test("a day made from hours is the day made from the 4h candles of those hours", () => {
    const base = walk(24 * 10);
    const direct = aggregateColumns(base, "1d").columns;
    const stepwise = aggregateColumns(aggregateColumns(base, "4h").columns, "1d").columns;
    expect(direct.length).toBe(10);
    expect(plain(stepwise)).toEqual(plain(direct));
  });

  test("a candle pushed twice, or of another timeframe, is refused", () => {
    const base = walk(4);
    const aggregator = new Aggregator("1h", "4h");
    aggregator.push(base, 1);
    expect(() => aggregator.push(base, 1)).toThrow(expect.objectContaining({ code: "candle_out_of_order" }));
    expect(() => aggregator.push(base, 0)).toThrow(expect.objectContaining({ code: "candle_out_of_order" }));
    expect(() => new Aggregator("1m", "4h").push(base, 0)).toThrow(/in order/);
  });

  test("only whole base candles aggregate: 1h into 4h, never 4h into 6h, 1h or itself", () => {
    expect(canAggregate("1h", "4h")).toBe(true);
    for (const to of ["6h", "1h", "4h"] as const) {
      expect(canAggregate("4h", to)).toBe(false);
      expect(() => new Aggregator("4h", to)).toThrow(expect.objectContaining({ code: "cannot_aggregate" }));
      expect(() => aggregateColumns(walk(4, "4h"), to)).toThrow(/cannot be made/);
    }
  });
});
