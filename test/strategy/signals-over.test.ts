import { expect, test } from "bun:test";
import { signalsOver } from "../../src/strategy/signals-over.ts";
import type { StrategyRun } from "../../src/strategy/strategy.ts";
import { HISTORY_START, syntheticHistory } from "./synthetic-history.ts";

const HOUR = 3_600_000;

/** A run that writes down what it is fed: `4h@` and `1h@` with hours since the start. */
function recordingRun(log: string[]): StrategyRun {
  const note = (name: string, openAt: number) => log.push(`${name}@${(openAt - HISTORY_START) / HOUR}`);
  return {
    onRegimeCandle: (candles, index) => void note("4h", candles.openAt[index]!),
    warm: () => {},
    onTimingCandle(candles, index) {
      note("1h", candles.openAt[index]!);
      return { side: "hold", confidence: 0, reason: "noted", values: {} };
    },
  };
}

test("a 4h candle is fed just before the hour it closes with", () => {
  const log: string[] = [];
  signalsOver(recordingRun(log), syntheticHistory("order", 9), 0, () => {});
  expect(log.join(" ")).toBe("1h@0 1h@1 1h@2 4h@0 1h@3 1h@4 1h@5 1h@6 4h@4 1h@7 1h@8");
});

test("a later beginning sees no candle of either timeframe that opened before it", () => {
  const log: string[] = [];
  signalsOver(recordingRun(log), syntheticHistory("order", 13), HISTORY_START + 5 * HOUR, () => {});
  expect(log.join(" ")).toBe("1h@5 1h@6 1h@7 1h@8 1h@9 1h@10 4h@8 1h@11 1h@12");
});

test("signals come with the index of their candle, and no regime is needed", () => {
  const indexes: number[] = [];
  const { timing } = syntheticHistory("order", 6);
  signalsOver(recordingRun([]), { timing, regime: null }, HISTORY_START + 2 * HOUR, (_, index) =>
    indexes.push(index),
  );
  expect(indexes).toEqual([2, 3, 4, 5]);
});
