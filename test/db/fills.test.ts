import { describe, expect, test } from "bun:test";
import { countFills, fillsOf, fillsOfOrder, fillsPage, hasFill, insertFill } from "../../db/fills.ts";
import { FILL } from "./samples.ts";
import { intended, JOB, lastEvent, memoryDatabase, NOW, withAccount } from "./test-database.ts";

function withFills(count: number) {
  const database = memoryDatabase();
  withAccount(database);
  database.transact(NOW, (tx) => {
    intended(tx, 1);
    intended(tx, 1, { side: "sell", purpose: "stop_loss" });
    for (let i = 1; i <= count; i++) {
      const fill = { ...FILL, lots: i, at: NOW - i, isMaker: i % 2 === 0 };
      insertFill(tx, { accountId: 1, orderId: i === count ? 2 : 1, tradeId: `t${i}`, fill }, JOB);
    }
  });
  return database;
}

describe("fills", () => {
  test("read back as they were, with why their order existed", () => {
    const database = withFills(2);
    database.read((reader) => {
      expect(fillsOfOrder(reader, 1)).toEqual([
        {
          ...FILL,
          id: 1,
          accountId: 1,
          orderId: 1,
          tradeId: "t1",
          lots: 1,
          at: NOW - 1,
          purpose: "entry",
          orderType: "market",
          decisionTicks: 3_000_000,
        },
      ]);
      expect(fillsOfOrder(reader, 2).map(({ purpose, isMaker }) => [purpose, isMaker])).toEqual([
        ["stop_loss", true],
      ]);
      expect(lastEvent(reader)).toMatchObject({
        type: "order_filled",
        facts: { fillId: 2, tradeId: "t2", lots: 2 },
      });
    });
  });

  test("come in the order they were booked, whatever their market time", () => {
    const database = withFills(4);
    database.read((reader) => {
      expect([...fillsOf(reader, 1)].map(({ lots }) => lots)).toEqual([1, 2, 3, 4]);
      expect([...fillsOf(reader, 2)]).toEqual([]);
      expect(countFills(reader, 1)).toBe(4);
      const page = (beforeId?: number) =>
        fillsPage(reader, { accountId: 1, limit: 3, beforeId }).map(({ id }) => id);
      expect([page(), page(2)]).toEqual([[4, 3, 2], [1]]);
    });
  });

  test("an execution is booked once", () => {
    const database = withFills(1);
    expect(
      database.read((reader) => [
        hasFill(reader, 1, "t1"),
        hasFill(reader, 1, "t2"),
        hasFill(reader, 2, "t1"),
      ]),
    ).toEqual([true, false, false]);
    const again = { accountId: 1, orderId: 1, tradeId: "t1", fill: FILL };
    expect(() => database.transact(NOW, (tx) => insertFill(tx, again, JOB))).toThrow("UNIQUE");
  });

  test("never change, are never deleted, and belong to an order", () => {
    const database = withFills(1);
    const run = (sql: string) => () => database.transact(NOW, (tx) => tx.run(sql));
    expect(run("UPDATE fills SET lots = 2")).toThrow("never change");
    expect(run("DELETE FROM fills")).toThrow("never change");
    const orphan = { accountId: 1, orderId: 99, tradeId: "x", fill: FILL };
    expect(() => database.transact(NOW, (tx) => insertFill(tx, orphan, JOB))).toThrow("FOREIGN KEY");
  });
});
