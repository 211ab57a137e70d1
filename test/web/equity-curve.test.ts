import { expect, test } from "bun:test";
import fc from "fast-check";
import { axisLabel, axisTicks } from "../../src/web/axis-ticks.ts";
import { type CurvePoint, equityCurve } from "../../src/web/equity-curve.ts";
import { formatFor } from "../../src/web/format.ts";
import { BTCUSDT } from "../risk/btcusdt.ts";

const draw = async (points: readonly CurvePoint[], startUnits = 100): Promise<string> =>
  String(
    await equityCurve(points, {
      startUnits,
      summary: "A summary.",
      valueLabel: (units) => String(units),
      timeLabel: (at) => `t${at}`,
    }),
  );

const pathOf = (drawing: string, name: string): string =>
  new RegExp(`class="curve-${name}" d="([^"]*)"`).exec(drawing)?.[1] ?? "missing";

const point = (at: number, units: number, peakUnits = units, isHeld = false): CurvePoint => ({
  ...{ at, units, peakUnits, isHeld },
});

test("the line runs from the left edge to the right, higher values higher up", async () => {
  const drawing = await draw([point(0, 100), point(50, 120), point(100, 110, 120)]);
  // Ticks of 5 from 100 to 120 over 268 of height.
  expect(pathOf(drawing, "line")).toBe("M0.0 268.0L500.0 0.0L1000.0 134.0");
});

test("the shade lies between the line and the peak", async () => {
  const drawing = await draw([point(0, 100), point(50, 120), point(100, 110, 120)]);
  expect(pathOf(drawing, "drawdown")).toBe(
    "M0.0 268.0L500.0 0.0L1000.0 134.0L1000.0 0.0L500.0 0.0L0.0 268.0Z",
  );
});

test("the strip covers each stretch with a position, to the point that ends it", async () => {
  const held = [false, true, true, false, true].map((isHeld, index) =>
    point(index * 25, 100 + index, 110, isHeld),
  );
  expect(pathOf(await draw(held), "held")).toBe("M250.0 275H750.0V280H250.0ZM1000.0 275H1000.0V280H1000.0Z");
});

test("the start is drawn only where it lies in the picture", async () => {
  expect(pathOf(await draw([point(0, 100), point(1, 120)], 110), "start")).toBe("M0 134.0H1000");
  expect(pathOf(await draw([point(0, 100), point(1, 120)], 50), "start")).toBe("");
});

test("fewer than two points are a sentence, not a picture", async () => {
  for (const points of [[], [point(0, 1)], [point(5, 1), point(5, 2)]]) {
    expect(await draw(points)).not.toContain("<svg");
  }
});

test("whoever does not see it is told", async () => {
  expect(await draw([point(0, 1), point(1, 2)])).toContain('role="img" aria-label="A summary."');
});

test("every coordinate is finite and inside the drawing, whatever the equity did", async () => {
  const units = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(units, units), { minLength: 2, maxLength: 30 }), async (pairs) => {
      const points = pairs.map(([value, peak], index) => point(index * 60_000, value, Math.max(value, peak)));
      const numbers = pathOf(await draw(points), "drawdown").match(/[^MLZ ]+/g) ?? [];
      expect(numbers.length).toBe(points.length * 4);
      for (const text of numbers) {
        expect(Number(text)).toBeGreaterThanOrEqual(0);
        expect(Number(text)).toBeLessThanOrEqual(1000);
      }
    }),
    { numRuns: 60 },
  );
});

test.each([
  [9_871, 10_420, [10_600, 10_400, 10_200, 10_000, 9_800]],
  [0, 1, [1, 0.75, 0.5, 0.25, 0]],
  [3, 97, [100, 75, 50, 25, 0]],
])("values from %d to %d get the ticks of a ruler", (low, high, ticks) => {
  expect(axisTicks(low, high).ticks).toEqual(ticks);
});

test("ticks hold every value, evenly, between two and seven of them", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e15 }), fc.integer({ min: 0, max: 1e15 }), (a, b) => {
      const { ticks, low, high } = axisTicks(Math.min(a, b), Math.max(a, b));
      expect(low).toBeLessThanOrEqual(Math.min(a, b));
      expect(high).toBeGreaterThanOrEqual(Math.max(a, b));
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(7);
      expect([ticks[0], ticks.at(-1)]).toEqual([high, low]);
    }),
  );
});

test.each([
  ["a quarter", 9_999.55, 10_000.5, ["10,000.50", "10,000.25", "10,000.00", "9,999.75", "9,999.50"]],
  ["two and a half", 9_990.5, 10_000, ["10,000.0", "9,997.5", "9,995.0", "9,992.5", "9,990.0"]],
  ["hundreds", 9_871, 10_420, ["10,600", "10,400", "10,200", "10,000", "9,800"]],
])("labels with steps of %s say the step", (_, low, high, labels) => {
  const format = formatFor(BTCUSDT, "UTC", 0);
  const { ticks, step } = axisTicks(Math.round(low * 1e8), Math.round(high * 1e8));
  expect(ticks.map((units) => axisLabel(units, step, format))).toEqual(labels);
});

test("no two labels of an axis read alike", () => {
  const format = formatFor(BTCUSDT, "UTC", 0);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e14 }), fc.integer({ min: 40, max: 1e14 }), (low, span) => {
      const { ticks, step } = axisTicks(low, low + span);
      const labels = ticks.map((units) => axisLabel(units, step, format));
      expect(new Set(labels).size).toBe(ticks.length);
    }),
  );
});
