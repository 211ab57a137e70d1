import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ExitWatch } from "../../src/risk/exits.ts";
import type { ExitScope } from "../../src/risk/gate.ts";
import type { ExitValues } from "../../src/risk/parameters.ts";
import { EXIT } from "./btcusdt.ts";

const HOUR = 3_600_000;
const OPENED = 1_700_000_000_000;
type Ohlc = readonly [open: number, high: number, low: number, close: number];

/** A watch on a position bought at 100 with an ATR of 2. */
function watch(changed: Partial<ExitValues> = {}, atr = 2): ExitWatch {
  const exits = new ExitWatch({ ...EXIT, ...changed }, 2.5);
  exits.arm({ entryPrice: 100, openedAt: OPENED, atr });
  return exits;
}
const feed = (exits: ExitWatch, [open, high, low, close]: Ohlc, minute = 1, scope?: ExitScope) =>
  exits.onCandle(open, high, low, close, OPENED + minute * 60_000, scope);

const TRAILING = { stop_loss_mode: "off", trailing: true, trailing_distance_pct: 2 } as const;

describe("the stop loss", () => {
  test("stands 2.5 ATR below the entry, at a percentage, or nowhere", () => {
    expect(watch().stopPrice()).toBe(95);
    expect(watch({ stop_loss_mode: "percent", stop_loss_pct: 3 }).stopPrice()).toBe(97);
    expect(watch({ stop_loss_mode: "off" }).stopPrice()).toBeNull();
  });

  test("falls back on the percentage when no ATR is known or it reaches below zero", () => {
    expect(watch({ stop_loss_pct: 4 }, Number.NaN).stopPrice()).toBe(96);
    expect(watch({ stop_loss_pct: 4 }, 50).stopPrice()).toBe(96);
  });

  test.each([
    ["a touch fills at the stop", [99, 99, 95, 98], 95],
    ["a gap through it fills at the open", [93, 96, 92, 95], 93],
    ["an open exactly on it fills there", [95, 96, 94, 95], 95],
  ] as const)("%s", (_, candle, price) => {
    expect(feed(watch(), candle)).toEqual({ purpose: "stop_loss", price, fraction: 1 });
  });

  test("a low one tick above it does nothing", () => {
    expect(feed(watch(), [99, 99, 95.01, 98])).toBeNull();
  });

  test("comes before a take profit touched by the same candle", () => {
    const exits = watch({ take_profit_1_pct: 5 });
    expect(feed(exits, [100, 106, 94, 104])!.purpose).toBe("stop_loss");
  });

  test("fires on each candle that touches it until the position is gone", () => {
    const exits = watch();
    expect(feed(exits, [99, 99, 95, 96])).not.toBeNull();
    expect(feed(exits, [96, 96, 94, 94], 2)).not.toBeNull();
    exits.disarm();
    expect(feed(exits, [94, 94, 1, 1], 3)).toBeNull();
    expect(exits.stopPrice()).toBeNull();
  });
});

describe("the trailing stop", () => {
  test("follows the highest price of earlier candles, not of the candle that touches it", () => {
    const exits = watch({ ...TRAILING, trailing_activation_pct: 0 });
    expect(exits.stopPrice()).toBe(98);
    expect(feed(exits, [100, 120, 99, 119])).toBeNull(); // 120 × 0.98 acts from the next candle on
    expect(exits.stopPrice()).toBeCloseTo(117.6, 9);
    expect(feed(exits, [119, 119, 117.6, 118], 2)).toEqual({
      purpose: "trailing_stop",
      price: 120 * 0.98,
      fraction: 1,
    });
  });

  test("starts once the activation profit was reached, exactly at it", () => {
    const exits = watch({ ...TRAILING, trailing_activation_pct: 10 });
    feed(exits, [100, 109.99, 100, 109]);
    expect(exits.stopPrice()).toBeNull();
    feed(exits, [109, 100 * (1 + 10 / 100), 108, 109], 2);
    expect(exits.stopPrice()).toBeCloseTo(107.8, 9);
  });

  test("never falls, and the stop loss acts while it is the higher of the two", () => {
    const exits = watch({ trailing: true, trailing_distance_pct: 10, trailing_activation_pct: 0 });
    expect(exits.stopPrice()).toBe(95);
    feed(exits, [100, 105, 99, 104]);
    expect(exits.stopPrice()).toBe(95);
    feed(exits, [104, 120, 104, 110], 2);
    expect(exits.stopPrice()).toBeCloseTo(108, 9);
    feed(exits, [110, 111, 109, 110], 3);
    expect(exits.stopPrice()).toBeCloseTo(108, 9);
  });
});

describe("take profits", () => {
  const TWO = { take_profit_1_pct: 5, take_profit_2_pct: 10, take_profit_2_fraction: 1 } as const;

  test.each([
    ["a touch fills at the level", [100, 105, 100, 101], 105],
    ["a gap beyond it fills at the open", [107, 108, 106, 107], 107],
  ] as const)("%s", (_, candle, price) => {
    expect(feed(watch(TWO), candle)).toEqual({ purpose: "take_profit", price, fraction: 0.5 });
  });

  test("a level fires once, then the next one waits", () => {
    const exits = watch(TWO);
    expect(exits.targetPrice()).toBe(105);
    feed(exits, [100, 106, 100, 105]);
    expect(exits.targetPrice()).toBeCloseTo(110, 9);
    expect(feed(exits, [105, 109, 104, 108], 2)).toBeNull();
    expect(feed(exits, [108, 111, 108, 110], 3)!.fraction).toBe(1);
    expect(exits.targetPrice()).toBeNull();
    expect(feed(exits, [110, 200, 110, 200], 4)).toBeNull();
  });

  test("the stop still guards what a partial exit left", () => {
    const exits = watch(TWO);
    feed(exits, [100, 106, 100, 105]);
    expect(feed(exits, [100, 100, 90, 91], 2)!.purpose).toBe("stop_loss");
  });

  test("levels the wrong way round fire nearest first, each with its own share", () => {
    const exits = watch({ take_profit_1_pct: 10, take_profit_2_pct: 5, take_profit_2_fraction: 0.25 });
    expect(feed(exits, [100, 106, 100, 105])!.fraction).toBe(0.25);
    expect(feed(exits, [105, 111, 105, 110], 2)!.fraction).toBe(0.5);
  });
});

describe("the time stop", () => {
  test("sells at the close of the candle that ends at its hour, not before", () => {
    const exits = watch({ time_stop_hours: 2 });
    expect(exits.onCandle(100, 101, 99, 100, OPENED + 2 * HOUR - 1)).toBeNull();
    expect(exits.onCandle(100, 101, 99, 100.5, OPENED + 2 * HOUR)).toEqual({
      purpose: "time_stop",
      price: 100.5,
      fraction: 1,
    });
  });
});

describe("while the system is not running", () => {
  const ALL = { take_profit_1_pct: 5, time_stop_hours: 1 } as const;

  test("protect lets the stop through and nothing else", () => {
    const exits = watch(ALL);
    expect(feed(exits, [100, 106, 99, 105], 61, "protect")).toBeNull();
    expect(feed(exits, [100, 100, 95, 99], 62, "protect")!.purpose).toBe("stop_loss");
  });

  test("hold lets nothing through; the highest price is remembered all the same", () => {
    const exits = watch({ ...TRAILING, trailing_activation_pct: 0 });
    expect(feed(exits, [100, 120, 90, 119], 1, "nothing")).toBeNull();
    expect(exits.stopPrice()).toBeCloseTo(117.6, 9);
  });

  test("a level passed meanwhile is not spent", () => {
    const exits = watch(ALL);
    feed(exits, [100, 106, 99, 105], 1, "protect");
    expect(feed(exits, [105, 106, 104, 105], 2)!.purpose).toBe("take_profit");
  });
});

describe("memory", () => {
  test("of a flat watch restores to a flat watch", () => {
    const exits = watch();
    exits.disarm();
    const other = watch();
    other.restore(exits.memory());
    expect(other.isArmed).toBe(false);
    expect(feed(other, [1, 1, 1, 1])).toBeNull();
  });

  test("works levels out anew when the values changed in between", () => {
    const kept = watch().memory();
    const changed = new ExitWatch({ ...EXIT, stop_loss_mode: "percent", stop_loss_pct: 1 }, 2.5);
    changed.restore(kept);
    expect(changed.stopPrice()).toBe(99);
    const wider = new ExitWatch(EXIT, 3);
    wider.restore(kept);
    expect(wider.stopPrice()).toBe(94);
  });

  test("a level that was off is not taken for spent once it is switched on", () => {
    const changed = new ExitWatch({ ...EXIT, take_profit_1_pct: 5 }, 2.5);
    changed.restore(watch().memory());
    expect(changed.targetPrice()).toBe(105);
  });

  test("that cannot be read is refused", () => {
    expect(() => watch().restore({ entryPrice: "100" })).toThrow("cannot be read");
  });

  test("through JSON after any candle changes nothing of what follows", () => {
    const values: Partial<ExitValues> = {
      trailing: true,
      trailing_distance_pct: 1,
      take_profit_1_pct: 2,
      take_profit_2_pct: 4,
      take_profit_2_fraction: 0.5,
      time_stop_hours: 1,
    };
    const moves = fc.array(fc.integer({ min: -80, max: 85 }), { minLength: 20, maxLength: 90 });
    fc.assert(
      fc.property(moves, (steps) => {
        const straight = watch(values);
        let restarted = watch(values);
        let price = 100;
        steps.forEach((step, minute) => {
          const open = price;
          price = open * (1 + step / 10_000);
          const candle = [open, Math.max(open, price) + 0.1, Math.min(open, price) - 0.1, price] as const;
          expect(feed(restarted, candle, minute)).toEqual(feed(straight, candle, minute));
          const next = new ExitWatch({ ...EXIT, ...values }, 2.5);
          next.restore(JSON.parse(JSON.stringify(restarted.memory())));
          restarted = next;
          expect(restarted.stopPrice()).toBe(straight.stopPrice());
        });
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});
