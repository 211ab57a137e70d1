import { describe, expect, test } from "bun:test";
import { defaultsOf } from "../../src/core/parameter.ts";
import type { Signal } from "../../src/core/signal.ts";
import { meanReversion } from "../../src/strategy/mean-reversion.ts";
import { signalsOver } from "../../src/strategy/signals-over.ts";
import { columnsOf, flatCandles, syntheticHistory } from "./synthetic-history.ts";

const DEFAULTS = defaultsOf(meanReversion.parameters);

/** Written from docs/strategies.md with plain arrays. */
function reference(closes: readonly number[], values: typeof DEFAULTS): Omit<Signal, "values"> {
  const window = closes.slice(-values.window);
  const mean = window.reduce((sum, x) => sum + x, 0) / window.length;
  const deviation = Math.sqrt(window.reduce((sum, x) => sum + (x - mean) ** 2, 0) / window.length);
  const z = deviation === 0 ? 0 : (closes.at(-1)! - mean) / deviation;
  const n = values.rsi_period;
  const changes = closes.slice(1).map((close, i) => close - closes[i]!);
  const wilder = (sizes: readonly number[]): number =>
    sizes
      .slice(n)
      .reduce((average, x) => (average * (n - 1) + x) / n, sizes.slice(0, n).reduce((a, b) => a + b, 0) / n);
  const gain = wilder(changes.map((change) => Math.max(change, 0)));
  const loss = wilder(changes.map((change) => Math.max(-change, 0)));
  const rsi = 100 - 100 / (1 + gain / loss);
  const depth = Math.min(1, Math.abs(z) / (2 * values.entry_z));
  if (rsi >= values.rsi_overbought) return { side: "sell", reason: "overbought_exit", confidence: 1 };
  if (z >= values.exit_z) return { side: "sell", reason: "mean_reached", confidence: 1 };
  if (z > -values.entry_z) return { side: "hold", reason: "within_band", confidence: depth };
  if (rsi > values.rsi_oversold) return { side: "hold", reason: "wait_oversold", confidence: depth };
  return { side: "buy", reason: "oversold_entry", confidence: depth };
}

test("every signal of a synthetic year equals a slow reference's, and every reason occurs", () => {
  const { timing } = syntheticHistory("reversion", 3_000);
  const closes = [...timing.close];
  const seen = new Set<string>();
  signalsOver(meanReversion.create(DEFAULTS), { timing, regime: null }, 0, (signal, i) => {
    seen.add(signal.reason);
    if (signal.reason === "insufficient_candles") return;
    const { side, reason, confidence } = reference(closes.slice(0, i + 1), DEFAULTS);
    expect({ i, side: signal.side, reason: signal.reason }).toEqual({ i, side, reason });
    expect(Math.abs(signal.confidence - confidence)).toBeLessThan(1e-9);
  });
  expect([...seen].sort()).toEqual(Object.keys(meanReversion.reasons).sort());
});

describe("its rules", () => {
  /** Hours that alternate around 100 and end with the given closes. */
  const lastSignal = (...ending: number[]): Signal => lastSignalWith(DEFAULTS, ...ending);
  const lastSignalWith = (values: typeof DEFAULTS, ...ending: number[]): Signal => {
    const calm = Array.from({ length: 400 }, (_, i) => 100 + (i % 2 === 0 ? 0.1 : -0.1));
    const hours = columnsOf("1h", flatCandles("1h", [...calm, ...ending]));
    let last: Signal | undefined;
    signalsOver(meanReversion.create(values), { timing: hours, regime: null }, 0, (signal) => {
      last = signal;
    });
    return last!;
  };

  test("a deep fall with an oversold RSI buys with at least half confidence", () => {
    const signal = lastSignal(99, 98);
    expect(signal).toMatchObject({ side: "buy", reason: "oversold_entry" });
    expect(signal.confidence).toBeGreaterThanOrEqual(0.5);
    expect(signal.values["z_score"]).toBeLessThanOrEqual(-1.5);
  });

  test("the same depth without an oversold RSI waits", () => {
    const signal = lastSignal(99.77);
    expect(signal).toMatchObject({ side: "hold", reason: "wait_oversold" });
    expect(signal.values["rsi"]).toBeGreaterThan(30);
  });

  test("a return to the mean sells, and a rise sells on RSI first", () => {
    expect(lastSignal(99, 98, 99, 100)).toMatchObject({
      side: "sell",
      reason: "mean_reached",
      confidence: 1,
    });
    expect(lastSignal(101, 102)).toMatchObject({ side: "sell", reason: "overbought_exit" });
  });

  test("a value exactly at its bound counts as reached", () => {
    const { z_score: deep, rsi: low } = lastSignal(99, 98).values as { z_score: number; rsi: number };
    const atEntry = { ...DEFAULTS, entry_z: -deep, rsi_oversold: low };
    expect(lastSignalWith(atEntry, 99, 98).reason).toBe("oversold_entry");
    expect(lastSignalWith({ ...atEntry, exit_z: deep }, 99, 98).reason).toBe("mean_reached");
    expect(lastSignalWith({ ...atEntry, rsi_overbought: low }, 99, 98).reason).toBe("overbought_exit");
  });

  test("a broken price never trades", () => {
    expect(lastSignal(Number.NaN).side).toBe("hold");
  });
});
