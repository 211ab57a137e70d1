/** Candles may reach the cache without passing the engine: what decides is what the trader has seen. */
import { expect, test } from "bun:test";
import { saveMemory } from "../../db/engine-memory.ts";
import { VirtualClock } from "../../src/clock.ts";
import { OutsideError } from "../../src/core/errors.ts";
import type { JsonValue } from "../../src/core/event.ts";
import { syncCandles } from "../../src/engine/data-sync.ts";
import { syncHistory } from "../../src/engine/sync-history.ts";
import { ReplayCandles, ReplayFeed } from "../../src/market/replay.ts";
import { OPERATOR, paperDatabase, paperEngine, resume, TESTER } from "../simulation/paper-engine.ts";
import { fills } from "./market-views.ts";
import { type Bar, BUY, HOLD, HOUR, minutely, QUIET_UNTIL, scripted } from "./scripted-market.ts";

const DIP: Bar = [10_100, 10_200, 9_500, 10_150];
const bars = [BUY, HOLD, DIP, HOLD, HOLD, HOLD];
const purposes = (market: Parameters<typeof fills>[0]) =>
  fills(market)
    .map(([purpose]) => purpose)
    .slice(0, 2);

async function boughtThenDown() {
  const market = await scripted(bars, { base: minutely(bars) });
  await market.cycleAt(HOUR);
  await market.clock.advanceTo(QUIET_UNTIL + 4 * HOUR);
  return market;
}

test("a stop touched while the process was down fires at the next start", async () => {
  const market = await boughtThenDown();
  await paperEngine(market.database, market.setup).runCycle(TESTER);
  expect(purposes(market)).toEqual(["entry", "stop_loss"]);
});

test("also when somebody fetched the missed minutes before that start", async () => {
  const market = await boughtThenDown();
  const source = {
    database: market.database,
    feed: market.setup.feed,
    clock: market.clock,
    symbol: "BTCUSDT",
  };
  await syncCandles({ ...source, isOffline: true }, "1m", QUIET_UNTIL);
  await paperEngine(market.database, market.setup).runCycle(TESTER);
  expect(purposes(market)).toEqual(["entry", "stop_loss"]);
});

test("and when exits act on another timeframe from then on", async () => {
  const market = await boughtThenDown();
  const engine = paperEngine(market.database, { ...market.setup, exitTimeframe: "5m" });
  await syncHistory(engine);
  await engine.runCycle(TESTER);
  expect(purposes(market)).toEqual(["entry", "stop_loss"]);
});

test("a sync that failed midway leaves no engine behind that does not know what it brought", async () => {
  const clock = new VirtualClock(QUIET_UNTIL);
  const feed = new ReplayFeed(new ReplayCandles(minutely(bars)), clock);
  const ask = feed.candles.bind(feed);
  let isDown = true;
  feed.candles = (timeframe, fromAt, limit) =>
    timeframe === "1m" && isDown
      ? Promise.reject(new OutsideError("no_answer", "The exchange does not answer."))
      : ask(timeframe, fromAt, limit);
  const market = await scripted(bars, { base: minutely(bars) });
  const setup = { ...market.setup, clock, feed };
  const engine = paperEngine(paperDatabase(setup), setup);
  expect(engine.readiness().has).toBe(0);
  await expect(syncHistory(engine)).rejects.toThrow("does not answer");
  expect(engine.readiness().has).toBeGreaterThan(0);
  isDown = false;
});

test("a seeded position has its stop at once, not with the next hourly candle", async () => {
  const market = await scripted([DIP], { base: minutely([DIP]), isPaused: true });
  const seed = { equityUnits: 10_000e8, lots: 10_000, ticks: 1_000_000 };
  market.database.transact(market.clock.now(), (tx) => market.engine.resetAccount(tx, OPERATOR, seed));
  resume(market.database, QUIET_UNTIL);
  expect(market.engine.current().trader.exits.isArmed).toBe(true);
  expect(market.engine.current().trader.exits.stopPrice()).toBeLessThan(10_000);
});

test("without any price a position is not sold at a made-up one", async () => {
  const market = await scripted([DIP], { base: minutely([DIP]), isPaused: true });
  const setup = {
    ...market.setup,
    feed: Object.create(market.setup.feed, {
      quote: { value: () => Promise.reject(new OutsideError("no_answer", "The exchange does not answer.")) },
      candles: { value: async () => [] },
    }) as typeof market.setup.feed,
  };
  const database = paperDatabase(setup);
  const engine = paperEngine(database, setup);
  const seed = { equityUnits: 10_000e8, lots: 10_000, ticks: 1_000_000 };
  database.transact(market.clock.now(), (tx) => engine.resetAccount(tx, OPERATOR, seed));
  const flattened = await engine.flatten(OPERATOR);
  expect(flattened).toMatchObject({ ok: true, value: { reason: "stale_data", fills: 0 } });
});

test("a memory from before the first candle does not hide the history that came since", async () => {
  const market = await scripted(bars, { base: minutely(bars), isPaused: true });
  const { database, engine } = market;
  const { account, trader } = engine.current();
  const held = trader.fedTiming;
  expect(held).toBeGreaterThan(0);
  const memory = { ...(trader.memory() as Record<string, JsonValue>), lastTimingCloseAt: 0 };
  database.transact(market.clock.now(), (tx) => saveMemory(tx, account.id, memory));
  engine.invalidate();
  expect(engine.readiness().has).toBe(held);
});
