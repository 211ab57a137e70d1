import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { fillsOf } from "../../db/fills.ts";
import { insertEquity } from "../../db/snapshots.ts";
import { notionalUnits } from "../../src/core/instrument.ts";
import { rebuildLedger } from "../../src/engine/recovery.ts";
import type { Report } from "../../src/metrics/report.ts";
import { ADA, DAY, HOUR, type House, openHouse } from "./harness.ts";

let house: House;
const ALL = 1_000;

beforeAll(async () => {
  house = await openHouse();
  house.resume();
  await house.step(12 * 24 * 4);
});
afterAll(() => house.close());

const figure = (report: Report, key: string): number | null => {
  const found = report.sections.flatMap(({ figures }) => figures).find((one) => one.key === key);
  if (found === undefined) throw new Error(`There is no figure ${key}.`);
  return found.value;
};

const openPosition = async (): Promise<void> => {
  for (let i = 0; i < 400 && house.capabilities.account.position().lots === 0; i++) await house.step(1);
};

describe("the account", () => {
  test("shows an open position at the newest price, with the stop below it", async () => {
    await openPosition();
    const { account, market } = house.capabilities;
    const position = account.position();
    const { ledger } = house.engine.current().trader;
    expect(position.lots).toBe(ledger.lots);
    expect(position.lots).toBeGreaterThan(0);
    expect(position.notionalUnits).toBe(
      notionalUnits(market.instrument(), position.markTicks!, position.lots),
    );
    expect(position.unrealisedUnits).toBe(position.notionalUnits - ledger.costUnits);
    expect(position.stopTicks).toBeLessThan(position.entryPrice! * 100);
    expect(position.trailingStopTicks).toBeNull();
    expect(position.takeProfitTicks).toBeNull();
    expect(position.isDust).toBe(false);
    expect(position.exposure).toBeCloseTo(position.notionalUnits / account.equity().equityUnits, 12);
  });

  test("equity is cash and what the position is worth, to the last unit", () => {
    const { account } = house.capabilities;
    const { cashUnits, equityUnits, peakUnits, drawdown } = account.equity();
    expect(equityUnits).toBe(cashUnits + account.position().notionalUnits);
    expect(drawdown).toBeCloseTo((peakUnits - equityUnits) / peakUnits, 12);
    const cash = account.balances().find(({ asset }) => asset === "USDT");
    expect(cash?.units).toBe(cashUnits);
  });

  test("pages through every order once, newest first", () => {
    const { account } = house.capabilities;
    const first = account.orders(1, 7);
    const ids = Array.from({ length: first.pages }, (_, i) => account.orders(i + 1, 7).rows)
      .flat()
      .map(({ id }) => id);
    expect(first.total).toBeGreaterThan(14);
    expect(ids).toHaveLength(first.total);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
    expect(account.orders(first.pages + 1, 7).rows).toEqual([]);
  });

  test("a filled order shows the average price of its fills", () => {
    const { account } = house.capabilities;
    const fill = account.fills(1, 1).rows[0]!;
    const order = account.orders(1, ALL).rows.find(({ id }) => id === fill.orderId)!;
    expect(order.averagePrice).toBe(fill.ticks / 100);
    expect(order.purpose).toBe(fill.purpose);
  });

  test("closed trades and fills are the very ones the ledger was made of", () => {
    const { account } = house.capabilities;
    const fills = house.database.read((reader) => [...fillsOf(reader, house.engine.current().account.id)]);
    expect(account.fills(1, ALL).rows.map(({ id }) => id)).toEqual(fills.map(({ id }) => id).reverse());
    const trades = account.closedTrades(1, ALL).rows;
    const sells = fills.filter(({ side }) => side === "sell");
    expect(trades.map(({ exitAt }) => exitAt)).toEqual(sells.map(({ at }) => at).reverse());
    expect(account.closedTrades(2, 3).rows).toEqual(trades.slice(3, 6));
  });

  test("brings the closed trades up to date when a new one closes", async () => {
    const { account } = house.capabilities;
    const before = account.closedTrades(1, 1).total;
    for (let i = 0; i < 400 && account.closedTrades(1, 1).total === before; i++) await house.step(1);
    expect(account.closedTrades(1, 1).total).toBe(before + 1);
  });

  test("today's result starts at nothing when the market's day has turned without a candle", async () => {
    const { account } = house.capabilities;
    const now = house.clock.now();
    await house.clock.advanceTo(now - (now % DAY) + DAY + HOUR + 30_000);
    expect(account.equity().todayRealisedUnits).toBe(0);
    expect(account.equity().todayOpeningUnits).toBe(account.equity().equityUnits);
    await house.step(1);
  });
});

describe("performance", () => {
  test("agrees with the ledger about fees, fills, closed trades and the result", async () => {
    const { account } = house.capabilities;
    const report = account.performance(null, house.clock.now());
    const { ledger } = house.engine.current().trader;
    const trades = account.closedTrades(1, ALL).rows;
    expect(figure(report, "total_fees")).toBe(ledger.feesUnits);
    expect(figure(report, "fills")).toBe(account.fills(1, 1).total);
    expect(figure(report, "closed_trades")).toBe(trades.length);
    const best = Math.max(...trades.map(({ pnlUnits }) => pnlUnits));
    expect(figure(report, "best_trade")).toBe(best);
    const recorded = account.equityHistory(0, house.clock.now(), 100_000).at(-1)!;
    expect(figure(report, "pnl")).toBe(recorded.equityUnits - account.equity().startingUnits);
    expect(report.currency).toBe("USDT");
  });

  test("of a period starts with the equity as it stood then and counts its own trades only", () => {
    const { account } = house.capabilities;
    const fromAt = house.clock.now() - 3 * DAY;
    const report = account.performance(fromAt, house.clock.now());
    const before = account.equityHistory(0, fromAt, 2).at(-1)!;
    expect(report.startedAt).toBe(fromAt);
    expect(figure(report, "end_equity")! - figure(report, "pnl")!).toBe(before.equityUnits);
    const within = account.closedTrades(1, ALL).rows.filter(({ exitAt }) => exitAt > fromAt);
    expect(figure(report, "closed_trades")).toBe(within.length);
  });

  test("of a period without any trade has no win rate instead of one of zero", () => {
    const { account } = house.capabilities;
    const report = account.performance(house.clock.now() - 1, house.clock.now());
    expect(figure(report, "closed_trades")).toBe(0);
    expect(figure(report, "win_rate")).toBeNull();
    expect(figure(report, "sharpe")).toBeNull();
  });
});

describe("equity history", () => {
  test("is thinned evenly over time and keeps both ends", () => {
    const { account } = house.capabilities;
    const all = account.equityHistory(0, house.clock.now(), 100_000);
    const some = account.equityHistory(0, house.clock.now(), 20);
    expect(all.length).toBeGreaterThan(280);
    expect(some.length).toBeLessThanOrEqual(20);
    expect(some.length).toBeGreaterThan(15);
    expect(some[0]).toEqual(all[0]!);
    expect(some.at(-1)).toEqual(all.at(-1)!);
    const step = (all.at(-1)!.at - all[0]!.at) / 19;
    for (let i = 1; i < some.length; i++) expect(some[i]!.at - some[i - 1]!.at).toBeLessThan(2 * step);
  });

  test("outside what was recorded is empty", () => {
    expect(house.capabilities.account.equityHistory(0, 1_000, 10)).toEqual([]);
  });
});

describe("a reset", () => {
  const reset = (target: House, seed: { equityUnits: number; lots: number; ticks: number }) =>
    target.transact((tx) => target.capabilities.account.reset(tx, ADA, seed));
  const SEED = { equityUnits: 500_000_000_000, lots: 0, ticks: 0 };

  test("is refused while the system may trade", () => {
    expect(reset(house, SEED)).toMatchObject({ ok: false, code: "not_paused" });
  });

  test("opens a new account and leaves the old one's history in the database", async () => {
    const target = await openHouse();
    target.resume();
    await target.step(4 * 24 * 4);
    target.transact((tx) =>
      target.capabilities.state.move(tx, "pause", "A new start.", { actor: ADA, role: "operator" }),
    );
    const { account } = target.capabilities;
    const before = account.orders(1, 1).total;
    expect(before).toBeGreaterThan(0);
    const opened = reset(target, SEED);
    expect(opened).toMatchObject({ ok: true });
    expect(account.orders(1, 1).total).toBe(0);
    expect(account.closedTrades(1, 1).total).toBe(0);
    expect(account.equity()).toMatchObject({
      equityUnits: SEED.equityUnits,
      startingUnits: SEED.equityUnits,
    });
    const stored = target.database.read((reader) =>
      reader.get<{ n: number }>("SELECT count(*) AS n FROM orders"),
    );
    expect(stored?.n).toBe(before);
    expect(figure(account.performance(null, target.clock.now()), "pnl")).toBe(0);
    target.close();
  });

  test("with a position holds it at its cost, protects it with a stop and adds up after trading on", async () => {
    const target = await openHouse();
    const { account } = target.capabilities;
    const ticks = target.engine.current().trader.markTicks;
    expect(reset(target, { equityUnits: 1_000_000_000_000, lots: 10_000, ticks })).toMatchObject({
      ok: true,
    });
    expect(account.position()).toMatchObject({ lots: 10_000, unrealisedUnits: 0 });
    expect(account.position().stopTicks).toBeLessThan(ticks);
    expect(account.equity().startingUnits).toBe(1_000_000_000_000);
    await target.step(4);
    expect(account.position().stopTicks).toBeLessThan(ticks);
    target.resume();
    await target.step(5 * 24 * 4);
    const { account: row, trader } = target.engine.current();
    const rebuilt = target.database.read((reader) => rebuildLedger(reader, row, trader.rules));
    expect(rebuilt.mismatches).toEqual([]);
    expect(account.closedTrades(1, ALL).total).toBeGreaterThan(0);
    target.close();
  });

  test.each([
    ["costs more than the equity", { equityUnits: 100_000_000, lots: 10_000, ticks: 5_000_000 }],
    ["has no price", { equityUnits: 1_000_000_000_000, lots: 10, ticks: 0 }],
    ["is not a whole number of lots", { equityUnits: 1_000_000_000_000, lots: 0.5, ticks: 5_000_000 }],
    ["is short", { equityUnits: 1_000_000_000_000, lots: -10, ticks: 5_000_000 }],
    ["is beyond exact amounts", { equityUnits: 1_000_000_000_000, lots: 2 ** 50, ticks: 5_000_000 }],
    ["comes without equity", { equityUnits: 0, lots: 0, ticks: 0 }],
  ])("is refused when the position %s", async (_, seed) => {
    const target = await openHouse({ isEmpty: true });
    expect(reset(target, seed)).toMatchObject({ ok: false, code: "bad_seed" });
    target.close();
  });

  test("is refused while a limit order rests", async () => {
    const target = await openHouse();
    target.change({ "execution.entry_type": "limit", "execution.limit_offset_bps": 100 });
    target.resume();
    const { account, state } = target.capabilities;
    const isOpen = (): boolean => account.orders(1, 1).rows[0]?.status === "open";
    for (let i = 0; i < 800 && !isOpen(); i++) await target.step(1);
    expect(isOpen()).toBe(true);
    target.transact((tx) => state.move(tx, "pause", "Wait.", { actor: ADA, role: "operator" }));
    expect(reset(target, SEED)).toMatchObject({ ok: false, code: "order_unresolved" });
    await target.step(1);
    expect(account.orders(1, 1).rows[0]).toMatchObject({ status: "canceled" });
    expect(reset(target, SEED)).toMatchObject({ ok: true });
    target.close();
  });

  test("that comes to nothing leaves the old account in memory and on disk", async () => {
    const target = await openHouse({ isEmpty: true });
    const before = target.engine.current().account.id;
    expect(() =>
      target.transact((tx) => {
        target.capabilities.account.reset(tx, ADA, SEED);
        expect(target.capabilities.account.equity().equityUnits).toBe(SEED.equityUnits);
        throw new Error("the answer could not be settled");
      }),
    ).toThrow("could not be settled");
    await Promise.resolve();
    expect(target.engine.current().account.id).toBe(before);
    target.close();
  });
});

test("two weeks of minutes are thinned to the points asked for", async () => {
  const target = await openHouse({ isEmpty: true });
  const { id } = target.engine.current().account;
  const point = { markTicks: 5_000_000, lots: 0, cashUnits: 1e12, equityUnits: 1e12, peakUnits: 1e12 };
  const now = target.clock.now();
  target.transact((tx) => {
    for (let i = 0; i < 20_000; i++) insertEquity(tx, { accountId: id, at: now + i * 60_000, ...point });
  });
  const thinned = target.capabilities.account.equityHistory(0, now + 20_000 * 60_000, 100);
  expect(thinned).toHaveLength(100);
  expect(thinned.at(-1)?.at).toBe(now + 19_999 * 60_000);
  target.close();
});
