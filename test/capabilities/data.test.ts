import { describe, expect, test } from "bun:test";
import { lastOpenAt, openTimes } from "../../db/candles.ts";
import type { Candle } from "../../src/core/candles.ts";
import { OutsideError } from "../../src/core/errors.ts";
import type { MarketFeed } from "../../src/market/feed.ts";
import { DAY, HISTORY_HOURS, HOUR, openHouse, START, swings } from "./harness.ts";

const QUARTER = HOUR / 4;

/** The replayed market without the candles that open in a span. */
const without =
  (fromAt: number, toAt: number) =>
  (feed: MarketFeed): MarketFeed => ({
    candles: async (timeframe, from, limit) => {
      const has = ({ openAt }: Candle): boolean => openAt < fromAt || openAt >= toAt;
      return (await feed.candles(timeframe, from, limit + 1_000)).filter(has).slice(0, limit);
    },
    quote: () => feed.quote(),
    book: (levels) => feed.book(levels),
    instrument: () => feed.instrument(),
    serverTime: () => feed.serverTime(),
  });

describe("coverage", () => {
  test("of a new house is empty, with what the strategy needs", async () => {
    const house = await openHouse({ isEmpty: true });
    const { data } = house.capabilities;
    expect(data.coverage()).toEqual([
      {
        timeframe: "1h",
        candles: 0,
        firstAt: null,
        lastCloseAt: null,
        needed: 734,
        missing: 0,
        confirmedMissing: 0,
      },
      {
        timeframe: "15m",
        candles: 0,
        firstAt: null,
        lastCloseAt: null,
        needed: 0,
        missing: 0,
        confirmedMissing: 0,
      },
    ]);
    expect(data.ageMs(house.clock.now())).toBeNull();
    house.close();
  });

  test("grows with every cycle and stays equal to a count of the candles", async () => {
    const house = await openHouse();
    const { data } = house.capabilities;
    for (const quarters of [1, 3, 7]) {
      data.coverage();
      await house.step(quarters);
    }
    for (const { timeframe, candles, missing } of data.coverage()) {
      const times = house.database.read((reader) =>
        openTimes(reader, "BTCUSDT", timeframe, { fromAt: 0, toAt: Number.MAX_SAFE_INTEGER }),
      );
      expect(candles).toBe(times.length);
      expect(missing).toBe(0);
    }
    expect(data.ageMs(house.clock.now())).toBe(30_000);
    house.close();
  });

  test("shows what the exchange itself does not have, newest first", async () => {
    const fromAt = START + 20 * DAY;
    const house = await openHouse({ feed: without(fromAt, fromAt + 5 * HOUR) });
    const { data } = house.capabilities;
    expect(data.coverage()).toMatchObject([
      { timeframe: "1h", missing: 0, confirmedMissing: 5, candles: HISTORY_HOURS - 5 },
      { timeframe: "15m", missing: 0, confirmedMissing: 20, candles: 4 * (HISTORY_HOURS - 5) },
    ]);
    expect(data.gaps(10)).toHaveLength(2);
    expect(data.gaps(1)).toMatchObject([{ fromAt, toAt: fromAt + 5 * HOUR, isConfirmed: true }]);
    house.close();
  });

  test("a hole left by downtime is missing until it is fetched", async () => {
    const house = await openHouse();
    const { data } = house.capabilities;
    data.coverage();
    await house.clock.advanceTo(house.clock.now() + 10 * HOUR);
    await house.cycle();
    const [hours, quarters] = data.coverage();
    expect(hours).toMatchObject({ missing: 0, candles: HISTORY_HOURS + 10 });
    expect(quarters).toMatchObject({ missing: 37, confirmedMissing: 0 });
    expect(data.gaps(5)).toMatchObject([{ timeframe: "15m", isConfirmed: false }]);
    const shares: number[] = [];
    expect(await data.fetch(2, (share) => shares.push(share))).toEqual({ added: 37, missing: 0 });
    expect(data.coverage()[1]).toMatchObject({ missing: 0, confirmedMissing: 0 });
    expect(shares.at(-1)).toBe(1);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    house.close();
  });
});

describe("fetching", () => {
  test("older history reaches the indicators without a restart", async () => {
    const house = await openHouse({ isEmpty: true });
    const { data, engine } = house.capabilities;
    await data.fetch(3, () => {});
    expect(house.engine.readiness()).toEqual({ has: 72, needs: 734 });
    expect(await engine.runCycle({ kind: "job", name: "trading" }, () => {})).toMatchObject({
      ok: false,
      code: "not_ready",
    });
    await data.fetch(31, () => {});
    expect(house.engine.readiness()).toEqual({ has: 744, needs: 734 });
    expect(await engine.runCycle({ kind: "job", name: "trading" }, () => {})).toMatchObject({ ok: true });
    house.close();
  });

  test("of minutes brings a week at most, however many days are asked for", async () => {
    const house = await openHouse({
      isEmpty: true,
      candles: swings(14 * 24, "1m"),
      now: START + 10 * DAY + 1_000,
      environment: { TRADING_EXIT_TIMEFRAME: "1m" },
    });
    await house.capabilities.data.fetch(10, () => {});
    expect(house.capabilities.data.coverage()).toMatchObject([
      { timeframe: "1h", candles: 240 },
      { timeframe: "1m", candles: 7 * 24 * 60 },
    ]);
    house.close();
  });

  test("that the market interrupts keeps what came before and says why", async () => {
    let left = 1;
    const house = await openHouse({
      isEmpty: true,
      feed: (feed) => ({
        candles: (timeframe, fromAt, limit) => {
          if (left-- > 0) return feed.candles(timeframe, fromAt, limit);
          throw new OutsideError("exchange_down", "The exchange does not answer.");
        },
        quote: () => feed.quote(),
        book: (levels) => feed.book(levels),
        instrument: () => feed.instrument(),
        serverTime: () => feed.serverTime(),
      }),
    });
    const { data } = house.capabilities;
    await expect(data.fetch(31, () => {})).rejects.toThrow("does not answer");
    expect(data.coverage()).toMatchObject([{ candles: 744 }, { candles: 0 }]);
    expect(house.engine.readiness().has).toBe(744);
    house.close();
  });

  test("from a replayed market without candles that fine brings what there is", async () => {
    const house = await openHouse({
      candles: swings(1_400, "1h"),
      environment: { TRADING_EXIT_TIMEFRAME: "1m" },
    });
    expect(house.capabilities.data.coverage()).toMatchObject([
      { timeframe: "1h", candles: HISTORY_HOURS },
      { timeframe: "1m", candles: 0 },
    ]);
    house.close();
  });

  test("never moves past what the engine has seen", async () => {
    const house = await openHouse();
    await house.clock.advanceTo(house.clock.now() + 4 * HOUR);
    await house.capabilities.data.fetch(35, () => {});
    const newest = house.database.read((reader) => lastOpenAt(reader, "BTCUSDT", "15m"));
    expect(newest).toBe(START + HISTORY_HOURS * HOUR - QUARTER);
    house.close();
  });
});

test("the day's change is measured from the close 24 h before the last one, lows and highs within", async () => {
  const candles = swings(1_400);
  const house = await openHouse({ candles });
  const { market } = house.capabilities;
  const price = await market.price();
  const last = HISTORY_HOURS * 4 - 1;
  const first = last - 96;
  expect(price.ticks).toBe(Math.round(candles.close[last]! * 100));
  expect(price.dayChange).toBeCloseTo(candles.close[last]! / candles.close[first]! - 1, 12);
  expect(price.dayLowTicks).toBe(Math.round(Math.min(...candles.low.subarray(first + 1, last + 1)) * 100));
  expect(price.dayHighTicks).toBe(Math.round(Math.max(...candles.high.subarray(first + 1, last + 1)) * 100));
  expect(price.dayCloses).toHaveLength(24);
  house.close();
});

test("the day's figures are left out when candles of the day are missing", async () => {
  const house = await openHouse({ isEmpty: true });
  expect(await house.capabilities.market.price()).toMatchObject({
    dayChange: null,
    dayLowTicks: null,
    dayHighTicks: null,
    dayCloses: [],
  });
  house.close();
});
