import { describe, expect, test } from "bun:test";
import { auditHashAt, auditHead, queryEvents } from "../../db/audit.ts";
import type { Database } from "../../db/database.ts";
import type { AuditEvent } from "../../src/core/event.ts";
import { ADA, JOB, memoryDatabase, NOW } from "./test-database.ts";

const event = (change: Partial<AuditEvent> = {}): AuditEvent => ({
  category: "trading",
  type: "noted",
  actor: JOB,
  summary: "Noted.",
  facts: {},
  ...change,
});

const append = (database: Database, change: Partial<AuditEvent> = {}, now = NOW) =>
  database.transact(now, (tx) => tx.audit(event(change)));

describe("an audit event", () => {
  test("gets the next number and the hash of the one before", () => {
    const database = memoryDatabase();
    const first = append(database);
    const second = append(database, {}, NOW + 1);
    expect([second.seq, second.at, second.prevHash]).toEqual([first.seq + 1, NOW + 1, first.hash]);
    expect(database.read(auditHead)).toEqual({ seq: second.seq, hash: second.hash });
    expect(database.read((reader) => auditHashAt(reader, first.seq))).toBe(first.hash);
    expect(database.read((reader) => auditHashAt(reader, 99))).toBeNull();
  });

  test("the very first follows 32 zero bytes", () => {
    const database = memoryDatabase();
    const [first] = database.read((reader) => queryEvents(reader, { beforeSeq: 2, limit: 1 }));
    expect(first?.prevHash).toBe("0".repeat(64));
  });

  test("is gone with a transaction that is undone, and the next takes its number", () => {
    const database = memoryDatabase();
    const before = database.read(auditHead);
    expect(() =>
      database.transact(NOW, (tx) => {
        tx.audit(event());
        tx.audit(event());
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(database.read(auditHead)).toEqual(before);
    expect(append(database).prevHash).toBe(before.hash);
  });

  test("reads back as it was told", () => {
    const database = memoryDatabase();
    const told = append(database, {
      actor: ADA,
      facts: { b: [1, null], a: { ключ: "значение" } },
      summary: "Готово 🪙",
    });
    expect(database.read((reader) => queryEvents(reader, { limit: 1 }))).toEqual([told]);
  });

  test("with a number that is not finite is refused", () => {
    expect(() => append(memoryDatabase(), { facts: { pnl: Number.NaN } })).toThrow("not finite");
  });
});

describe("the log refuses", () => {
  const columns = "at, category, type, actor, summary, facts, prev_hash, hash";
  const copyAs = (seq: string) =>
    `(seq, ${columns}) SELECT ${seq}, at, category, type, actor, summary, facts, prev_hash, randomblob(32) FROM events_log WHERE seq = 1`;
  test.each([
    ["an update", "UPDATE events_log SET summary = 'x' WHERE seq = 1", "append-only"],
    ["a deletion", "DELETE FROM events_log WHERE seq = 1", "append-only"],
    ["the deletion of everything", "DELETE FROM events_log", "append-only"],
    ["a replacement", `INSERT OR REPLACE INTO events_log ${copyAs("1")}`, "next number"],
    [
      "a replacement that hits the hash",
      `INSERT OR REPLACE INTO events_log (seq, ${columns}) SELECT 4, ${columns} FROM events_log WHERE seq = 1`,
      "append-only",
    ],
    [
      "an upsert",
      `INSERT INTO events_log ${copyAs("1")} ON CONFLICT (seq) DO UPDATE SET summary = 'x'`,
      "next number",
    ],
    ["a number left out", `INSERT INTO events_log ${copyAs("5")}`, "next number"],
    ["a number before the first", `INSERT INTO events_log ${copyAs("0")}`, "next number"],
    ["a number that is not given", `INSERT INTO events_log ${copyAs("NULL")}`, "next number"],
  ])("%s", (_, sql, message) => {
    const database = memoryDatabase();
    append(database);
    append(database);
    const before = database.read((reader) => reader.all("SELECT * FROM events_log"));
    expect(() => database.transact(NOW, (tx) => tx.run(sql))).toThrow(message);
    expect(database.read((reader) => reader.all("SELECT * FROM events_log"))).toEqual(before);
  });
});

describe("asking for events", () => {
  const filled = () => {
    const database = memoryDatabase();
    append(database, { type: "order_filled", facts: { price: 100 } }, NOW + 10);
    append(
      database,
      { category: "people", type: "role_changed", actor: ADA, summary: "Grace: 100% viewer" },
      NOW + 20,
    );
    append(
      database,
      { category: "security", actor: { kind: "stranger", platform: "discord", accountId: "77" } },
      NOW + 30,
    );
    append(
      database,
      { category: "system", actor: { kind: "system", name: "start" }, summary: "under_score" },
      NOW + 40,
    );
    return (query: Omit<Parameters<typeof queryEvents>[1], "limit">) =>
      database.read((reader) => queryEvents(reader, { ...query, limit: 50 })).map(({ at }) => at - NOW);
  };

  test.each([
    [{}, [40, 30, 20, 10, 0]],
    [{ category: "people" }, [20]],
    [{ type: "order_filled" }, [10]],
    [{ actor: "person:1@telegram" }, [20]],
    [{ actor: "stranger:77@discord" }, [30]],
    [{ actor: "job:" }, [10]],
    [{ actor: "SYSTEM:start" }, [40]],
    [{ text: "grace" }, [20]],
    [{ text: "price" }, [10]],
    [{ text: "100%" }, [20]],
    [{ text: "r_s" }, [40]],
    [{ text: "\\" }, []],
    [{ fromAt: NOW + 20, toAt: NOW + 40 }, [30, 20]],
    [{ category: "trading", text: "nothing of the kind" }, []],
  ] as const)("%j", (query, expected) => {
    expect(filled()(query)).toEqual([...expected]);
  });

  test("pages from the newest on, every event once", () => {
    const database = memoryDatabase();
    for (let i = 0; i < 10; i++) append(database);
    const seen: number[] = [];
    for (let beforeSeq: number | undefined; ; beforeSeq = seen.at(-1)) {
      const page = database.read((reader) => queryEvents(reader, { beforeSeq, limit: 4 }));
      if (page.length === 0) break;
      seen.push(...page.map(({ seq }) => seq));
    }
    expect(seen).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  test("shows a row that was tampered with instead of failing on it", () => {
    const database = memoryDatabase();
    append(database);
    database.transact(NOW, (tx) => {
      tx.run("DROP TRIGGER events_log_no_update");
      tx.run("UPDATE events_log SET facts = '{', actor = 'nobody' WHERE seq = 2");
    });
    const [row] = database.read((reader) => queryEvents(reader, { limit: 1 }));
    expect([row?.actor, row?.facts]).toEqual([{ kind: "system", name: "unreadable" }, { unreadable: "{" }]);
    expect(database.read((reader) => queryEvents(reader, { actor: "nobody", limit: 1 }))).toEqual([]);
  });
});
