import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { moveSmallestFirst } from "../../src/metrics/smallest.ts";
import {
  annualVolatility,
  calmarRatio,
  compoundAnnualGrowth,
  conditionalValueAtRisk,
  mean,
  omegaRatio,
  sharpeRatio,
  sortinoRatio,
  standardDeviation,
  systemQuality,
} from "../../src/metrics/statistics.ts";

const of = (...values: number[]) => Float64Array.from(values);

describe("what is not defined is null", () => {
  test("of nothing, everything", () => {
    for (const figure of [mean, standardDeviation, conditionalValueAtRisk, omegaRatio, systemQuality]) {
      expect(figure(of())).toBeNull();
    }
    for (const figure of [sharpeRatio, sortinoRatio, annualVolatility]) expect(figure(of(), 365)).toBeNull();
  });

  test("ratios of returns that never vary or never fall", () => {
    expect(sharpeRatio(of(0.01, 0.01, 0.01, 0.01), 365)).toBeNull();
    expect(sharpeRatio(of(0, 0, 0), 365)).toBeNull();
    expect(sortinoRatio(of(0.01, 0, 0.02), 365)).toBeNull();
    expect(omegaRatio(of(0.01, 0, 0.02))).toBeNull();
    expect(systemQuality(of(5, 5))).toBeNull();
  });

  test("growth from nothing, in no time, or beyond what a number can hold", () => {
    expect(compoundAnnualGrowth(0, 1, 1)).toBeNull();
    expect(compoundAnnualGrowth(1, 2, 0)).toBeNull();
    expect(compoundAnnualGrowth(1, 1e9, 1e-3)).toBeNull();
    expect(calmarRatio(0.5, 0)).toBeNull();
    expect(calmarRatio(null, 0.1)).toBeNull();
  });
});

test("a total loss is a growth of −100 %, not undefined", () => {
  expect(compoundAnnualGrowth(100, 0, 2)).toBe(-1);
});

test("doubling in two years is 41.42 % a year", () => {
  expect(compoundAnnualGrowth(100, 200, 2)).toBeCloseTo(Math.SQRT2 - 1, 12);
});

test("SQN is √n × mean ÷ sample deviation of pnl", () => {
  // Mean 2, squared distances 1 + 1 + 4 + 4, deviation √(10 ÷ 3).
  expect(systemQuality(of(1, 3, 0, 4))).toBeCloseTo((2 * 2) / Math.sqrt(10 / 3), 12);
});

test("CVaR 95 is the mean of the worst return in twenty, and of the two worst in twenty-one", () => {
  const returns = Array.from({ length: 20 }, (_, i) => (i - 10) / 100);
  expect(conditionalValueAtRisk(of(...returns))).toBeCloseTo(-0.1, 12);
  expect(conditionalValueAtRisk(of(...returns, -0.2))).toBeCloseTo(-0.15, 12);
});

test("the smallest stand first, whatever the values", () => {
  const values = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(values, fc.nat(), (list, seed) => {
      const count = (seed % list.length) + 1;
      const moved = moveSmallestFirst(Float64Array.from(list), count);
      const sorted = Float64Array.from(list).sort();
      expect(moved.slice(0, count).sort()).toEqual(sorted.slice(0, count));
      expect(moved.slice().sort()).toEqual(sorted);
    }),
    { numRuns: 500, seed: 9 },
  );
});

test("no returns, however odd, make anything but a finite figure or null", () => {
  const returns = fc.array(fc.double({ min: -1, max: 10, noNaN: true }), { maxLength: 50 });
  fc.assert(
    fc.property(returns, (list) => {
      const series = Float64Array.from(list);
      const figures = [
        mean(series),
        standardDeviation(series),
        sharpeRatio(series, 365),
        sortinoRatio(series, 365),
        omegaRatio(series),
        conditionalValueAtRisk(series),
        systemQuality(series),
      ];
      for (const figure of figures) expect(figure === null || Number.isFinite(figure)).toBe(true);
    }),
    { numRuns: 1000, seed: 10 },
  );
});
