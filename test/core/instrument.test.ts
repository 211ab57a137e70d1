import { describe, expect, test } from "bun:test";
import Big from "big.js";
import fc from "fast-check";
import { InputError, InvariantError } from "../../src/core/errors.ts";
import {
  lotsForUnits,
  notionalUnits,
  priceOf,
  quantityOf,
  ticksOf,
  unitsPerTickLot,
} from "../../src/core/instrument.ts";
import { BTCUSDT, usdt } from "../risk/btcusdt.ts";

/** Up to 1,000,000 USDT a bitcoin. */
const ticks = fc.integer({ min: 1, max: 100_000_000 });
const lots = fc.integer({ min: 0, max: 9_000_000 });

describe("prices and quantities", () => {
  test("a price that lies on a tick comes back from floats as the same tick", () => {
    fc.assert(fc.property(ticks, (tick) => expect(ticksOf(BTCUSDT, priceOf(BTCUSDT, tick))).toBe(tick)));
  });

  test("a price off the grid goes to the nearest tick", () => {
    expect([60_000.004, 60_000.006, 0.012].map((price) => ticksOf(BTCUSDT, price))).toEqual([
      6_000_000, 6_000_001, 1,
    ]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300])("a price of %p throws", (price) => {
    expect(() => ticksOf(BTCUSDT, price)).toThrow(InvariantError);
  });

  test("a lot is 0.00001 BTC", () => {
    expect(quantityOf(BTCUSDT, 123)).toBe(0.00123);
  });
});

describe("value", () => {
  test("is price × quantity to the last unit", () => {
    fc.assert(
      fc.property(ticks, lots, (tick, count) => {
        const expected = new Big(tick).times("0.01").times(count).times("0.00001").times(1e8);
        if (expected.gt(Number.MAX_SAFE_INTEGER)) {
          expect(() => notionalUnits(BTCUSDT, tick, count)).toThrow(InvariantError);
        } else expect(notionalUnits(BTCUSDT, tick, count)).toBe(expected.toNumber());
      }),
    );
  });

  test("lots for an amount cost at most the amount, and one lot more would cost more", () => {
    fc.assert(
      fc.property(ticks, fc.integer({ min: 0, max: usdt(1_000_000) }), (tick, units) => {
        const count = lotsForUnits(BTCUSDT, units, tick);
        expect(notionalUnits(BTCUSDT, tick, count)).toBeLessThanOrEqual(units);
        expect(notionalUnits(BTCUSDT, tick, count + 1)).toBeGreaterThan(units);
      }),
    );
  });

  test("no price or no money buys nothing", () => {
    expect([lotsForUnits(BTCUSDT, usdt(5), 0), lotsForUnits(BTCUSDT, -usdt(5), 100)]).toEqual([0, 0]);
  });
});

describe("scales", () => {
  test("one tick × one lot of BTCUSDT is ten units", () => {
    expect(unitsPerTickLot(1_000_000, 1_000)).toBe(10);
  });

  test("an instrument finer than 1e-8 is refused", () => {
    expect(() => unitsPerTickLot(1, 1_000)).toThrow(InputError);
  });
});
