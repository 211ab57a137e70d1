import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { bookAt, MOST_LEVELS } from "../../src/simulator/book.ts";

const moment = { seed: 1, at: Date.UTC(2026, 0, 1), lastTicks: 6_000_000, rangeTicks: 2500 };
const moments = fc.record({
  seed: fc.integer(),
  at: fc.integer({ min: 1, max: 4e12 }),
  lastTicks: fc.integer({ min: 1, max: 100_000_000 }),
  rangeTicks: fc.double({ min: 0, max: 1e6, noNaN: true }),
});

test("prices fall on the bid side and rise on the ask side, apart, around the last price, in whole ticks and lots", () => {
  fc.assert(
    fc.property(moments, fc.integer({ min: 1, max: 200 }), (at, count) => {
      const { bids, asks } = bookAt(at, count);
      expect(asks).toHaveLength(count);
      expect(bids[0]!.ticks).toBeLessThan(asks[0]!.ticks);
      if (at.lastTicks > 1) expect(bids[0]!.ticks).toBeLessThanOrEqual(at.lastTicks);
      expect(asks[0]!.ticks).toBeGreaterThanOrEqual(at.lastTicks);
      for (const side of [bids, asks]) {
        for (const [i, { ticks, lots }] of side.entries()) {
          expect(Number.isSafeInteger(ticks) && ticks >= 1 && Number.isSafeInteger(lots) && lots >= 1).toBe(
            true,
          );
          if (i > 0) expect(Math.sign(ticks - side[i - 1]!.ticks)).toBe(side === asks ? 1 : -1);
        }
      }
    }),
    { seed: 1 },
  );
});

test("a shallow book is the beginning of a deep one", () => {
  const deep = bookAt(moment, 500);
  const shallow = bookAt(moment, 20);
  expect(shallow.bids).toEqual(deep.bids.slice(0, 20));
  expect(shallow.asks).toEqual(deep.asks.slice(0, 20));
});

test("a side never has more than 5,000 levels, which reach one to five percent away", () => {
  const { asks, bids } = bookAt(moment, 1_000_000);
  expect([asks.length, bids.length]).toEqual([MOST_LEVELS, MOST_LEVELS]);
  expect(asks.at(-1)!.ticks / moment.lastTicks - 1).toBeWithin(0.01, 0.05);
});

describe("on average over an hour of seconds", () => {
  const books = Array.from({ length: 3600 }, (_, i) => bookAt({ ...moment, at: moment.at + i * 1000 }, 1));
  const spread = (rangeTicks: number) => {
    const spreads = books.map(({ at }) => {
      const { bids, asks } = bookAt({ ...moment, at, rangeTicks }, 1);
      return asks[0]!.ticks - bids[0]!.ticks;
    });
    return spreads.reduce((sum, ticks) => sum + ticks, 0) / spreads.length;
  };

  test("the spread is a tick in a calm market and widens with the range", () => {
    expect(spread(0)).toBe(1);
    expect(spread(2_500)).toBeWithin(1.5, 4);
    expect(spread(50_000)).toBeGreaterThan(3 * spread(2_500));
  });

  test("the last price is sometimes the bid's and sometimes the ask's", () => {
    const atBid = books.filter(({ bids }) => bids[0]!.ticks === moment.lastTicks).length;
    const atAsk = books.filter(({ asks }) => asks[0]!.ticks === moment.lastTicks).length;
    expect(atBid).toBeGreaterThan(300);
    expect(atAsk).toBeGreaterThan(300);
  });
});
