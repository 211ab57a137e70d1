import { describe, expect, test } from "bun:test";
import {
  countByReason,
  countBySignalReason,
  decisionById,
  decisionOfOrder,
  insertDecision,
  lastDecision,
  recentDecisions,
} from "../../db/decisions.ts";
import { insertIntent } from "../../db/orders.ts";
import { DECISION } from "./samples.ts";
import { BUY, JOB, lastEvent, memoryDatabase, NOW, withAccount } from "./test-database.ts";

const HOUR_MS = 3_600_000;

function decided(count: number) {
  const database = memoryDatabase();
  withAccount(database);
  const ids = database.transact(NOW, (tx) =>
    Array.from({ length: count }, (_, i) =>
      insertDecision(
        tx,
        {
          ...DECISION,
          candleCloseAt: NOW + i * HOUR_MS,
          reason: i % 3 === 0 ? "executed" : "signal_hold",
          signalReason: i % 2 === 0 ? "bullish_pullback" : "bullish_wait_pullback",
        },
        JOB,
      ),
    ),
  );
  return { database, ids };
}

describe("decisions", () => {
  test("read back as they were made, with an audit event", () => {
    const database = memoryDatabase();
    withAccount(database);
    const id = database.transact(NOW, (tx) => insertDecision(tx, DECISION, JOB));
    database.read((reader) => {
      expect(decisionById(reader, id)).toEqual({ id, ...DECISION });
      expect(lastDecision(reader, 1)).toEqual({ id, ...DECISION });
      expect(lastEvent(reader)).toMatchObject({
        type: "candle_decided",
        facts: { decisionId: id, side: "hold", reason: "signal_hold", configVersion: 1 },
      });
    });
  });

  test("a candle cannot be decided twice for one account", () => {
    const { database } = decided(1);
    expect(() => database.transact(NOW, (tx) => insertDecision(tx, DECISION, JOB))).toThrow("UNIQUE");
    const other = { ...DECISION, timeframe: "4h" } as const;
    expect(database.transact(NOW, (tx) => insertDecision(tx, other, JOB))).toBe(2);
  });

  test("never change and are never deleted", () => {
    const { database } = decided(1);
    expect(() => database.transact(NOW, (tx) => tx.run("UPDATE decisions SET side = 'buy'"))).toThrow(
      "never change",
    );
    expect(() => database.transact(NOW, (tx) => tx.run("DELETE FROM decisions"))).toThrow("never change");
  });

  test("page from the newest on", () => {
    const { database } = decided(5);
    const page = (beforeId?: number) =>
      database.read((reader) => recentDecisions(reader, 1, { limit: 2, beforeId })).map(({ id }) => id);
    expect([page(), page(4), page(2), page(1)]).toEqual([[5, 4], [3, 2], [1], []]);
    expect(database.read((reader) => recentDecisions(reader, 2, { limit: 2 }))).toEqual([]);
  });

  test("are found from the order they caused", () => {
    const { database, ids } = decided(2);
    const orders = database.transact(NOW, (tx) =>
      [ids[1]!, null].map((decisionId, i) =>
        insertIntent(
          tx,
          { accountId: 1, clientOrderId: `o${i}`, decisionId, configVersion: 1, intent: BUY },
          JOB,
        ),
      ),
    );
    database.read((reader) => {
      expect(decisionOfOrder(reader, orders[0]!)?.id).toBe(ids[1]);
      expect(decisionOfOrder(reader, orders[1]!)).toBeNull();
    });
  });

  test("are counted by outcome and by signal, since an instant", () => {
    const { database } = decided(7);
    database.read((reader) => {
      expect(countByReason(reader, 1)).toEqual({ signal_hold: 4, executed: 3 });
      expect(countBySignalReason(reader, 1)).toEqual({ bullish_pullback: 4, bullish_wait_pullback: 3 });
      expect(countByReason(reader, 1, NOW + 5 * HOUR_MS)).toEqual({ signal_hold: 1, executed: 1 });
      expect(countByReason(reader, 2)).toEqual({});
    });
  });
});
