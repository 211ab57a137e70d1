import { describe, expect, test } from "bun:test";
import { InputError } from "../../src/core/errors.ts";
import { defaultsOf, type Parameter } from "../../src/core/parameter.ts";
import { STRATEGIES, STRATEGY_NAMES, strategyNamed } from "../../src/strategy/registry.ts";
import { signalsOver } from "../../src/strategy/signals-over.ts";
import { syntheticHistory } from "./synthetic-history.ts";

test("the strategies are found by name, and an unknown name is told the known ones", () => {
  expect(STRATEGY_NAMES).toEqual(["trend_ema", "trend_ema_fast", "mean_reversion", "breakout"]);
  for (const strategy of STRATEGIES) expect(strategyNamed(strategy.name)).toBe(strategy);
  expect(() => strategyNamed("moon")).toThrow(InputError);
  expect(() => strategyNamed("moon")).toThrow(
    '"moon" is not a strategy; use one of trend_ema, trend_ema_fast, mean_reversion, breakout.',
  );
});

const declared: [string, string, Parameter][] = STRATEGIES.flatMap((strategy) =>
  Object.entries(strategy.parameters).map(([key, parameter]): [string, string, Parameter] => [
    strategy.name,
    key,
    parameter,
  ]),
);

test.each(declared)(
  "%s %s is declared so that its default is legal and a step is possible",
  (_, key, parameter) => {
    expect(key).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(parameter.help).toMatch(/^[A-Z\d].*\.$/);
    if (parameter.kind !== "number" && parameter.kind !== "integer") return;
    expect(parameter.default).toBeGreaterThanOrEqual(parameter.min);
    expect(parameter.default).toBeLessThanOrEqual(parameter.max);
    expect(parameter.maxStep).toBeGreaterThan(0);
    expect(parameter.maxStep).toBeLessThan(parameter.max - parameter.min);
    if (parameter.kind === "integer") {
      for (const whole of [parameter.default, parameter.min, parameter.max, parameter.maxStep]) {
        expect(Number.isInteger(whole)).toBe(true);
      }
    }
  },
);

describe.each(STRATEGIES.map((strategy) => ({ name: strategy.name, strategy })))("$name", ({ strategy }) => {
  const history = syntheticHistory("registry", 3_000);
  const values = defaultsOf(strategy.parameters);
  const needs = strategy.needs(values);

  test("signals stay within what it declares: side, confidence, reason, finite values", () => {
    const sides = new Set<string>();
    signalsOver(strategy.create(values), history, 0, (signal) => {
      sides.add(signal.side);
      expect(Object.keys(strategy.reasons)).toContain(signal.reason);
      expect(signal.confidence).toBeGreaterThanOrEqual(0);
      expect(signal.confidence).toBeLessThanOrEqual(1);
      expect(Object.values(signal.values).every((value) => Number.isFinite(value))).toBe(true);
      if (signal.side === "buy")
        expect(signal.confidence).toBeGreaterThanOrEqual(strategy.name.startsWith("trend") ? 0.55 : 0.5);
    });
    expect([...sides].sort()).toEqual(["buy", "hold", "sell"]);
  });

  test("says insufficient_candles until exactly its declared warm-up, warmed or asked alike", () => {
    const warmed = strategy.create(values);
    const asked = strategy.create(values);
    const regimeLength = needs.regime ? needs.regimeWarmup : 0;
    for (let i = 0; i < regimeLength; i++) {
      warmed.onRegimeCandle(history.regime, i);
      asked.onRegimeCandle(history.regime, i);
    }
    for (let i = 0; i < needs.timingWarmup - 1; i++) {
      warmed.warm(history.timing, i);
      expect(asked.onTimingCandle(history.timing, i).reason).toBe("insufficient_candles");
    }
    const last = needs.timingWarmup - 1;
    const signal = asked.onTimingCandle(history.timing, last);
    expect(signal.reason).not.toBe("insufficient_candles");
    expect(warmed.onTimingCandle(history.timing, last)).toEqual(signal);
  });

  test("one regime candle short is insufficient, however many hours there were", () => {
    if (!needs.regime) return;
    const run = strategy.create(values);
    for (let i = 0; i < needs.regimeWarmup - 1; i++) run.onRegimeCandle(history.regime, i);
    for (let i = 0; i < 500; i++)
      expect(run.onTimingCandle(history.timing, i).reason).toBe("insufficient_candles");
  });
});
