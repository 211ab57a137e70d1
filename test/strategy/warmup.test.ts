import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { InputError } from "../../src/core/errors.ts";
import { defaultsOf } from "../../src/core/parameter.ts";
import { emaAlpha } from "../../src/strategy/indicators/ema.ts";
import { STRATEGIES } from "../../src/strategy/registry.ts";
import type { Strategy } from "../../src/strategy/strategy.ts";
import { trendEma } from "../../src/strategy/trend-ema.ts";
import { emaWarmup, WARMUP_TOLERANCE, warmupCandlesFor } from "../../src/strategy/warmup.ts";
import { checkWarmup } from "../../src/strategy/warmup-check.ts";
import { syntheticHistory } from "./synthetic-history.ts";

test("the warm-up is the least number of candles that forgets a seed to one in a million", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 400 }), fc.constantFrom(1, 1000), (period, seedError) => {
      const alpha = emaAlpha(period);
      const n = warmupCandlesFor(alpha, seedError);
      expect(seedError * (1 - alpha) ** n).toBeLessThanOrEqual(WARMUP_TOLERANCE * (1 + 1e-9));
      if (n > 0) expect(seedError * (1 - alpha) ** (n - 1)).toBeGreaterThan(WARMUP_TOLERANCE);
    }),
  );
});

test("trend_ema warms up on 159 hours and 488 four-hour candles", () => {
  expect(trendEma.needs(defaultsOf(trendEma.parameters))).toEqual({
    timing: "1h",
    regime: "4h",
    timingWarmup: 159,
    regimeWarmup: 488,
  });
  expect(emaWarmup(20)).toBe(159);
});

describe.each(STRATEGIES.map((strategy) => ({ name: strategy.name, strategy })))("$name", ({ strategy }) => {
  test("where history begins changes no value by more than 1e-6 and no decision", () => {
    const report = checkWarmup(
      strategy,
      defaultsOf(strategy.parameters),
      syntheticHistory("warm-up", 4_000),
      5,
    );
    expect(report.beginnings).toBe(5);
    expect(report.comparedSignals).toBeGreaterThan(2_000);
    expect(report.largestDifference).toBeLessThanOrEqual(1e-6);
    expect(report.differentDecisions).toBe(0);
  });
});

test("the check finds a strategy that never forgets where history began", () => {
  const remembering: Strategy<typeof trendEma.parameters> = {
    ...trendEma,
    create(values) {
      const run = trendEma.create(values);
      let sum = 0;
      let hours = 0;
      return {
        onRegimeCandle: (candles, index) => run.onRegimeCandle(candles, index),
        warm: (candles, index) => run.warm(candles, index),
        onTimingCandle(candles, index) {
          const signal = run.onTimingCandle(candles, index);
          sum += candles.close[index]!;
          hours++;
          const isRich = candles.close[index]! > sum / hours;
          if (signal.reason === "insufficient_candles") return signal;
          return { ...signal, side: isRich ? "hold" : signal.side, values: { mean_ever: sum / hours } };
        },
      };
    },
  };
  const report = checkWarmup(
    remembering,
    defaultsOf(trendEma.parameters),
    syntheticHistory("warm-up", 3_000),
    3,
  );
  expect(report.worst?.value).toBe("mean_ever");
  expect(report.largestDifference).toBeGreaterThan(1e-3);
  expect(report.differentDecisions).toBeGreaterThan(0);
});

test("a history too short for the check is refused with what it needs", () => {
  const check = () =>
    checkWarmup(trendEma, defaultsOf(trendEma.parameters), syntheticHistory("short", 1_952), 3);
  expect(check).toThrow(InputError);
  expect(check).toThrow(/trend_ema warms up on 159 1h and 488 4h candles/);
});
