import { describe, expect, test } from "bun:test";
import { openAccountOf } from "../../db/accounts.ts";
import { activate, activeVersion, insertVersion } from "../../db/config-versions.ts";
import type { Database } from "../../db/database.ts";
import { recentDecisions } from "../../db/decisions.ts";
import { loadBalances } from "../../db/positions.ts";
import { equityHistory } from "../../db/snapshots.ts";
import type { ParameterValue } from "../../src/core/parameter.ts";
import { dumpOf } from "../db/test-database.ts";
import { OPERATOR, TESTER } from "../simulation/paper-engine.ts";
import { decisions, fills, noticeKinds } from "./market-views.ts";
import {
  BUY,
  FALL,
  HOLD,
  HOUR,
  MINUTE,
  minutely,
  QUIET,
  QUIET_UNTIL,
  type Scripted,
  SELL,
  scripted,
} from "./scripted-market.ts";

const rowsOf = (database: Database): number => (database.read(dumpOf).match(/\],\[|\[\[/g) ?? []).length;

function change({ database, clock }: Scripted, values: Readonly<Record<string, ParameterValue>>): void {
  database.transact(clock.now(), (tx) => {
    const { version, tunables } = activeVersion(tx);
    const next = { ...tunables, ...values };
    activate(
      tx,
      insertVersion(tx, { baseVersion: version, source: "test", tunables: next }, OPERATOR),
      OPERATOR,
    );
  });
}

describe("a candle", () => {
  test("is decided once, however often a cycle runs", async () => {
    const market = await scripted([BUY, HOLD]);
    expect((await market.cycleAt(HOUR)).reason).toBe("executed");
    for (const later of [1, 30, 60]) {
      expect(await market.cycleAt(HOUR + later * MINUTE - 1)).toMatchObject({
        reason: "no_new_candle",
        decisionId: null,
        fills: 0,
      });
    }
    expect((await market.cycleAt(2 * HOUR)).reason).toBe("already_in_position");
    expect(decisions(market).map(({ candleCloseAt }) => (candleCloseAt - QUIET_UNTIL) / HOUR)).toEqual([
      0, 1, 2,
    ]);
    expect(fills(market)).toEqual([["entry", 10_125.06, 227]]);
  });

  test("that nothing came of leaves its decision, and a cycle without one leaves nothing at all", async () => {
    const market = await scripted([QUIET]);
    await market.cycleAt(HOUR);
    expect(decisions(market).at(-1)).toMatchObject({ reason: "signal_hold", signalReason: "inside_range" });
    const before = market.database.read(dumpOf);
    await market.cycleAt(HOUR + MINUTE);
    expect(market.database.read(dumpOf)).toBe(before);
  });

  test("of a minute, while flat, costs one row", async () => {
    const market = await scripted([], { base: minutely([QUIET]) });
    await market.cycleAt(MINUTE);
    const before = rowsOf(market.database);
    await market.cycleAt(2 * MINUTE);
    expect(rowsOf(market.database)).toBe(before + 1);
  });

  test("told again by the market is not taken twice", async () => {
    const market = await scripted([BUY, HOLD, SELL]);
    const { feed } = market.engine.options;
    const ask = feed.candles.bind(feed);
    feed.candles = (timeframe, fromAt, limit) => ask(timeframe, fromAt - 5 * HOUR, limit);
    for (const hour of [1, 2, 3]) await market.cycleAt(hour * HOUR);
    expect(decisions(market).map(({ reason }) => reason)).toEqual([
      "signal_hold",
      "executed",
      "already_in_position",
      "executed",
    ]);
    expect(market.engine.current().trader.fedTiming).toBe(87);
  });

  test("that came with the history marks the account before any cycle", async () => {
    const market = await scripted([], { isPaused: true });
    const { trader } = market.engine.current();
    expect([trader.markTicks, trader.equityUnits()]).toEqual([1_000_000, trader.ledger.cashUnits]);
  });

  test("leaves one equity row, at its close", async () => {
    const market = await scripted([BUY, HOLD, HOLD]);
    for (const hour of [1, 2, 3]) await market.cycleAt(hour * HOUR);
    const points = market.database.read((reader) => equityHistory(reader, 1));
    expect(points.map(({ at }) => (at - QUIET_UNTIL) / HOUR)).toEqual(
      [0, 1, 2, 3].filter((hour) => hour > 0),
    );
    expect(points.at(-1)).toMatchObject({ lots: 227, markTicks: 1_015_000 });
  });
});

describe("one cycle at a time", () => {
  test("a second one meanwhile is refused, and the first goes on", async () => {
    const market = await scripted([BUY]);
    await market.clock.advanceTo(QUIET_UNTIL + HOUR);
    const first = market.engine.runCycle(TESTER);
    expect(market.engine.isRunning).toBe(true);
    expect(await market.engine.runCycle(TESTER)).toMatchObject({ ok: false, code: "cycle_running" });
    expect(await market.engine.flatten(TESTER)).toMatchObject({ ok: false, code: "cycle_running" });
    expect(await first).toMatchObject({ ok: true, value: { reason: "executed" } });
    await market.engine.idle();
    expect(market.engine.isRunning).toBe(false);
    expect(fills(market)).toHaveLength(1);
  });
});

describe("short history", () => {
  test("refuses cycles with what there is and what is needed", async () => {
    const market = await scripted([BUY], { requireDataReady: true });
    expect(await market.engine.runCycle(TESTER)).toEqual({
      ok: false,
      code: "not_ready",
      facts: { has: 84, needs: 734 },
    });
    expect(decisions(market)).toEqual([]);
  });

  test("never keeps a position from its stop", async () => {
    const market = await scripted([BUY, FALL]);
    await market.cycleAt(HOUR);
    const strict = await scripted([], { requireDataReady: true });
    Object.assign(market.engine.options, { requireDataReady: strict.setup.requireDataReady });
    await market.cycleAt(2 * HOUR);
    expect(fills(market).at(-1)?.[0]).toBe("stop_loss");
    expect(await market.engine.runCycle(TESTER)).toMatchObject({ ok: false, code: "not_ready" });
  });
});

test("a new config version is used from the next cycle on, and every decision names its own", async () => {
  const market = await scripted([QUIET, BUY, HOLD]);
  await market.cycleAt(HOUR);
  change(market, { "risk.per_trade": 0.01 });
  await market.cycleAt(2 * HOUR);
  expect(decisions(market).map(({ configVersion }) => configVersion)).toEqual([1, 1, 2]);
  // Twice the share of the worked example's 227 lots, rounded down anew.
  expect(fills(market)).toEqual([["entry", 10_125.06, 454]]);
});

describe("data that stands still", () => {
  test("denies entries, is told once, and told again when it is back, even when a commit failed meanwhile", async () => {
    let isDown = false;
    const market = await scripted([QUIET, QUIET, BUY, HOLD, BUY]);
    const { feed } = market.engine.options;
    const ask = feed.candles.bind(feed);
    feed.candles = (timeframe, fromAt, limit) =>
      isDown ? Promise.resolve([]) : ask(timeframe, fromAt, limit);
    await market.cycleAt(HOUR);
    isDown = true;
    await market.clock.advanceTo(QUIET_UNTIL + 2 * HOUR + 3 * MINUTE);
    const failing = market.engine.runCycle(TESTER, () => {
      throw new Error("disk gone");
    });
    await expect(failing).rejects.toThrow("disk gone");
    expect(market.engine.isDataStale).toBe(false);
    await market.cycleAt(2 * HOUR + 4 * MINUTE);
    await market.cycleAt(2 * HOUR + 5 * MINUTE);
    isDown = false;
    await market.cycleAt(3 * HOUR);
    expect(noticeKinds(market).filter((kind) => kind.startsWith("data_"))).toEqual([
      "data_stale",
      "data_fresh",
    ]);
  });
});

describe("a new paper account", () => {
  test("starts from its seed, and the old one keeps its history", async () => {
    const market = await scripted([BUY, HOLD]);
    await market.cycleAt(HOUR);
    const { database, engine, clock } = market;
    const account = database.transact(clock.now(), (tx) =>
      engine.resetAccount(tx, OPERATOR, { equityUnits: 500_000_000_000, lots: 100, ticks: 1_000_000 }),
    );
    expect([account.id, database.read((reader) => openAccountOf(reader, "paper"))?.id]).toEqual([2, 2]);
    expect(database.read((reader) => loadBalances(reader, 2))).toEqual({
      BTC: 100_000,
      USDT: 499_000_000_000,
    });
    expect(engine.current().trader.ledger).toMatchObject({ lots: 100, cashUnits: 499_000_000_000 });
    expect(fills(market)).toHaveLength(1);
    await market.cycleAt(2 * HOUR);
    expect(database.read((reader) => recentDecisions(reader, 2, { limit: 9 }))[0]?.reason).toBe(
      "already_in_position",
    );
  });
});

test("what one asks to be written with a cycle stands in its transaction", async () => {
  const market = await scripted([BUY]);
  await market.clock.advanceTo(QUIET_UNTIL + HOUR);
  await market.engine.runCycle(OPERATOR, (tx, report) => {
    expect(report.reason).toBe("executed");
    tx.audit({
      category: "chat",
      type: "answered",
      actor: OPERATOR,
      summary: "Answered.",
      facts: { order: report.orderId },
    });
  });
  const last = market.database.read((reader) =>
    reader.get<{ type: string; at: number }>("SELECT type, at FROM events_log ORDER BY seq DESC LIMIT 1"),
  );
  expect(last).toEqual({ type: "answered", at: QUIET_UNTIL + HOUR });
});
