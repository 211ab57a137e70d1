/** Indicators against their plain formulas, over random values, long runs and awkward markets. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { InputError } from "../../../src/core/errors.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { Adx } from "../../../src/strategy/indicators/adx.ts";
import { Donchian } from "../../../src/strategy/indicators/donchian.ts";
import { Ema, emaOf } from "../../../src/strategy/indicators/ema.ts";
import { PercentileRank } from "../../../src/strategy/indicators/percentile-rank.ts";
import { Rsi } from "../../../src/strategy/indicators/rsi.ts";
import { Sma } from "../../../src/strategy/indicators/sma.ts";
import { StandardDeviation } from "../../../src/strategy/indicators/standard-deviation.ts";
import { ZScore } from "../../../src/strategy/indicators/z-score.ts";

const period = fc.integer({ min: 1, max: 12 });
const prices = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 80 });

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const deviationOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((x) => (x - mean) ** 2)));
};

/** Asserts an indicator equals a function of its last `n` values once there are that many, and is NaN before. */
function expectWindow(
  values: readonly number[],
  n: number,
  update: (x: number) => number,
  formula: (window: readonly number[]) => number,
): void {
  for (const [i, x] of values.entries()) {
    const ours = update(x);
    if (i + 1 < n) expect(ours).toBeNaN();
    else expect(ours).toBeCloseTo(formula(values.slice(i + 1 - n, i + 1)), 9);
  }
}

test("the mean and the deviation are those of the window, whatever the values", () => {
  fc.assert(
    fc.property(prices, period, (values, n) => {
      const [sma, deviation] = [new Sma(n), new StandardDeviation(n)];
      expectWindow(values, n, (x) => sma.update(x), meanOf);
      expectWindow(values, n, (x) => deviation.update(x), deviationOf);
    }),
  );
});

test("the Donchian channel is the highest high and the lowest low of the window, the newest included", () => {
  fc.assert(
    fc.property(prices, period, (values, n) => {
      const channel = new Donchian(n);
      for (const [i, x] of values.entries()) {
        channel.update(x + 1, x - 1);
        const window = values.slice(Math.max(0, i + 1 - n), i + 1);
        expect(channel.upper).toBe(i + 1 < n ? Number.NaN : Math.max(...window) + 1);
        expect(channel.lower).toBe(i + 1 < n ? Number.NaN : Math.min(...window) - 1);
      }
    }),
  );
});

test("the percentile rank is the share of the window at or below the newest value, ties included", () => {
  fc.assert(
    fc.property(prices, period, (values, n) => {
      const rank = new PercentileRank(n);
      expectWindow(
        values,
        n,
        (x) => {
          rank.update(x);
          return rank.value;
        },
        (window) => (100 * window.filter((x) => x <= window.at(-1)!).length) / window.length,
      );
    }),
  );
});

test("the percentile rank passes over an indicator that is still warming up", () => {
  const rank = new PercentileRank(2);
  const fed = (x: number): number => {
    rank.update(x);
    return rank.value;
  };
  expect([Number.NaN, 1, Number.NaN, 2, Number.NaN, 1].map(fed)).toEqual([
    Number.NaN,
    Number.NaN,
    Number.NaN,
    100,
    100,
    50,
  ]);
});

test("an EMA of a whole column is the stream's, digit for digit", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1, max: 1e5, noNaN: true }), { maxLength: 60 }),
      period,
      (values, n) => {
        const ema = new Ema(n);
        expect([...emaOf(Float64Array.from(values), n)]).toEqual(values.map((x) => ema.update(x)));
      },
    ),
  );
});

describe("long runs", () => {
  test("after a million prices around 60,000 the mean and deviation of twenty still have fifteen digits", () => {
    const random = seededRandom("drift");
    const [sma, deviation] = [new Sma(20), new StandardDeviation(20)];
    const last: number[] = [];
    for (let i = 0; i < 1_000_000; i++) {
      const price = 60_000 + 1_000 * random.normal();
      sma.update(price);
      deviation.update(price);
      if (i >= 999_980) last.push(price - 60_000);
    }
    expect(Math.abs(sma.value / (60_000 + meanOf(last)) - 1)).toBeLessThan(1e-15);
    expect(Math.abs(deviation.value / deviationOf(last) - 1)).toBeLessThan(4e-15);
  });

  test("a wrong price a billion times too high leaves no trace once it has left the window", () => {
    const [sma, deviation] = [new Sma(5), new StandardDeviation(5)];
    const prices = [1.5, 1.25, 1e9 + 0.3, 1.125, 1.5, 1.1, 1.2, 1.3, 1.4, 1.5];
    for (const price of prices) {
      sma.update(price);
      deviation.update(price);
    }
    expect(sma.value).toBeCloseTo(meanOf(prices.slice(-5)), 14);
    expect(deviation.value).toBeCloseTo(deviationOf(prices.slice(-5)), 14);
  });

  test("a deviation of half a cent at 60,000 keeps its digits", () => {
    const deviation = new StandardDeviation(30);
    for (let i = 0; i < 1000; i++) deviation.update(60_000 + (i % 2) / 100);
    expect(Math.abs(deviation.value / 0.005 - 1)).toBeLessThan(1e-9);
  });

  test.each([7, 17, 30, 45])(
    "a halted market after a crash has a deviation of exactly 0 and a z-score of 0, %d candles in",
    (calm) => {
      const score = new ZScore(7);
      const deviation = new StandardDeviation(7);
      for (const price of [61_234.56, 60_001.01, 48_000, 42_000.1, 47_123.45, 47_100.07]) {
        score.update(price);
        deviation.update(price);
      }
      for (let i = 0; i < calm; i++) {
        score.update(47_013.37);
        deviation.update(47_013.37);
      }
      expect(deviation.value).toBe(0);
      expect(deviation.mean).toBe(47_013.37);
      expect(score.value).toBe(0);
    },
  );
});

test("two EMAs of a halted market are exactly equal, so that rounding makes no trend", () => {
  const [fast, slow] = [new Ema(20), new Ema(50)];
  for (let i = 0; i < 500; i++) {
    fast.update(43_210.98);
    slow.update(43_210.98);
  }
  expect(fast.value).toBe(43_210.98);
  expect(slow.value).toBe(fast.value);
});

test("a market that never moves has no direction, and an RSI of 0 as TA-Lib has it", () => {
  const adx = new Adx(3);
  const rsi = new Rsi(3);
  for (let i = 0; i < 10; i++) {
    adx.update(100, 100, 100);
    rsi.update(100);
  }
  expect([adx.plusDi, adx.minusDi, adx.adx, rsi.value]).toEqual([0, 0, 0, 0]);
});

test("a candle that outgrows the one before equally on both sides has no direction", () => {
  const adx = new Adx(3);
  for (let i = 0; i < 10; i++) adx.update(100 + i, 100 - i, 100);
  expect([adx.plusDi, adx.minusDi, adx.adx]).toEqual([0, 0, 0]);
});

test.each([0, -3, 1.5, Number.NaN])("a period of %p is refused in one sentence", (bad) => {
  expect(() => new Ema(bad)).toThrow(InputError);
  expect(() => new StandardDeviation(bad)).toThrow(/whole number of at least 1/);
  expect(() => emaOf(new Float64Array(5), bad)).toThrow(InputError);
});
