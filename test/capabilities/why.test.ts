import { afterAll, beforeAll, expect, test } from "bun:test";
import { activate, activeVersion, insertVersion } from "../../db/config-versions.ts";
import { ADA, type House, JOB, openHouse } from "./harness.ts";

let house: House;
const ALL = 1_000;

beforeAll(async () => {
  house = await openHouse();
  house.change({ "exits.take_profit_1_pct": 1, "exits.time_stop_hours": 24 });
  house.resume();
  await house.step(16 * 24 * 4);
});
afterAll(() => house.close());

const why = (orderId: number | null) => {
  const view = house.capabilities.why(orderId);
  if (view === null) throw new Error("There is no answer.");
  return view;
};

test("explains every order: signals with their decision, stops and targets without one", () => {
  const { rows } = house.capabilities.account.orders(1, ALL);
  const purposes = new Set(rows.map(({ purpose }) => purpose));
  for (const purpose of ["entry", "exit_signal", "stop_loss", "take_profit"] as const) {
    expect(purposes).toContain(purpose);
  }
  for (const order of rows) {
    const view = why(order.id);
    expect(view.order).toEqual(order);
    expect(view.configVersion).toBe(2);
    const isFromSignal = order.purpose === "entry" || order.purpose === "exit_signal";
    expect(view.decision === null).toBe(!isFromSignal);
    expect(view.fills.reduce((sum, { lots }) => sum + lots, 0)).toBe(order.filledLots);
  }
});

test("an entry carries the signal's sentence, every check of the gate and how its size came about", () => {
  const entry = house.capabilities.account.orders(1, ALL).rows.find(({ purpose }) => purpose === "entry")!;
  const { decision } = why(entry.id);
  expect(decision).toMatchObject({
    side: "buy",
    strategy: "mean_reversion",
    reason: "executed",
    signalReason: "oversold_entry",
    candleCloseAt: entry.decidedAt,
    closeTicks: entry.decisionTicks,
  });
  expect(decision?.signalSentence).toContain("buy");
  expect(decision?.values).toHaveProperty("z_score");
  expect(decision?.checks.map(({ name }) => name)).toEqual([
    "state",
    "unresolved",
    "data_fresh",
    "on_time",
    "lock",
    "orders_today",
    "daily_loss",
    "exposure",
    "position",
    "pending",
  ]);
  expect(decision?.checks.every(({ ok }) => ok)).toBe(true);
  expect(decision?.sizing?.lots).toBe(entry.lots);
});

test("alone it explains the last decision, HOLD as well, with the order only when that one made it", async () => {
  for (let i = 0; i < 100; i++) {
    await house.step(4);
    const view = why(null);
    const isOrdered = view.decision?.reason === "executed";
    expect(view.order !== null).toBe(isOrdered);
    if (view.decision?.reason !== "signal_hold") continue;
    expect(view.decision.side).toBe("hold");
    expect(view.decision.signalSentence).not.toBeNull();
    return;
  }
  throw new Error("No decision was HOLD.");
});

test("a flatten is explained without a decision", async () => {
  for (let i = 0; i < 800 && house.capabilities.account.position().lots === 0; i++) await house.step(1);
  const sold = await house.capabilities.engine.flatten(ADA, () => {});
  expect(sold).toMatchObject({ ok: true });
  const view = why(sold.ok ? sold.value.orderId : null);
  expect(view).toMatchObject({ decision: null, order: { purpose: "flatten", side: "sell" } });
  expect(view.fills.length).toBe(1);
});

test("names where the config version came from and which person put it in force", () => {
  expect(why(1)).toMatchObject({ configSource: "test", approvedBy: "person:1@console" });
});

test("a version that no person put in force has no approver", async () => {
  const other = await openHouse();
  other.transact((tx) => {
    const { version, tunables } = activeVersion(tx);
    activate(tx, insertVersion(tx, { baseVersion: version, source: "upgrade", tunables }, JOB), JOB);
  });
  other.resume();
  await other.step(4);
  expect(other.capabilities.why(null)).toMatchObject({ configSource: "upgrade", approvedBy: null });
  other.close();
});

test("there is no answer for an order that does not exist, nor before the first decision", async () => {
  expect(house.capabilities.why(999_999)).toBeNull();
  const other = await openHouse({ isEmpty: true });
  expect(other.capabilities.why(null)).toBeNull();
  other.close();
});
