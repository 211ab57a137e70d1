import { describe, expect, test } from "bun:test";
import Big from "big.js";
import fc from "fast-check";
import type { BookLevel, OrderBook } from "../../src/core/book.ts";
import { notionalUnits } from "../../src/core/instrument.ts";
import type { OrderIntent } from "../../src/core/order.ts";
import type { Side } from "../../src/core/signal.ts";
import {
  type CandleRange,
  fillFromBook,
  fillResting,
  fillWithSlippage,
  slippedTicks,
} from "../../src/execution/paper.ts";
import { BTCUSDT, ticks, usdt } from "../risk/btcusdt.ts";

const RATES = { feePpm: 1000, slippagePpm: 500 };
const AT = 1_700_000_000_000;

const market = (side: Side, lots: number): OrderIntent => ({
  side,
  type: "market",
  purpose: side === "buy" ? "entry" : "exit_signal",
  lots,
  limitTicks: null,
  decisionTicks: ticks(60_000),
  decidedAt: AT,
});

const side = fc.constantFrom<Side>("buy", "sell");
const anyTicks = fc.integer({ min: 1, max: 100_000_000 });
const anyPpm = fc.integer({ min: 0, max: 10_000 });

describe("slippage", () => {
  test("moves the price against us and rounds to the worse tick, less than one tick too far", () => {
    fc.assert(
      fc.property(side, anyTicks, anyPpm, (way, at, ppm) => {
        const exact = new Big(at).times(new Big(1_000_000).plus(way === "buy" ? ppm : -ppm)).div(1_000_000);
        const slipped = new Big(slippedTicks(way, at, ppm));
        const tooFar = way === "buy" ? slipped.minus(exact) : exact.minus(slipped);
        const isOnFloor = way === "sell" && slipped.eq(1);
        expect(isOnFloor || (tooFar.gte(0) && tooFar.lt(1))).toBe(true);
      }),
    );
  });

  test.each([
    ["buy", 60_000, 500, 60_030],
    ["sell", 60_000, 500, 59_970],
    ["buy", 60_000.01, 500, 60_030.02],
    ["sell", 60_000.01, 500, 59_970],
    ["buy", 60_000.01, 0, 60_000.01],
    ["sell", 0.01, 10_000, 0.01],
  ] as const)("a %s at %d with %d ppm fills at %d", (way, price, ppm, filled) => {
    expect(slippedTicks(way, ticks(price), ppm)).toBe(ticks(filled));
  });

  test("a market order fills whole, at once, with the fee rounded up to the unit", () => {
    // 60,000.01 slips to 60,030.02; 7 lots are worth 4.2021014 USDT; 0.1 % of it is 0.0042021014.
    const outcome = fillWithSlippage(BTCUSDT, market("buy", 7), ticks(60_000.01), AT, RATES);
    expect(outcome).toEqual({
      status: "filled",
      fills: [
        {
          side: "buy",
          ticks: 6_003_002,
          lots: 7,
          feeUnits: 420_211,
          feeAsset: "USDT",
          isMaker: false,
          at: AT,
        },
      ],
    });
  });
});

describe("the order book", () => {
  const level = (price: number, lots: number): BookLevel => ({ ticks: ticks(price), lots });
  const book: OrderBook = {
    at: AT + 5,
    bids: [level(59_999, 10), level(59_990, 20), level(59_900, 5)],
    asks: [level(60_001, 10), level(60_010, 20), level(60_100, 5)],
  };
  const parts = (intent: OrderIntent, of: OrderBook = book) => {
    const { status, fills } = fillFromBook(BTCUSDT, intent, of, RATES);
    return [status, ...fills.map((fill) => [fill.ticks / 100, fill.lots])];
  };

  test("is walked level by level, best price first", () => {
    expect(parts(market("buy", 25))).toEqual(["filled", [60_001, 10], [60_010, 15]]);
    expect(parts(market("sell", 31))).toEqual(["filled", [59_999, 10], [59_990, 20], [59_900, 1]]);
  });

  test("gives an order of its exact size everything it has", () => {
    expect(parts(market("buy", 35))).toEqual(["filled", [60_001, 10], [60_010, 20], [60_100, 5]]);
  });

  test("too thin: what it gives is filled, the rest expires", () => {
    expect(parts(market("buy", 36))).toEqual(["expired", [60_001, 10], [60_010, 20], [60_100, 5]]);
  });

  test("empty: the order expires without a fill", () => {
    expect(parts(market("sell", 1), { at: AT, bids: [], asks: book.asks })).toEqual(["expired"]);
  });

  test("a level without quantity is passed over", () => {
    const hollow = { ...book, asks: [level(60_001, 0), level(60_010, 3)] };
    expect(parts(market("buy", 3), hollow)).toEqual(["filled", [60_010, 3]]);
  });

  test("fills carry the book's instant and a fee each", () => {
    const { fills } = fillFromBook(BTCUSDT, market("buy", 11), book, RATES);
    expect(fills.map((fill) => [fill.at, fill.feeUnits, fill.isMaker])).toEqual([
      [AT + 5, usdt(0.0060001), false],
      [AT + 5, usdt(0.0006001), false],
    ]);
  });

  test("lots given never exceed the order, nor any level, and all levels but the last are used up", () => {
    const levels = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 8 });
    fc.assert(
      fc.property(side, levels, fc.integer({ min: 1, max: 300 }), (way, sizes, lots) => {
        const ladder = sizes.map((size, i) => level(60_000 + (way === "buy" ? i : -i), size));
        const { status, fills } = fillFromBook(
          BTCUSDT,
          market(way, lots),
          { at: AT, bids: ladder, asks: ladder },
          RATES,
        );
        const offered = sizes.reduce((sum, size) => sum + size, 0);
        const given = fills.reduce((sum, fill) => sum + fill.lots, 0);
        expect(given).toBe(Math.min(lots, offered));
        expect(status).toBe(lots <= offered ? "filled" : "expired");
        const used = sizes.filter((size) => size > 0).slice(0, fills.length);
        expect(fills.slice(0, -1).map((fill) => fill.lots)).toEqual(used.slice(0, -1));
      }),
    );
  });
});

describe("a resting limit order", () => {
  const buy = { side: "buy", limitTicks: ticks(59_000), lotsLeft: 100 } as const;
  const sell = { side: "sell", limitTicks: ticks(61_000), lotsLeft: 100 } as const;
  const candle = (low: number, high: number, volumeLots = 1_000_000): CandleRange => ({
    lowTicks: ticks(low),
    highTicks: ticks(high),
    volumeLots,
    closeAt: AT,
  });
  const outcome = (order: typeof buy | typeof sell, range: CandleRange) =>
    fillResting(BTCUSDT, order, range, RATES.feePpm);

  test.each([
    ["a buy below the low", buy, candle(59_000.01, 60_000)],
    ["a buy that is only touched", buy, candle(59_000, 60_000)],
    ["a sell above the high", sell, candle(60_000, 60_999.99)],
    ["a sell that is only touched", sell, candle(60_000, 61_000)],
  ])("stays open: %s", (_name, order, range) => {
    expect(outcome(order, range)).toEqual({ status: "open", fills: [] });
  });

  test.each([
    ["buy", buy, candle(58_999.99, 60_000), 59_000],
    ["sell", sell, candle(60_000, 61_000.01), 61_000],
    ["buy through a crash", buy, candle(50_000, 51_000), 59_000],
  ] as const)("a %s traded through fills at its own price as maker", (_name, order, range, price) => {
    const { status, fills } = outcome(order, range);
    expect(status).toBe("filled");
    expect(fills).toEqual([
      {
        side: order.side,
        ticks: ticks(price),
        lots: 100,
        feeUnits: notionalUnits(BTCUSDT, ticks(price), 100) / 1000,
        feeAsset: "USDT",
        isMaker: true,
        at: AT,
      },
    ]);
  });

  test("takes at most a tenth of each candle's volume, candle after candle, until it is filled", () => {
    let lotsLeft = 100;
    const given: number[] = [];
    const statuses: string[] = [];
    while (lotsLeft > 0) {
      const got = fillResting(BTCUSDT, { ...buy, lotsLeft }, candle(58_000, 60_000, 399), RATES.feePpm);
      given.push(got.fills[0]!.lots);
      statuses.push(got.status);
      lotsLeft -= got.fills[0]!.lots;
    }
    expect(given).toEqual([39, 39, 22]);
    expect(statuses).toEqual(["partially_filled", "partially_filled", "filled"]);
  });

  test("gets nothing from a candle whose tenth is less than a lot", () => {
    expect(outcome(buy, candle(58_000, 60_000, 9))).toEqual({ status: "open", fills: [] });
  });
});

test("identical inputs give identical fills", () => {
  fc.assert(
    fc.property(side, anyTicks, fc.integer({ min: 1, max: 10_000 }), anyPpm, (way, at, lots, slippagePpm) => {
      const once = () => fillWithSlippage(BTCUSDT, market(way, lots), at, AT, { feePpm: 1000, slippagePpm });
      expect(once()).toEqual(once());
    }),
  );
});
