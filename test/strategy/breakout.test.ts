import { describe, expect, test } from "bun:test";
import type { CandleColumns } from "../../src/core/candles.ts";
import { defaultsOf } from "../../src/core/parameter.ts";
import type { Signal } from "../../src/core/signal.ts";
import { breakout } from "../../src/strategy/breakout.ts";
import { signalsOver } from "../../src/strategy/signals-over.ts";
import { columnsOf, flatCandles, HISTORY_START, syntheticHistory } from "./synthetic-history.ts";

const DEFAULTS = defaultsOf(breakout.parameters);
const HOUR = 3_600_000;

/** The channel of 4h candles that had closed before the hour opened, or as it opened. */
function reference(regime: CandleColumns, openAt: number, close: number, values: typeof DEFAULTS): string {
  const before = Array.from({ length: regime.length }, (_, i) => i).filter(
    (i) => regime.openAt[i]! + 4 * HOUR <= openAt,
  );
  const upper = Math.max(...before.slice(-values.entry_period).map((i) => regime.high[i]!));
  const lower = Math.min(...before.slice(-values.exit_period).map((i) => regime.low[i]!));
  if (close > upper * (1 + values.confirm_bps / 10_000)) return "range_breakout";
  return close < lower ? "range_breakdown" : "inside_range";
}

test.each([DEFAULTS, { ...DEFAULTS, entry_period: 12, exit_period: 15, confirm_bps: 25 }])(
  "every reason over a synthetic year equals a slow reference's, %o",
  (values) => {
    const history = syntheticHistory("breakout", 3_000);
    const seen = new Set<string>();
    let onTheFourthHour = 0;
    signalsOver(breakout.create(values), history, 0, (signal, i) => {
      seen.add(signal.reason);
      if (signal.reason === "insufficient_candles") return;
      const reason = reference(history.regime, history.timing.openAt[i]!, history.timing.close[i]!, values);
      expect({ i, reason: signal.reason }).toEqual({ i, reason });
      if (signal.side === "buy" && i % 4 === 3) onTheFourthHour++;
    });
    expect([...seen].sort()).toEqual(Object.keys(breakout.reasons).sort());
    expect(onTheFourthHour).toBeGreaterThan(0);
  },
);

describe("its rules", () => {
  /** Thirty days of 4h candles from 90 to 110, then one hour. */
  const after = (close: number, overrides: Partial<typeof DEFAULTS> = {}): Signal => {
    const candles = flatCandles("4h", new Array<number>(180).fill(100)).map((candle) => ({
      ...candle,
      high: 110,
      low: 90,
    }));
    const regime = columnsOf("4h", candles);
    const hour = { ...flatCandles("1h", [close])[0]!, openAt: HISTORY_START + 180 * 4 * HOUR };
    const run = breakout.create({ ...DEFAULTS, ...overrides });
    for (let i = 0; i < regime.length; i++) run.onRegimeCandle(regime, i);
    return run.onTimingCandle(columnsOf("1h", [hour]), 0);
  };

  test("a close above the channel buys, more surely the further beyond", () => {
    expect(after(110.01)).toMatchObject({ side: "buy", reason: "range_breakout" });
    expect(after(110.01).confidence).toBeCloseTo(0.5005, 9);
    expect(after(115).confidence).toBe(0.75);
    expect(after(130).confidence).toBe(1);
  });

  test("a close at a bound is still inside", () => {
    expect(after(110)).toMatchObject({ side: "hold", reason: "inside_range" });
    expect(after(90)).toMatchObject({ side: "hold", reason: "inside_range" });
  });

  test("a close below the exit channel sells", () => {
    expect(after(89.99)).toMatchObject({ side: "sell", reason: "range_breakdown", confidence: 1 });
  });

  test("with a confirmation of 100 bps a close just above the channel waits", () => {
    expect(after(111, { confirm_bps: 100 }).side).toBe("hold");
    expect(after(111.2, { confirm_bps: 100 }).side).toBe("buy");
  });

  test("a broken price never trades", () => {
    expect(after(Number.NaN).side).toBe("hold");
  });
});
