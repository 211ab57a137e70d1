import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { drawdownOf } from "../../src/metrics/drawdown.ts";
import { EquityCurve } from "../../src/metrics/equity-curve.ts";
import { DAY_MS, extremeDays, HOUR_MS, inferPeriodMs, periodReturns } from "../../src/metrics/returns.ts";

const MIDNIGHT = Date.UTC(2024, 0, 1);

/** A curve that starts with 1,000 at midnight; points are [hours after, equity, exposure]. */
function curveOf(
  ...points: readonly (readonly [hours: number, units: number, exposure?: number])[]
): EquityCurve {
  const curve = new EquityCurve(MIDNIGHT, 1_000, 1);
  for (const [hours, units, exposure = 0] of points) curve.push(MIDNIGHT + hours * HOUR_MS, units, exposure);
  return curve;
}
const at = (hours: number) => MIDNIGHT + hours * HOUR_MS;

describe("the equity curve", () => {
  test("refuses a point before the last or before the start", () => {
    expect(() => curveOf([2, 1], [1, 1])).toThrow("oldest first");
    expect(() => curveOf([-1, 1])).toThrow("oldest first");
  });

  test("comes from stored points with the position's share of equity", () => {
    const point = { at: at(1), markTicks: 1, lots: 1, cashUnits: 750, equityUnits: 1_000, peakUnits: 1_000 };
    const curve = EquityCurve.of(MIDNIGHT, 1_000, [point]);
    expect([curve.length, curve.endUnits, curve.exposure[0]]).toEqual([1, 1_000, 0.25]);
  });

  test("weighs exposure by how long it lasted", () => {
    expect(curveOf([0, 1_000, 0], [1, 1_000, 0.5], [4, 1_000, 0.9]).averageExposure()).toBe((3 * 0.5) / 4);
    expect(curveOf([1, 1_000, 0.5]).averageExposure()).toBeNull();
  });

  test("keeps every point as it grows", () => {
    const curve = new EquityCurve(0, 1, 2);
    for (let i = 1; i <= 5_000; i++) curve.push(i, i, i);
    expect(curve.units.subarray(0, curve.length).reduce((a, b) => a + b)).toBe((5_000 * 5_001) / 2);
  });
});

describe("drawdown", () => {
  test("counts from the starting balance when equity only falls", () => {
    expect(drawdownOf(curveOf([1, 900], [2, 800]))).toEqual({
      fraction: 0.2,
      peakAt: at(0),
      troughAt: at(2),
      recoveredAt: null,
      longestUnderwaterMs: 2 * HOUR_MS,
      underwaterFraction: 1,
    });
  });

  test("knows when the deepest one began, bottomed and was regained, and a later shallow one changes nothing", () => {
    const curve = curveOf([1, 1_100], [2, 880], [3, 990], [4, 1_100], [8, 1_045], [9, 1_090]);
    expect(drawdownOf(curve)).toEqual({
      fraction: 0.2,
      peakAt: at(1),
      troughAt: at(2),
      recoveredAt: at(4),
      longestUnderwaterMs: 5 * HOUR_MS,
      underwaterFraction: 8 / 9,
    });
  });

  test("keeps the recovery of the deepest one when a later shallow one recovers too", () => {
    const drawdown = drawdownOf(curveOf([1, 800], [2, 1_000], [3, 950], [4, 1_000]))!;
    expect([drawdown.fraction, drawdown.recoveredAt]).toEqual([0.2, at(2)]);
  });

  test("that is overtaken by a deeper one forgets its recovery", () => {
    const drawdown = drawdownOf(curveOf([1, 900], [2, 1_000], [3, 500]))!;
    expect([drawdown.fraction, drawdown.recoveredAt, drawdown.peakAt]).toEqual([0.5, null, at(2)]);
  });

  test("of a curve that only rises is 0 without dates; of no points it is null", () => {
    expect(drawdownOf(curveOf([1, 1_000], [2, 1_001]))).toMatchObject({
      fraction: 0,
      peakAt: null,
      underwaterFraction: 0,
    });
    expect(drawdownOf(curveOf())).toBeNull();
  });

  test("agrees with looking at every pair of points", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 40 }), (values) => {
        const all = [1_000, ...values];
        let worst = 0;
        all.forEach((peak, i) => {
          for (const later of all.slice(i)) worst = Math.max(worst, (peak - later) / peak);
        });
        const curve = curveOf(...values.map((value, i) => [i + 1, value] as const));
        expect(drawdownOf(curve)!.fraction).toBeCloseTo(worst, 12);
      }),
      { seed: 8 },
    );
  });
});

describe("returns by period", () => {
  test("take the last point of each period; a point at its very end belongs to it", () => {
    const curve = curveOf([5, 1_050], [24, 1_100], [30, 2_000], [47, 990]);
    expect([...periodReturns(curve, DAY_MS)]).toEqual([1_100 / 1_000 - 1, 990 / 1_100 - 1]);
  });

  test("a day without a point returned nothing", () => {
    const curve = curveOf([24, 1_100], [96, 1_210]);
    expect([...periodReturns(curve, DAY_MS)].map((r) => Math.round(r * 1e9) / 1e9)).toEqual([0.1, 0, 0, 0.1]);
  });

  test("an account that began at noon has a short first day", () => {
    const curve = new EquityCurve(at(12), 1_000);
    curve.push(at(24), 1_010, 0);
    curve.push(at(25), 1_020, 0);
    expect(periodReturns(curve, DAY_MS)).toHaveLength(2);
  });

  test("of an account that has just begun are none", () => {
    expect(periodReturns(curveOf(), DAY_MS)).toHaveLength(0);
    expect(periodReturns(curveOf([0, 1_000]), DAY_MS)).toHaveLength(0);
  });

  test("compound to the whole return, whatever the points and the period", () => {
    const points = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 5_000_000 }), fc.integer({ min: 1, max: 5_000 })),
      {
        minLength: 1,
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(points, fc.constantFrom(HOUR_MS, DAY_MS), fc.nat(DAY_MS), (steps, periodMs, offset) => {
        const curve = new EquityCurve(MIDNIGHT + offset, 1_000);
        let instant = MIDNIGHT + offset;
        for (const [gap, value] of steps) {
          instant += gap;
          curve.push(instant, value, 0);
        }
        const whole = periodReturns(curve, periodMs).reduce((product, r) => product * (1 + r), 1);
        expect(whole).toBeCloseTo(curve.endUnits / 1_000, 8);
      }),
      { seed: 13 },
    );
  });

  test("are taken by the hour until there are thirty days", () => {
    expect(inferPeriodMs(curveOf([24 * 30 - 1, 1]))).toBe(HOUR_MS);
    expect(inferPeriodMs(curveOf([24 * 30, 1]))).toBe(DAY_MS);
  });

  test("name the best and the worst UTC day", () => {
    const { best, worst } = extremeDays(curveOf([24, 1_100], [48, 990], [72, 1_000]));
    expect(best).toEqual({ at: MIDNIGHT, returnFraction: 1_100 / 1_000 - 1 });
    expect(worst).toEqual({ at: MIDNIGHT + DAY_MS, returnFraction: 990 / 1_100 - 1 });
    expect(extremeDays(curveOf())).toEqual({ best: null, worst: null });
  });
});
