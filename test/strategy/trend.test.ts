/** The trend strategies against a slow reference written from the rules with plain arrays, candle by candle. */
import { describe, expect, test } from "bun:test";
import type { CandleColumns } from "../../src/core/candles.ts";
import { defaultsOf } from "../../src/core/parameter.ts";
import type { Signal } from "../../src/core/signal.ts";
import { signalsOver } from "../../src/strategy/signals-over.ts";
import { trendEma } from "../../src/strategy/trend-ema.ts";
import { trendEmaFast } from "../../src/strategy/trend-ema-fast.ts";
import { columnsOf, flatCandles, syntheticHistory } from "./synthetic-history.ts";

interface Rules {
  readonly fast: number;
  readonly slow: number;
  readonly timing: number;
  readonly pullback: number;
  readonly minStrength: number;
}

const HOUR = 3_600_000;
const DEFAULTS = defaultsOf(trendEma.parameters);

/** Recomputed from its beginning: the mean of the first `period` closes, then 2 ÷ (period + 1) of each later one. */
function emaFromScratch(closes: readonly number[], period: number): number {
  const weight = 2 / (period + 1);
  const seed = closes.slice(0, period).reduce((sum, close) => sum + close, 0) / period;
  return closes.slice(period).reduce((average, close) => close * weight + average * (1 - weight), seed);
}

function referenceSignal(
  regime: readonly number[],
  hours: readonly number[],
  rules: Rules,
): Omit<Signal, "values"> {
  const close = hours.at(-1)!;
  const fast = emaFromScratch(regime, rules.fast);
  const slow = emaFromScratch(regime, rules.slow);
  const timing = emaFromScratch(hours, rules.timing);
  const strength = Math.abs(fast - slow) / slow;
  const confidence = Math.min(1, strength * 20);
  if (fast > slow) {
    if (strength < rules.minStrength) return { side: "hold", reason: "weak_regime", confidence };
    if (close >= timing * (1 - rules.pullback)) {
      return { side: "buy", reason: "bullish_entry", confidence: Math.max(0.55, confidence) };
    }
    return { side: "hold", reason: "bullish_wait_pullback", confidence };
  }
  if (close <= timing * (1 + rules.pullback)) return { side: "sell", reason: "bearish_exit", confidence };
  return { side: "hold", reason: "bearish_wait_retest", confidence };
}

/** Closes of 4h candles that have closed by the close of an hour. */
const closedBy = (regime: CandleColumns, at: number): number[] =>
  [...regime.close].filter((_, i) => regime.openAt[i]! + 4 * HOUR <= at);

describe.each([
  {
    strategy: trendEma,
    values: defaultsOf(trendEma.parameters),
    rules: { fast: 20, slow: 50, timing: 20, pullback: 0.003, minStrength: 0 },
    reasons: ["bearish_exit", "bearish_wait_retest", "bullish_entry", "bullish_wait_pullback"],
  },
  {
    strategy: trendEmaFast,
    values: { ...defaultsOf(trendEmaFast.parameters), min_regime_strength_bps: 150 },
    rules: { fast: 13, slow: 34, timing: 13, pullback: 0.003, minStrength: 0.015 },
    reasons: ["bearish_exit", "bearish_wait_retest", "bullish_entry", "bullish_wait_pullback", "weak_regime"],
  },
])("$strategy.name over a synthetic year", ({ strategy, values, rules, reasons }) => {
  test("every side, reason and confidence equals the reference's", () => {
    const hours = 4_400;
    const history = syntheticHistory(strategy.name, hours);
    const seen = new Map<string, number>();
    signalsOver(strategy.create(values), history, 0, (signal, i) => {
      if (signal.reason === "insufficient_candles") return;
      seen.set(signal.reason, (seen.get(signal.reason) ?? 0) + 1);
      const regime = closedBy(history.regime, history.timing.openAt[i]! + HOUR);
      const reference = referenceSignal(regime, [...history.timing.close.subarray(0, i + 1)], rules);
      expect({ i, side: signal.side, reason: signal.reason }).toEqual({
        i,
        side: reference.side,
        reason: reference.reason,
      });
      expect(Math.abs(signal.confidence - reference.confidence)).toBeLessThan(1e-9);
      expect(
        signal.values["timing_ema"]! /
          emaFromScratch([...history.timing.close.subarray(0, i + 1)], rules.timing),
      ).toBeCloseTo(1, 9);
    });
    expect([...seen.keys()].sort()).toEqual([...reasons]);
    expect([...seen.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(2_000);
  });
});

/** Feeds a regime of rising or falling closes, then hours at 100 and one last hour. */
function lastSignal(regimeStep: number, lastClose: number, overrides: Partial<typeof DEFAULTS> = {}): Signal {
  const run = trendEma.create({ ...DEFAULTS, ...overrides });
  const regime = columnsOf(
    "4h",
    flatCandles(
      "4h",
      Array.from({ length: 500 }, (_, i) => 100 * (1 + regimeStep) ** i),
    ),
  );
  const hours = columnsOf("1h", flatCandles("1h", [...new Array<number>(200).fill(100), lastClose]));
  for (let i = 0; i < regime.length; i++) run.onRegimeCandle(regime, i);
  for (let i = 0; i < hours.length - 1; i++) run.warm(hours, i);
  return run.onTimingCandle(hours, hours.length - 1);
}

describe("trend_ema's rules", () => {
  // With a last close of c after many of 100 the timing EMA is 100 + 2/21 × (c − 100).
  const atThreshold = (share: number): number => (100 * (19 / 21) * share) / (1 - (2 / 21) * share);

  test("a bullish close just inside the pullback threshold buys, just outside waits", () => {
    expect(lastSignal(0.001, atThreshold(0.997) + 1e-6)).toMatchObject({
      side: "buy",
      reason: "bullish_entry",
    });
    expect(lastSignal(0.001, atThreshold(0.997) - 1e-6)).toMatchObject({
      side: "hold",
      reason: "bullish_wait_pullback",
    });
  });

  test("a bearish close just inside the retest threshold sells, just outside waits", () => {
    expect(lastSignal(-0.001, atThreshold(1.003) - 1e-6)).toMatchObject({
      side: "sell",
      reason: "bearish_exit",
    });
    expect(lastSignal(-0.001, atThreshold(1.003) + 1e-6)).toMatchObject({
      side: "hold",
      reason: "bearish_wait_retest",
    });
  });

  test("a close exactly at the threshold of zero counts as reached on both sides", () => {
    expect(lastSignal(0.001, 100, { pullback_bps: 0 }).side).toBe("buy");
    expect(lastSignal(-0.001, 100, { pullback_bps: 0 }).side).toBe("sell");
  });

  test("a weak regime blocks the entry and never the exit", () => {
    expect(lastSignal(0.0001, 100, { min_regime_strength_bps: 100 })).toMatchObject({
      side: "hold",
      reason: "weak_regime",
    });
    expect(lastSignal(-0.0001, 100, { min_regime_strength_bps: 100 })).toMatchObject({
      side: "sell",
      reason: "bearish_exit",
    });
  });

  test("a weak entry carries at least 0.55, a strong one at most 1, an exit its plain strength", () => {
    expect(lastSignal(0.0001, 100).confidence).toBe(0.55);
    expect(lastSignal(0.02, 100).confidence).toBe(1);
    const exit = lastSignal(-0.0001, 100);
    expect(exit.confidence).toBeCloseTo(20 * exit.values["regime_strength"]!, 12);
    expect(exit.confidence).toBeLessThan(0.55);
  });

  test("a market that does not move at all is neither bought nor sold", () => {
    expect(lastSignal(0, 100)).toMatchObject({ side: "hold", reason: "flat_regime", confidence: 0 });
  });

  test("a broken price never trades", () => {
    expect(lastSignal(0.001, Number.NaN).side).toBe("hold");
    expect(lastSignal(-0.001, Number.NaN).side).toBe("hold");
    expect(lastSignal(Number.NaN, 100).side).toBe("hold");
  });
});

test("trend_ema_fast differs from trend_ema in its defaults only", () => {
  expect(defaultsOf(trendEma.parameters)).toEqual({
    regime_fast: 20,
    regime_slow: 50,
    timing: 20,
    pullback_bps: 30,
    min_regime_strength_bps: 0,
  });
  expect(defaultsOf(trendEmaFast.parameters)).toEqual({
    regime_fast: 13,
    regime_slow: 34,
    timing: 13,
    pullback_bps: 30,
    min_regime_strength_bps: 15,
  });
  const values = defaultsOf(trendEma.parameters);
  const history = syntheticHistory("same", 2_000);
  const signals: Signal[] = [];
  signalsOver(trendEma.create(values), history, 0, (signal) => signals.push(signal));
  signalsOver(trendEmaFast.create(values), history, 0, (signal, i) => expect(signal).toEqual(signals[i]!));
});
