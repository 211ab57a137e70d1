import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Database } from "../../db/database.ts";
import { attemptOf, recordAttempt, recordAttemptOutcome } from "../../db/order-attempts.ts";
import {
  insertIntent,
  orderByClientId,
  orderById,
  ordersPage,
  ordersSince,
  setOrderStatus,
  unsettledOrders,
} from "../../db/orders.ts";
import { isTerminal, ORDER_STATUSES, type OrderStatus } from "../../src/core/order.ts";
import {
  BUY,
  eventTypes,
  intended,
  JOB,
  lastEvent,
  memoryDatabase,
  NOW,
  withAccount,
} from "./test-database.ts";

function withOrder(): { database: Database; id: number } {
  const database = memoryDatabase();
  withAccount(database);
  return { database, id: database.transact(NOW, (tx) => intended(tx, 1)) };
}

const move = (database: Database, id: number, status: OrderStatus, filled: number) =>
  database.transact(NOW, (tx) => setOrderStatus(tx, id, status, filled, "why", JOB));

/** The filled lots that fit a status of an order of 100 lots. */
const fitting: Readonly<Record<OrderStatus, number>> = {
  intended: 0,
  unknown: 0,
  open: 0,
  partially_filled: 40,
  filled: 100,
  canceled: 40,
  expired: 40,
  rejected: 40,
};

describe("an order", () => {
  test("is recorded before it leaves", () => {
    const { database, id } = withOrder();
    const order = database.read((reader) => orderById(reader, id))!;
    expect(order).toMatchObject({
      ...BUY,
      id,
      accountId: 1,
      configVersion: 1,
      status: "intended",
      filledLots: 0,
    });
    database.read((reader) => {
      expect(orderByClientId(reader, order.clientOrderId)).toEqual(order);
      expect(lastEvent(reader)).toMatchObject({ type: "order_intended", facts: { orderId: id, lots: 100 } });
    });
  });

  test("keeps its own id for ever", () => {
    const { database, id } = withOrder();
    const { clientOrderId } = database.read((reader) => orderById(reader, id))!;
    move(database, id, "filled", 100);
    const again = { accountId: 1, clientOrderId, decisionId: null, configVersion: 1, intent: BUY };
    expect(() => database.transact(NOW, (tx) => insertIntent(tx, again, JOB))).toThrow("UNIQUE");
  });

  test("a limit order has a price, a market order has none", () => {
    const { database } = withOrder();
    const insert = (intent: object) => () => database.transact(NOW, (tx) => intended(tx, 1, intent));
    expect(insert({ type: "limit" })).toThrow("CHECK");
    expect(insert({ limitTicks: 5 })).toThrow("CHECK");
    expect(insert({ type: "limit", limitTicks: 5 })).not.toThrow();
  });

  test.each(ORDER_STATUSES.filter(isTerminal))("once %s never changes again", (status) => {
    for (const next of ORDER_STATUSES) {
      const { database, id } = withOrder();
      move(database, id, status, fitting[status]);
      const events = database.read(eventTypes);
      expect(() => move(database, id, next, fitting[next])).toThrow("cannot move");
      expect(() => database.transact(NOW, (tx) => tx.run(`UPDATE orders SET status = '${next}'`))).toThrow(
        "settled",
      );
      expect(database.read((reader) => orderById(reader, id))?.status).toBe(status);
      expect(database.read(eventTypes)).toEqual(events);
    }
  });

  test.each([
    ["open", "intended"],
    ["open", "unknown"],
    ["partially_filled", "open"],
    ["unknown", "intended"],
    ["unknown", "unknown"],
  ] as const)("that is %s does not go back to %s", (from, to) => {
    const { database, id } = withOrder();
    move(database, id, from, fitting[from]);
    expect(() => move(database, id, to, fitting[to])).toThrow("cannot move");
  });

  test.each([
    ["filled", 99],
    ["partially_filled", 0],
    ["partially_filled", 100],
    ["open", 1],
    ["canceled", 100],
    ["filled", 101],
    ["canceled", -1],
  ] as const)("is not %s with %i of 100 lots", (status, filled) => {
    const { database, id } = withOrder();
    expect(() => move(database, id, status, filled)).toThrow();
    expect(database.read((reader) => orderById(reader, id))?.status).toBe("intended");
  });

  test("whatever is asked of it, moves forward only and never un-fills", () => {
    const step = fc.record({
      status: fc.constantFrom(...ORDER_STATUSES),
      filled: fc.integer({ min: -1, max: 101 }),
    });
    const { database } = withOrder();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const id = database.transact(NOW, (tx) => intended(tx, 1));
        let before = database.read((reader) => orderById(reader, id))!;
        for (const { status, filled } of steps) {
          try {
            move(database, id, status, filled);
          } catch {
            // Refused: the order must be as it was.
            expect(database.read((reader) => orderById(reader, id))).toEqual(before);
            continue;
          }
          const after = database.read((reader) => orderById(reader, id))!;
          expect(isTerminal(before.status)).toBeFalse();
          expect(after.status).not.toBe("intended");
          expect(after.filledLots).toBeGreaterThanOrEqual(before.filledLots);
          expect(after.filledLots === after.lots).toBe(after.status === "filled");
          before = after;
        }
      }),
    );
  });

  test("is never deleted, and its intent never changes", () => {
    const { database } = withOrder();
    const run = (sql: string) => () => database.transact(NOW, (tx) => tx.run(sql));
    expect(run("DELETE FROM orders")).toThrow("never deleted");
    for (const column of [
      "lots",
      "side",
      "type",
      "purpose",
      "client_order_id",
      "decision_ticks",
      "config_version",
    ]) {
      expect(run(`UPDATE orders SET ${column} = ${column}`)).toThrow("intent never changes");
    }
  });
});

describe("orders are listed", () => {
  test("from the newest on, unsettled ones from the oldest on, and counted since an instant", () => {
    const { database } = withOrder();
    const ids = database.transact(NOW, (tx) => [1, 2, 3].map((i) => intended(tx, 1, { decidedAt: NOW + i })));
    move(database, ids[0]!, "filled", 100);
    move(database, ids[1]!, "open", 0);
    database.read((reader) => {
      const page = (beforeId?: number) =>
        ordersPage(reader, { accountId: 1, limit: 3, beforeId }).map(({ id }) => id);
      expect([page(), page(2)]).toEqual([[4, 3, 2], [1]]);
      expect(unsettledOrders(reader, 1).map(({ id }) => id)).toEqual([1, 3, 4]);
      expect(unsettledOrders(reader, 2)).toEqual([]);
      expect([
        ordersSince(reader, 1, NOW),
        ordersSince(reader, 1, NOW + 2),
        ordersSince(reader, 2, 0),
      ]).toEqual([4, 2, 0]);
    });
  });
});

describe("an attempt to send", () => {
  test("exists once an order, unknown until settled", () => {
    const { database, id } = withOrder();
    expect(database.read((reader) => attemptOf(reader, id))).toBeNull();
    database.transact(NOW, (tx) => recordAttempt(tx, id, JOB));
    expect(database.read((reader) => attemptOf(reader, id))).toMatchObject({
      sentAt: NOW,
      outcome: "unknown",
      outcomeAt: null,
    });
    expect(() => database.transact(NOW, (tx) => recordAttempt(tx, id, JOB))).toThrow("UNIQUE");
    expect(database.read(eventTypes).filter((type) => type === "order_attempted")).toHaveLength(1);
  });

  test.each(["accepted", "not_executed"] as const)("once %s stays so", (outcome) => {
    const { database, id } = withOrder();
    const settle = (to: "accepted" | "not_executed" | "unknown") =>
      database.transact(NOW + 5, (tx) => recordAttemptOutcome(tx, id, to, "", JOB));
    expect(() => settle(outcome)).toThrow("no open attempt");
    database.transact(NOW, (tx) => recordAttempt(tx, id, JOB));
    settle("unknown");
    settle(outcome);
    for (const other of ["accepted", "not_executed", "unknown"] as const)
      expect(() => settle(other)).toThrow("no open attempt");
    expect(() =>
      database.transact(NOW, (tx) => tx.run("UPDATE order_attempts SET outcome = 'unknown'")),
    ).toThrow("once");
    expect(() => database.transact(NOW, (tx) => tx.run("DELETE FROM order_attempts"))).toThrow(
      "never deleted",
    );
    expect(database.read((reader) => attemptOf(reader, id))).toMatchObject({ outcome, outcomeAt: NOW + 5 });
  });
});
