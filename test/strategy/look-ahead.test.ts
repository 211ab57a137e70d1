import { expect, test } from "bun:test";
import { defaultsOf } from "../../src/core/parameter.ts";
import { checkLookAhead } from "../../src/strategy/look-ahead-check.ts";
import { meanReversion } from "../../src/strategy/mean-reversion.ts";
import { STRATEGIES } from "../../src/strategy/registry.ts";
import { signalsOver } from "../../src/strategy/signals-over.ts";
import type { Strategy } from "../../src/strategy/strategy.ts";
import { columnsOf, fourHours, syntheticHistory, syntheticHours } from "./synthetic-history.ts";

test.each(STRATEGIES.map((strategy) => [strategy.name, strategy] as const))(
  "%s decides from the past alone",
  (_, strategy) => {
    const report = checkLookAhead(
      strategy,
      defaultsOf(strategy.parameters),
      syntheticHistory("blind", 3_000),
    );
    expect(report).toEqual({ comparedSignals: 3_000, differentSignals: 0, firstOpenAt: null });
  },
);

test.each(STRATEGIES.map((strategy) => [strategy.name, strategy] as const))(
  "%s says the same of a history that was cut off",
  (_, strategy) => {
    const hours = syntheticHours("cut", 2_500);
    const values = defaultsOf(strategy.parameters);
    const reasonsOf = (length: number): string[] => {
      const timing = columnsOf("1h", hours.slice(0, length));
      const regime = columnsOf("4h", fourHours(hours.slice(0, length)));
      const signals: string[] = [];
      signalsOver(strategy.create(values), { timing, regime }, 0, (signal) =>
        signals.push(JSON.stringify(signal)),
      );
      return signals;
    };
    const whole = reasonsOf(2_500);
    for (const length of [2_000, 2_101, 2_322]) expect(reasonsOf(length)).toEqual(whole.slice(0, length));
  },
);

test("the check finds a strategy that peeks at the next candle", () => {
  const peeking: Strategy<typeof meanReversion.parameters> = {
    ...meanReversion,
    create(values) {
      const run = meanReversion.create(values);
      return {
        onRegimeCandle: () => {},
        warm: (candles, index) => run.warm(candles, index),
        onTimingCandle(candles, index) {
          const signal = run.onTimingCandle(candles, index);
          const isRising = candles.close[index + 1]! > candles.close[index]!;
          return signal.side === "buy" && !isRising ? { ...signal, side: "hold" } : signal;
        },
      };
    },
  };
  const { timing } = syntheticHistory("blind", 3_000);
  const report = checkLookAhead(peeking, defaultsOf(meanReversion.parameters), { timing, regime: null });
  expect(report.differentSignals).toBeGreaterThan(0);
  expect(report.firstOpenAt).toBeGreaterThan(timing.openAt[0]!);
});
