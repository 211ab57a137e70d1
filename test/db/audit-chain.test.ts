import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { auditHead } from "../../db/audit.ts";
import { acceptChainBreaks, type ChainReport, verifyChain } from "../../db/audit-chain.ts";
import type { Database, Tx } from "../../db/database.ts";
import { EVENT_CATEGORIES, type JsonValue } from "../../src/core/event.ts";
import { ADA, JOB, memoryDatabase, NOW } from "./test-database.ts";

function withEvents(count: number, database: Database = memoryDatabase()): Database {
  database.transact(NOW, (tx) => {
    for (let i = 0; i < count; i++) {
      tx.audit({ category: "trading", type: "noted", actor: JOB, summary: `Note ${i}: é🪙`, facts: { i } });
    }
  });
  return database;
}

/** With the triggers gone, as anyone with the file could do it. */
function tamper(database: Database, change: (tx: Tx) => void): void {
  database.transact(NOW, (tx) => {
    for (const name of ["no_update", "no_delete", "in_order"])
      tx.run(`DROP TRIGGER IF EXISTS events_log_${name}`);
    change(tx);
  });
}

const verify = (database: Database): ChainReport => database.read((reader) => verifyChain(reader));

const TEXT_FIELDS = ["category", "type", "actor", "summary", "facts"];

describe("an untouched chain", () => {
  test("verifies, and says how many rows and which head", () => {
    const database = withEvents(5);
    const head = database.read(auditHead);
    expect(verify(database)).toEqual({
      ok: true,
      rows: 6,
      headSeq: head.seq,
      headHash: head.hash,
      breaks: [],
      acceptedBreaks: [],
    });
  });

  test("verifies whatever text and facts were written: what is hashed is what is stored", () => {
    const database = memoryDatabase();
    const text = fc.string({ unit: "binary" });
    const anyText = fc.oneof(text, fc.constantFrom("\0", "a\0b", "\ud800", "\udc00x", "1,2:3", "'", ""));
    const facts = fc.dictionary(anyText, fc.jsonValue()) as fc.Arbitrary<{ [key: string]: JsonValue }>;
    fc.assert(
      fc.property(
        fc.constantFrom(...EVENT_CATEGORIES),
        anyText,
        anyText,
        facts,
        (category, type, summary, some) => {
          database.transact(NOW, (tx) =>
            tx.audit({ category, type, actor: { kind: "job", name: summary }, summary, facts: some }),
          );
        },
      ),
    );
    expect(verify(database)).toMatchObject({ ok: true, rows: 101 });
  });

  test("is the same checked in slices", () => {
    const database = withEvents(29);
    const slices = [0, 1, 2].map((i) =>
      database.read((reader) => verifyChain(reader, { fromSeq: i * 10 + 1, toSeq: i * 10 + 10 })),
    );
    expect(slices.map(({ ok, rows, headSeq }) => [ok, rows, headSeq])).toEqual([
      [true, 10, 10],
      [true, 10, 20],
      [true, 10, 30],
    ]);
    expect(slices[2]?.headHash).toBe(verify(database).headHash);
  });

  test("of many pages is followed across them, with progress", () => {
    const database = withEvents(25_000);
    const progress: number[] = [];
    const report = database.read((reader) =>
      verifyChain(reader, { onProgress: (rows) => progress.push(rows) }),
    );
    expect([report.ok, report.rows, progress]).toEqual([true, 25_001, [10_000, 20_000, 25_001]]);
  });

  test("that is empty verifies", () => {
    const database = memoryDatabase();
    tamper(database, (tx) => tx.run("DELETE FROM events_log"));
    expect(verify(database)).toMatchObject({ ok: true, rows: 0, headSeq: 0, headHash: "0".repeat(64) });
  });
});

describe("a flipped bit is found", () => {
  test.each(TEXT_FIELDS)("in every place of every %s", (field) => {
    const database = withEvents(3);
    tamper(database, () => {});
    for (const seq of [1, 2, 4]) {
      const read = `SELECT CAST(${field} AS BLOB) AS bytes FROM events_log WHERE seq = ${seq}`;
      const { bytes } = database.read((reader) => reader.get<{ bytes: Uint8Array }>(read))!;
      const write = (value: Uint8Array) =>
        database.transact(NOW, (tx) =>
          tx.run(`UPDATE events_log SET ${field} = CAST($value AS TEXT) WHERE seq = ${seq}`, { value }),
        );
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        write(flipped(bytes, bit));
        expect([bit, verify(database).firstBad]).toEqual([bit, { seq, problem: "hash_mismatch" }]);
      }
      write(bytes);
      expect(verify(database).ok).toBeTrue();
    }
  });

  test.each(["prev_hash", "hash"])("in every place of every %s", (field) => {
    const database = withEvents(3);
    tamper(database, () => {});
    for (const seq of [1, 2, 4]) {
      const read = `SELECT ${field} AS bytes FROM events_log WHERE seq = ${seq}`;
      const { bytes } = database.read((reader) => reader.get<{ bytes: Uint8Array }>(read))!;
      const write = (value: Uint8Array) =>
        database.transact(NOW, (tx) =>
          tx.run(`UPDATE events_log SET ${field} = $value WHERE seq = ${seq}`, { value }),
        );
      for (let bit = 0; bit < 256; bit++) {
        write(flipped(bytes, bit));
        expect([bit, verify(database).firstBad?.seq]).toEqual([bit, seq]);
      }
      write(bytes);
    }
    expect(verify(database).ok).toBeTrue();
  });

  // A seq that differs in its lowest three bits is another row's, which SQLite itself refuses.
  test.each([
    ["at", 0],
    ["seq", 3],
  ] as const)("in every place of %s from bit %i on", (field, lowest) => {
    const database = withEvents(3);
    tamper(database, () => {});
    const set = (tx: Tx, from: number, to: number) =>
      tx.run(`UPDATE events_log SET ${field} = $to WHERE ${field} = $from AND summary LIKE 'Note 1%'`, {
        from,
        to,
      });
    for (let bit = lowest; bit < 53; bit++) {
      database.transact(NOW, (tx) => {
        const value = field === "at" ? NOW : 3;
        const other = Number(BigInt(value) ^ (1n << BigInt(bit)));
        expect(set(tx, value, other).changes).toBe(1);
        expect([bit, verifyChain(tx).ok]).toEqual([bit, false]);
        set(tx, other, value);
      });
    }
    expect(verify(database).ok).toBeTrue();
  });

  test("in a type: the same bytes as a blob are not the text that was written", () => {
    const database = withEvents(3);
    tamper(database, (tx) => {
      // A table without STRICT stands for a file whose record headers were changed.
      tx.run("CREATE TABLE loose AS SELECT * FROM events_log ORDER BY seq");
      tx.run("DROP TABLE events_log");
      tx.run("ALTER TABLE loose RENAME TO events_log");
    });
    expect(verify(database).ok).toBeTrue();
    database.transact(NOW, (tx) => tx.run("UPDATE events_log SET facts = CAST(facts AS BLOB) WHERE seq = 3"));
    expect(verify(database).firstBad).toEqual({ seq: 3, problem: "wrong_type" });
  });
});

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

describe("a row is found that was", () => {
  const rest = "at, category, type, actor, summary, facts, prev_hash";
  const swap = (tx: Tx, a: number, b: number) => {
    tx.run(`UPDATE events_log SET seq = -1 WHERE seq = ${a}`);
    tx.run(`UPDATE events_log SET seq = ${a} WHERE seq = ${b}`);
    tx.run(`UPDATE events_log SET seq = ${b} WHERE seq = -1`);
  };
  test.each<[string, (tx: Tx) => void, ChainReport["firstBad"]]>([
    [
      "dropped",
      (tx) => tx.run("DELETE FROM events_log WHERE seq = 3"),
      { seq: 4, problem: "number_missing" },
    ],
    [
      "dropped at the start",
      (tx) => tx.run("DELETE FROM events_log WHERE seq = 1"),
      { seq: 2, problem: "number_missing" },
    ],
    [
      "dropped, and the later ones renumbered",
      (tx) => {
        tx.run("DELETE FROM events_log WHERE seq = 3");
        tx.run("UPDATE events_log SET seq = seq - 1 WHERE seq > 3");
      },
      { seq: 3, problem: "hash_mismatch" },
    ],
    ["swapped with another", (tx) => swap(tx, 2, 4), { seq: 2, problem: "hash_mismatch" }],
    [
      "inserted between",
      (tx) => {
        for (const seq of [6, 5, 4]) tx.run(`UPDATE events_log SET seq = ${seq + 1} WHERE seq = ${seq}`);
        tx.run(
          `INSERT INTO events_log (seq, ${rest}, hash) SELECT 4, ${rest}, randomblob(32) FROM events_log WHERE seq = 3`,
        );
      },
      { seq: 4, problem: "hash_mismatch" },
    ],
    [
      "copied to the end",
      (tx) =>
        tx.run(
          `INSERT INTO events_log (seq, ${rest}, hash) SELECT 7, ${rest}, randomblob(32) FROM events_log WHERE seq = 6`,
        ),
      { seq: 7, problem: "hash_mismatch" },
    ],
    [
      "written anew, with a right hash of its own",
      (tx) => {
        tx.run("DELETE FROM events_log WHERE seq >= 5");
        tx.audit({ category: "trading", type: "noted", actor: ADA, summary: "Forged.", facts: {} });
        tx.run("UPDATE events_log SET summary = 'Note 9' WHERE seq = 4");
      },
      { seq: 4, problem: "hash_mismatch" },
    ],
  ])("%s", (_, change, firstBad) => {
    const database = withEvents(5);
    tamper(database, change);
    expect(verify(database)).toMatchObject({ ok: false, firstBad });
  });

  test("rehashed without its followers breaks the link", () => {
    const database = withEvents(5);
    const other = withEvents(1);
    const forged = other.transact(NOW, (tx) => {
      for (let i = 0; i < 1; i++)
        tx.audit({ category: "trading", type: "noted", actor: ADA, summary: "Forged.", facts: {} });
      return tx.get<Record<string, string | number | Uint8Array>>("SELECT * FROM events_log WHERE seq = 3")!;
    });
    tamper(database, (tx) => {
      tx.run(
        `UPDATE events_log SET at = $at, category = $category, type = $type, actor = $actor, summary = $summary,
           facts = $facts, prev_hash = $prev_hash, hash = $hash WHERE seq = $seq`,
        forged,
      );
    });
    // The head of the other log after the same two rows is the same, so only the next row's link shows it.
    expect(verify(database).firstBad).toEqual({ seq: 4, problem: "link_broken" });
  });

  test("cut from the end is not: the rest is a valid chain, which is why heads are also kept elsewhere", () => {
    const database = withEvents(5);
    tamper(database, (tx) => tx.run("DELETE FROM events_log WHERE seq > 4"));
    expect(verify(database)).toMatchObject({ ok: true, headSeq: 4 });
  });
});

describe("a break that a person accepted", () => {
  const broken = () => {
    const database = withEvents(5);
    tamper(database, (tx) => tx.run("UPDATE events_log SET summary = 'changed' WHERE seq = 3"));
    return database;
  };
  const accept = (database: Database) =>
    database.transact(NOW, (tx) => acceptChainBreaks(tx, verifyChain(tx).breaks, "disk fault", ADA));

  test("stays visible, and the chain goes on from a row that names the old head", () => {
    const database = broken();
    const head = database.read(auditHead);
    const row = accept(database);
    expect(row.facts).toMatchObject({ headSeq: head.seq, headHash: head.hash, reason: "disk fault" });
    withEvents(2, database);
    expect(verify(database)).toMatchObject({ ok: true, rows: 9, breaks: [], acceptedBreaks: [{ seq: 3 }] });
  });

  test("hides neither a later change to the same row nor a break elsewhere", () => {
    const database = broken();
    accept(database);
    tamper(database, (tx) => tx.run("UPDATE events_log SET summary = 'changed again' WHERE seq = 3"));
    expect(verify(database).firstBad).toEqual({ seq: 3, problem: "hash_mismatch" });
    const other = broken();
    accept(other);
    tamper(other, (tx) => tx.run("DELETE FROM events_log WHERE seq = 5"));
    expect(verify(other).firstBad).toEqual({ seq: 6, problem: "number_missing" });
  });

  test("counts only when the accepting row itself is unbroken", () => {
    const database = broken();
    const { seq } = accept(database);
    tamper(database, (tx) => tx.run(`UPDATE events_log SET summary = 'forged' WHERE seq = ${seq}`));
    expect(verify(database).breaks.map((one) => one.seq)).toEqual([3, seq]);
  });
});
