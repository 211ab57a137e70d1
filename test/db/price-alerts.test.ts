import { expect, test } from "bun:test";
import { insertPerson } from "../../db/people.ts";
import {
  cancelPriceAlert,
  insertPriceAlert,
  markPriceAlertFired,
  waitingPriceAlerts,
} from "../../db/price-alerts.ts";
import { ADA, eventTypes, JOB, memoryDatabase, NOW } from "./test-database.ts";

test("a price alert waits until it has fired or was removed, and each happens once", () => {
  const database = memoryDatabase();
  const [high, low] = database.transact(NOW, (tx) => {
    const personId = insertPerson(tx, { label: "Ada", role: "admin" }, ADA);
    return [
      insertPriceAlert(tx, { direction: "above", ticks: 7_000_000, personId }, "70000", ADA),
      insertPriceAlert(tx, { direction: "below", ticks: 5_000_000, personId }, "50000", ADA),
    ] as const;
  });
  expect(database.read(waitingPriceAlerts)).toEqual([high, low]);
  const fire = () => database.transact(NOW + 1, (tx) => markPriceAlertFired(tx, high, JOB));
  const cancel = () => database.transact(NOW + 2, (tx) => cancelPriceAlert(tx, low, ADA));
  expect([fire(), fire(), cancel(), cancel()]).toEqual([true, false, true, false]);
  expect(database.transact(NOW, (tx) => cancelPriceAlert(tx, high, ADA))).toBeFalse();
  expect(database.read(waitingPriceAlerts)).toEqual([]);
  expect(database.read(eventTypes).slice(-4)).toEqual([
    "price_alert_added",
    "price_alert_added",
    "price_alert_fired",
    "price_alert_removed",
  ]);
});
