import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { addLock } from "../../db/locks.ts";
import { ADA, HOUR, type House, openHouse } from "./harness.ts";

let house: House;

beforeAll(async () => {
  house = await openHouse();
  house.resume();
});
afterAll(() => house.close());
beforeEach(() => {
  house.transact((tx) => house.capabilities.locks.lift(tx, ADA, null));
});

const lock = (untilAt: number | null, reason = "Maintenance.") =>
  house.transact((tx) => house.capabilities.locks.set(tx, ADA, untilAt, reason));
const lift = (id: number | null) => house.transact((tx) => house.capabilities.locks.lift(tx, ADA, id));
const kinds = () => house.capabilities.locks.active(house.clock.now()).map(({ kind }) => kind);
const entries = () =>
  house.capabilities.account.orders(1, 1_000).rows.filter(({ purpose }) => purpose === "entry").length;

test("a lock set by hand blocks entries from the next cycle on, and lifting it lets them in again", async () => {
  lock(null);
  const before = entries();
  const reports = await house.step(10 * 24 * 4);
  expect(reports.map(({ reason }) => reason)).toContain("entry_locked");
  expect(entries()).toBe(before);
  expect(lift(null)).toBe(1);
  for (let i = 0; i < 400 && entries() === before; i++) await house.step(1);
  expect(entries()).toBe(before + 1);
});

test("a lock with an end passes by itself", async () => {
  const held = lock(house.clock.now() + HOUR, "An hour.");
  expect(held).toMatchObject({ kind: "manual", reason: "An hour.", actor: "person:1@console" });
  expect(kinds()).toEqual(["manual"]);
  await house.clock.advanceTo(house.clock.now() + HOUR);
  expect(kinds()).not.toContain("manual");
  expect(lift(held.id)).toBe(0);
});

test("two locks of the same instant and reason are two, and can be lifted one by one", () => {
  const held = house.transact((tx) => {
    const { locks } = house.capabilities;
    return [locks.set(tx, ADA, null, "Same."), locks.set(tx, ADA, null, "Same.")];
  });
  expect(held[0]?.id).not.toBe(held[1]?.id);
  expect(kinds()).toEqual(["manual", "manual"]);
  expect(lift(held[0]!.id)).toBe(1);
  expect(house.capabilities.locks.active(house.clock.now()).map(({ id }) => id)).toEqual([held[1]!.id]);
  expect(lift(held[0]!.id)).toBe(0);
});

test("lifting everything counts protections, but not what has passed already", async () => {
  const trades = house.capabilities.account.closedTrades(1, 1).total;
  for (let i = 0; i < 800 && house.capabilities.account.closedTrades(1, 1).total === trades; i++) {
    await house.step(1);
  }
  expect(kinds()).toEqual(["cooldown"]);
  lock(null);
  expect(lift(null)).toBe(2);
  expect(lift(null)).toBe(0);
  expect(kinds()).toEqual([]);
});

test("a lock that would have ended already is refused", () => {
  expect(() => lock(house.clock.now(), "Too late.")).toThrow("end later than now");
  expect(kinds()).toEqual([]);
});

test("a lock set by hand goes on over a reset of the account; a protection's ends with it", async () => {
  const fresh = await openHouse();
  const { locks, account } = fresh.capabilities;
  const accountId = fresh.engine.current().account.id;
  fresh.transact((tx) => {
    locks.set(tx, ADA, null, "No entries, please.");
    const cooldown = {
      kind: "cooldown",
      reason: "Rest.",
      cause: "1",
      fromAt: tx.now,
      untilAt: tx.now + HOUR,
    };
    addLock(tx, { accountId, ...cooldown }, ADA);
  });
  const seed = { equityUnits: 1_000_000_000_000, lots: 0, ticks: 0 };
  expect(fresh.transact((tx) => account.reset(tx, ADA, seed)).ok).toBe(true);
  await Promise.resolve();
  expect(locks.active(fresh.clock.now()).map(({ reason }) => reason)).toEqual(["No entries, please."]);
  fresh.close();
});
