import { expect, test } from "bun:test";
import type { Parameters } from "../../src/core/parameter.ts";
import { EXIT_PARAMETERS, PROTECTION_PARAMETERS, RISK_PARAMETERS } from "../../src/risk/parameters.ts";
import { EXIT, PROTECTION, RISK } from "./btcusdt.ts";

const ALL: readonly (readonly [string, Parameters])[] = [
  ["risk", RISK_PARAMETERS],
  ["protection", PROTECTION_PARAMETERS],
  ["exit", EXIT_PARAMETERS],
];
const numbers = ALL.flatMap(([group, parameters]) =>
  Object.entries(parameters).flatMap(([name, parameter]) =>
    parameter.kind === "number" || parameter.kind === "integer"
      ? [[`${group}.${name}`, parameter] as const]
      : [],
  ),
);

test.each(numbers)(
  "%s has its default within its bounds and a step that fits between them",
  (_, parameter) => {
    expect(parameter.default).toBeGreaterThanOrEqual(parameter.min);
    expect(parameter.default).toBeLessThanOrEqual(parameter.max);
    expect(parameter.maxStep).toBeGreaterThan(0);
    expect(parameter.maxStep).toBeLessThanOrEqual(parameter.max - parameter.min);
    if (parameter.kind === "integer") {
      for (const value of [parameter.default, parameter.min, parameter.max, parameter.maxStep]) {
        expect(Number.isInteger(value)).toBe(true);
      }
    }
  },
);

test("every parameter says in one sentence what it does", () => {
  for (const [, parameters] of ALL) {
    for (const { help } of Object.values(parameters)) expect(help).toMatch(/^.{10,130}\.$/);
  }
});

test("choices run from the least risk to the most, with the default first", () => {
  for (const parameter of [RISK_PARAMETERS.sizing, EXIT_PARAMETERS.stop_loss_mode]) {
    expect(parameter.options[0]).toBe(parameter.default);
  }
});

test("the defaults are those a trader was promised", () => {
  expect(RISK).toMatchObject({ per_trade: 0.005, max_daily_loss: 0.02, max_exposure: 0.25 });
  expect(RISK).toMatchObject({ fee_bps: 10, slippage_bps: 5, sizing: "notional", atr_stop_multiple: 2.5 });
  expect([RISK.use_confidence, RISK.use_volatility, RISK.use_drawdown]).toEqual([true, true, true]);
  expect(EXIT).toMatchObject({ stop_loss_mode: "atr", trailing: false, time_stop_hours: 0 });
  expect([EXIT.take_profit_1_pct, EXIT.take_profit_2_pct]).toEqual([0, 0]);
  expect(PROTECTION).toMatchObject({
    stop_guard: true,
    max_drawdown: true,
    loss_streak: true,
    low_profit: false,
  });
});
