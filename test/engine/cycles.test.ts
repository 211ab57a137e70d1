import { describe, expect, test } from "bun:test";
import { OutsideError } from "../../src/core/errors.ts";
import type { MarketFeed } from "../../src/market/feed.ts";
import { ADA, HOUR, type House, openHouse, START } from "../capabilities/harness.ts";

const holding = async (house: House): Promise<void> => {
  const { account } = house.capabilities;
  for (let i = 0; i < 800 && account.position().lots === 0; i++) await house.step(1);
  expect(account.position().lots).toBeGreaterThan(0);
};
const orders = (house: House) => house.capabilities.account.orders(1, 1_000).rows;
const pause = (house: House): void => {
  house.transact((tx) =>
    house.capabilities.state.move(tx, "pause", "Wait.", { actor: ADA, role: "operator" }),
  );
};

describe("downtime", () => {
  test("decides the latest candle alone, and opens nothing for it when it closed too long ago", async () => {
    const house = await openHouse();
    house.resume();
    await house.clock.advanceTo(house.clock.now() + 9 * HOUR + HOUR / 2);
    const report = await house.cycle();
    expect(report.decisionId).toBe(1);
    const decided = house.capabilities.why(null)?.decision;
    expect(decided?.candleCloseAt).toBe(house.clock.now() - (house.clock.now() % HOUR));
    if (decided?.side === "buy") expect(decided.reason).toBe("late_candle");
    expect(orders(house)).toEqual([]);
    house.close();
  });

  test("does not lose a stop that was touched meanwhile: it fills when it was touched", async () => {
    const house = await openHouse();
    house.change({ "exits.stop_loss_mode": "percent", "exits.stop_loss_pct": 0.5 });
    house.resume();
    await holding(house);
    const entered = house.clock.now();
    await house.clock.advanceTo(entered + 60 * HOUR);
    await house.cycle();
    const [last] = orders(house);
    expect(last).toMatchObject({ purpose: "stop_loss", status: "filled" });
    expect(last?.decidedAt).toBeGreaterThan(entered);
    expect(last?.decidedAt).toBeLessThan(house.clock.now() - HOUR);
    house.close();
  });
});

describe("while PAUSED", () => {
  test("nothing is decided, a position keeps its stop, and resuming late opens nothing", async () => {
    const house = await openHouse();
    house.change({ "exits.stop_loss_mode": "percent", "exits.stop_loss_pct": 0.5 });
    house.resume();
    await holding(house);
    const decided = house.capabilities.why(null)?.decision?.candleCloseAt;
    pause(house);
    const reports = await house.step(60 * 4);
    expect(house.capabilities.why(null)?.decision?.candleCloseAt).toBe(decided!);
    expect(reports.map(({ reason }) => reason)).toContain("system_not_running");
    expect(orders(house)[0]).toMatchObject({ purpose: "stop_loss" });
    await house.clock.advanceTo(house.clock.now() + HOUR / 2);
    const before = orders(house).length;
    house.resume();
    const resumed = await house.cycle();
    expect(resumed.reason).not.toBe("executed");
    expect(orders(house)).toHaveLength(before);
    house.close();
  });

  test("under the policy hold not even the stop leaves", async () => {
    const house = await openHouse({ environment: { TRADING_POSITION_POLICY: "hold" } });
    house.change({ "exits.stop_loss_mode": "percent", "exits.stop_loss_pct": 0.5 });
    house.resume();
    await holding(house);
    const { lots } = house.capabilities.account.position();
    const before = orders(house).length;
    pause(house);
    await house.step(60 * 4);
    expect(orders(house)).toHaveLength(before);
    expect(house.capabilities.account.position().lots).toBe(lots);
    house.close();
  });
});

describe("an exchange that does not answer", () => {
  test("denies entries once data is stale, says so, and goes on when it is back", async () => {
    let isDown = false;
    const failing = (feed: MarketFeed): MarketFeed => {
      const ask = <T>(question: () => Promise<T>): Promise<T> => {
        if (!isDown) return question();
        throw new OutsideError("exchange_down", "The exchange does not answer.");
      };
      return {
        candles: (timeframe, fromAt, limit) => ask(() => feed.candles(timeframe, fromAt, limit)),
        quote: () => ask(() => feed.quote()),
        book: (levels) => feed.book(levels),
        instrument: () => feed.instrument(),
        serverTime: () => feed.serverTime(),
      };
    };
    const house = await openHouse({ feed: failing });
    house.resume();
    await house.step(2);
    isDown = true;
    const [silent] = await house.step(8);
    expect(silent).toMatchObject({ reason: "no_new_candle", newCandles: 0 });
    expect(silent?.fault).toContain("does not answer");
    expect(house.engine.isDataStale).toBe(true);
    isDown = false;
    await house.step(1);
    expect(house.engine.isDataStale).toBe(false);
    const kinds = house.database.read((reader) =>
      reader.all<{ kind: string }>("SELECT kind FROM notices WHERE kind LIKE 'data_%' ORDER BY id"),
    );
    expect(kinds.map(({ kind }) => kind)).toEqual(["data_stale", "data_fresh"]);
    house.close();
  });
});

test("a seeded position asks for exit candles from its own time on, not from the exchange's first day", async () => {
  const asked: number[] = [];
  const house = await openHouse({
    isEmpty: true,
    environment: { TRADING_REQUIRE_DATA_READY: "false" },
    feed: (feed) => ({
      candles: (timeframe, fromAt, limit) => {
        asked.push(fromAt);
        return feed.candles(timeframe, fromAt, limit);
      },
      quote: () => feed.quote(),
      book: (levels) => feed.book(levels),
      instrument: () => feed.instrument(),
      serverTime: () => feed.serverTime(),
    }),
  });
  house.transact((tx) =>
    house.capabilities.account.reset(tx, ADA, {
      equityUnits: 1_000_000_000_000,
      lots: 1_000,
      ticks: 5_000_000,
    }),
  );
  await house.step(2);
  expect(asked.length).toBeGreaterThan(0);
  expect(Math.min(...asked)).toBeGreaterThan(START + 700 * HOUR);
  house.close();
});
