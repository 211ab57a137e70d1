import { describe, expect, test } from "bun:test";
import {
  activate,
  activeVersion,
  activeVersionOrNone,
  insertVersion,
  listVersions,
  versionOf,
} from "../../db/config-versions.ts";
import { ADA, JOB, lastEvent, memoryDatabase, NOW } from "./test-database.ts";

function withVersions(count: number) {
  const database = memoryDatabase();
  database.transact(NOW, (tx) => {
    for (let i = 1; i <= count; i++) {
      const tunables = {
        "risk.per_trade": i / 1_000,
        "strategy.active": "trend_ema",
        "exits.trailing": true,
      };
      insertVersion(tx, { baseVersion: i === 1 ? null : i - 1, source: `proposal:${i}`, tunables }, ADA);
    }
  });
  return database;
}

describe("config versions", () => {
  test("are numbered from 1 and read back", () => {
    const database = withVersions(3);
    database.read((reader) => {
      expect(versionOf(reader, 2)).toEqual({
        version: 2,
        baseVersion: 1,
        createdAt: NOW,
        source: "proposal:2",
        tunables: { "risk.per_trade": 0.002, "strategy.active": "trend_ema", "exits.trailing": true },
      });
      expect(versionOf(reader, 4)).toBeNull();
      const page = (beforeVersion?: number) =>
        listVersions(reader, { limit: 2, beforeVersion }).map(({ version }) => version);
      expect([page(), page(2)]).toEqual([[3, 2], [1]]);
    });
  });

  test("one is in force, since when it was activated", () => {
    const database = withVersions(2);
    expect(database.read(activeVersionOrNone)).toBeNull();
    expect(() => database.read(activeVersion)).toThrow("No config version");
    database.transact(NOW + 1, (tx) => activate(tx, 1, JOB));
    database.transact(NOW + 2, (tx) => activate(tx, 2, ADA));
    database.read((reader) => {
      expect(activeVersion(reader)).toMatchObject({
        version: 2,
        since: NOW + 2,
        tunables: { "risk.per_trade": 0.002 },
      });
      expect(lastEvent(reader)).toMatchObject({ type: "config_activated", facts: { from: 1, to: 2 } });
    });
  });

  test("never change, and only one that exists can be in force", () => {
    const database = withVersions(1);
    const run = (sql: string) => () => database.transact(NOW, (tx) => tx.run(sql));
    expect(run("UPDATE config SET tunables = '{}'")).toThrow("never change");
    expect(run("DELETE FROM config")).toThrow("never change");
    expect(() => database.transact(NOW, (tx) => activate(tx, 9, ADA))).toThrow("FOREIGN KEY");
    expect(database.read(activeVersionOrNone)).toBeNull();
  });
});
