import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { loadMemory, saveMemory } from "../../db/engine-memory.ts";
import { equityHistory, insertEquity, insertMetrics, lastEquity, latestMetrics } from "../../db/snapshots.ts";
import { memoryDatabase, NOW, withAccount } from "./test-database.ts";

const point = (at: number) => ({
  ...{ at, markTicks: 3_000_000 + at, lots: 1, cashUnits: 10, equityUnits: 20 + at, peakUnits: 30 + at },
});

function withPoints(count: number) {
  const database = memoryDatabase();
  withAccount(database);
  database.transact(NOW, (tx) => {
    for (let at = 1; at <= count; at++) insertEquity(tx, { accountId: 1, ...point(at) });
  });
  return database;
}

describe("equity", () => {
  test("is told from the oldest on, within the bounds", () => {
    const database = withPoints(5);
    database.read((reader) => {
      expect(equityHistory(reader, 1)).toEqual([1, 2, 3, 4, 5].map(point));
      expect(equityHistory(reader, 1, { fromAt: 2, toAt: 4 })).toEqual([2, 3].map(point));
      expect(equityHistory(reader, 2)).toEqual([]);
      expect([lastEquity(reader, 1), lastEquity(reader, 2)]).toEqual([point(5), null]);
    });
  });

  test("a later snapshot of the same instant stands", () => {
    const database = withPoints(1);
    database.transact(NOW, (tx) => insertEquity(tx, { accountId: 1, ...point(1), lots: 9 }));
    expect(database.read((reader) => equityHistory(reader, 1))).toEqual([{ ...point(1), lots: 9 }]);
  });

  test("is thinned evenly, with the first and the last point kept", () => {
    const databases = new Map<number, ReturnType<typeof withPoints>>();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 2, max: 50 }), (count, maxPoints) => {
        const database = databases.get(count) ?? withPoints(count);
        databases.set(count, database);
        const at = database.read((reader) => equityHistory(reader, 1, { maxPoints })).map((one) => one.at);
        expect(at).toHaveLength(Math.min(count, maxPoints));
        expect([at[0], at.at(-1)]).toEqual([1, count]);
        const gaps = at.slice(1).map((one, i) => one - at[i]!);
        if (gaps.length > 0) expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("metrics and memory", () => {
  test("the latest metrics are told, undefined ones as null", () => {
    const database = withPoints(0);
    expect(database.read((reader) => latestMetrics(reader, 1))).toBeNull();
    database.transact(NOW, (tx) => {
      insertMetrics(tx, { accountId: 1, at: 2, metrics: { sharpe: 1.5, cagr: null } });
      insertMetrics(tx, { accountId: 1, at: 1, metrics: { sharpe: 9 } });
    });
    expect(database.read((reader) => latestMetrics(reader, 1))).toEqual({
      at: 2,
      metrics: { sharpe: 1.5, cagr: null },
    });
  });

  test("the engine remembers what it saved last, an account each", () => {
    const database = withPoints(0);
    expect(database.read((reader) => loadMemory(reader, 1))).toBeNull();
    database.transact(NOW, (tx) => saveMemory(tx, 1, { peak: 1 }));
    database.transact(NOW, (tx) => saveMemory(tx, 1, { peak: 2, stops: [NOW] }));
    expect(database.read((reader) => loadMemory(reader, 1))).toEqual({ peak: 2, stops: [NOW] });
  });
});
