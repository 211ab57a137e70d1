import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDatabase, type Tx } from "../../db/database.ts";
import { InputError, InvariantError, OutsideError } from "../../src/core/errors.ts";
import { JOB, memoryDatabase, NOW, temporaryDirectory } from "./test-database.ts";

const directory = temporaryDirectory();
afterAll(() => directory.remove());

function scratch() {
  const database = openDatabase({ path: ":memory:" });
  database.transact(NOW, (tx) =>
    database.runScript(tx, "CREATE TABLE notes (id INTEGER PRIMARY KEY, n INTEGER, r REAL, t TEXT) STRICT"),
  );
  const add = (tx: Tx, n: number | null) => tx.run("INSERT INTO notes (n) VALUES ($n)", { n });
  const count = () =>
    database.read((reader) => reader.get<{ n: number }>("SELECT count(*) AS n FROM notes")!.n);
  return { database, add, count };
}

const thrown = (run: () => unknown): { code?: string; message: string } => {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
};

describe("a transaction", () => {
  test("is kept whole and returns its result", () => {
    const { database, add, count } = scratch();
    expect(database.transact(NOW, (tx) => [add(tx, 1).lastId, add(tx, 2).lastId, tx.now])).toEqual([
      1,
      2,
      NOW,
    ]);
    expect(count()).toBe(2);
  });

  test("leaves nothing when it throws, and passes the error on", () => {
    const { database, add, count } = scratch();
    const error = new Error("no");
    expect(() =>
      database.transact(NOW, (tx) => {
        add(tx, 1);
        throw error;
      }),
    ).toThrow(error);
    expect(count()).toBe(0);
    database.transact(NOW, (tx) => add(tx, 1));
    expect(count()).toBe(1);
  });

  test("refuses a promise and keeps nothing of it", async () => {
    const { database, add, count } = scratch();
    const error = thrown(() =>
      database.transact(NOW, async (tx) => {
        add(tx, 1);
        await Promise.resolve();
        add(tx, 2);
      }),
    );
    expect(error).toBeInstanceOf(InvariantError);
    expect(error.code).toBe("transaction_async");
    await Bun.sleep(1);
    expect(count()).toBe(0);
  });

  test("cannot hold another, nor be closed around", () => {
    const { database, count, add } = scratch();
    for (const run of [() => database.transact(NOW, () => 1), () => database.close()]) {
      const error = thrown(() =>
        database.transact(NOW, (tx) => {
          add(tx, 1);
          run();
        }),
      );
      expect(error.code).toBe("transaction_nested");
    }
    expect(count()).toBe(0);
  });

  test("is over when its function is", () => {
    const { database, add } = scratch();
    const kept = database.transact(NOW, (tx) => tx);
    expect(thrown(() => add(kept, 1)).code).toBe("transaction_ended");
    expect(thrown(() => kept.get("SELECT 1")).code).toBe("transaction_ended");
  });

  test("sees its own changes through a read inside it", () => {
    const { database, add, count } = scratch();
    expect(
      database.transact(NOW, (tx) => {
        add(tx, 1);
        return count();
      }),
    ).toBe(1);
  });

  test("needs an instant in whole milliseconds", () => {
    const { database } = scratch();
    expect(thrown(() => database.transact(Number.NaN, () => 1)).code).toBe("bad_instant");
  });

  test("a broken rule of the schema is an invariant, not bad luck of the outside", () => {
    const { database } = scratch();
    const error = thrown(() =>
      database.transact(NOW, (tx) => tx.run("INSERT INTO notes (n) VALUES ('text')")),
    );
    expect(error).toBeInstanceOf(InvariantError);
    expect(error.code).toBe("database_refused");
    expect(error.message).toContain("notes.n");
  });

  test("a full disk is told with what to do, and nothing of the step stays", () => {
    const { database, count } = scratch();
    const error = thrown(() =>
      database.transact(NOW, (tx) => {
        tx.all("PRAGMA max_page_count = 4");
        for (let i = 0; i < 100; i++) tx.run("INSERT INTO notes (t) VALUES ($t)", { t: "x".repeat(1_000) });
      }),
    );
    expect(error).toBeInstanceOf(OutsideError);
    expect(error.code).toBe("database_write_failed");
    expect(error.message).toContain("Free disk space");
    expect(count()).toBe(0);
  });
});

describe("numbers", () => {
  test("come back exact to the last one that is", () => {
    const { database, add } = scratch();
    const numbers = [0, -1, 4_294_967_296, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    database.transact(NOW, (tx) => numbers.forEach((n) => void add(tx, n)));
    database.read((reader) => {
      expect(reader.all("SELECT n FROM notes ORDER BY id")).toEqual(numbers.map((n) => ({ n })));
      expect([...reader.iterate("SELECT n FROM notes ORDER BY id")]).toEqual(numbers.map((n) => ({ n })));
      expect(reader.values("SELECT n FROM notes ORDER BY id")).toEqual(numbers.map((n) => [n]));
    });
  });

  test.each(["9007199254740992", "-9007199254740993"])(
    "%s in the database throws rather than lose a digit",
    (n) => {
      const { database } = scratch();
      database.transact(NOW, (tx) => tx.run(`INSERT INTO notes (n) VALUES (${n})`));
      const sql = "SELECT n FROM notes";
      const reads = [
        () => database.read((reader) => reader.get(sql)),
        () => database.read((reader) => reader.all(sql)),
        () => database.read((reader) => reader.values(sql)),
        () => database.read((reader) => [...reader.iterate(sql)]),
      ];
      for (const read of reads) expect(thrown(read).code).toBe("integer_too_wide");
    },
  );

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 60)])("%p is not stored", (n) => {
    const { database } = scratch();
    const store = (params: { r: number } | number[], sql: string) =>
      thrown(() => database.transact(NOW, (tx) => tx.run(sql, params))).code;
    expect(store({ r: n }, "INSERT INTO notes (r) VALUES ($r)")).toBe("number_not_storable");
    expect(store([n], "INSERT INTO notes (r) VALUES (?)")).toBe("number_not_storable");
  });

  test("a value that is missing throws instead of becoming NULL", () => {
    const { database } = scratch();
    const insert = () =>
      database.transact(NOW, (tx) => tx.run("INSERT INTO notes (n, r) VALUES ($n, $r)", { n: 1 }));
    expect(insert).toThrow('Missing parameter "r"');
  });

  test("a question asked again while its rows are read one by one disturbs nothing", () => {
    const { database, add } = scratch();
    database.transact(NOW, (tx) => [1, 2, 3].forEach((n) => void add(tx, n)));
    const seen = database.read((reader) => {
      const rows: number[] = [];
      for (const { n } of reader.iterate<{ n: number }>("SELECT n FROM notes ORDER BY id")) {
        rows.push(n);
        for (const other of reader.iterate<{ n: number }>("SELECT n FROM notes ORDER BY id"))
          rows.push(other.n * 10);
      }
      return rows;
    });
    expect(seen).toEqual([1, 10, 20, 30, 2, 10, 20, 30, 3, 10, 20, 30]);
  });
});

describe("listeners", () => {
  test("hear of a commit after it, never of a rollback, and not after they left", () => {
    const { database, add, count } = scratch();
    const heard: number[] = [];
    const leave = database.onCommit(() => heard.push(count()));
    database.transact(NOW, (tx) => add(tx, 1));
    expect(() =>
      database.transact(NOW, () => {
        throw new Error("no");
      }),
    ).toThrow();
    database.read((reader) => reader.get("SELECT 1"));
    leave();
    database.transact(NOW, (tx) => add(tx, 2));
    expect(heard).toEqual([1]);
  });
});

describe("the file", () => {
  const open = (name: string) => openDatabase({ path: join(directory.path, name) });

  test("is opened the safe way", () => {
    const database = open("safe/trading.db");
    const pragma = (name: string) => database.read((reader) => reader.values(`PRAGMA ${name}`)[0]?.[0]);
    expect({
      journal: pragma("journal_mode"),
      synchronous: pragma("synchronous"),
      busy: pragma("busy_timeout"),
      keys: pragma("foreign_keys"),
      recursive: pragma("recursive_triggers"),
      trusted: pragma("trusted_schema"),
      cells: pragma("cell_size_check"),
    }).toEqual({ journal: "wal", synchronous: 2, busy: 5_000, keys: 1, recursive: 1, trusted: 0, cells: 1 });
    database.close();
  });

  test("and all beside it belong to the owner alone, whatever the umask", () => {
    const before = process.umask(0);
    try {
      const database = open("private/deep/trading.db");
      database.transact(NOW, (tx) => database.runScript(tx, "CREATE TABLE t (x INTEGER) STRICT"));
      const folder = join(directory.path, "private/deep");
      const files = readdirSync(folder).sort();
      expect(files).toEqual(["trading.db", "trading.db-shm", "trading.db-wal", "trading.db.lock"]);
      for (const file of files)
        expect([file, statSync(join(folder, file)).mode & 0o777]).toEqual([file, 0o600]);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      database.close();
    } finally {
      process.umask(before);
    }
  });

  test.each(["trading.db", "trading.db-wal", "trading.db-shm", "trading.db.lock"])(
    "a %s that others can reach is refused with the command that mends it",
    (file) => {
      const folder = join(directory.path, `exposed-${file}`);
      mkdirSync(folder, { mode: 0o700 });
      writeFileSync(join(folder, file), "", { mode: 0o600 });
      chmodSync(join(folder, file), 0o640);
      const error = thrown(() => openDatabase({ path: join(folder, "trading.db") }));
      expect(error).toBeInstanceOf(InputError);
      expect(error.code).toBe("database_file_exposed");
      expect(error.message).toContain(`chmod 600 "${join(folder, file)}"`);
    },
  );

  test("a directory that others can reach is refused with the command that mends it", () => {
    const folder = join(directory.path, "exposed");
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    const error = thrown(() => openDatabase({ path: join(folder, "trading.db") }));
    expect(error.code).toBe("database_directory_exposed");
    expect(error.message).toContain(`chmod 700 "${folder}"`);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is folded into one when closed, and everything is there again", () => {
    const first = open("closed/trading.db");
    first.transact(NOW, (tx) => {
      first.runScript(tx, "CREATE TABLE t (x INTEGER) STRICT");
      tx.run("INSERT INTO t (x) VALUES (7)");
    });
    first.close();
    first.close();
    expect(thrown(() => first.read((reader) => reader.get("SELECT 1"))).code).toBe("database_closed");
    expect(readdirSync(join(directory.path, "closed")).sort()).toEqual(["trading.db", "trading.db.lock"]);
    const second = open("closed/trading.db");
    expect(second.read((reader) => reader.get<{ x: number }>("SELECT x FROM t"))).toEqual({ x: 7 });
    second.close();
  });

  test("a reader needs a database that exists and cannot write", () => {
    const missing = join(directory.path, "nowhere.db");
    expect(thrown(() => openDatabase({ path: missing, readonly: true })).code).toBe("database_missing");
    expect(existsSync(missing)).toBeFalse();
    const writer = open("read/trading.db");
    writer.transact(NOW, (tx) => writer.runScript(tx, "CREATE TABLE t (x INTEGER) STRICT"));
    const reader = openDatabase({ path: join(directory.path, "read/trading.db"), readonly: true });
    expect(thrown(() => reader.transact(NOW, (tx) => tx.run("INSERT INTO t (x) VALUES (1)"))).code).toBe(
      "database_write_failed",
    );
    reader.close();
    writer.close();
  });

  test("something else than a database is told apart", () => {
    const folder = join(directory.path, "noise");
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, "trading.db"), "not a database, ".repeat(100), { mode: 0o600 });
    expect(thrown(() => openDatabase({ path: join(folder, "trading.db") })).code).toBe("database_damaged");
  });

  test("a copy holds what was committed, is private, and never overwrites", () => {
    const database = memoryDatabase();
    const path = join(directory.path, "copy.db");
    database.transact(NOW, (tx) =>
      tx.audit({ category: "system", type: "noted", actor: JOB, summary: "Noted.", facts: {} }),
    );
    database.copyTo(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const copy = openDatabase({ path, readonly: true });
    const count = "SELECT count(*) AS n FROM events_log";
    expect(copy.read((reader) => reader.get<{ n: number }>(count))).toEqual(
      database.read((reader) => reader.get<{ n: number }>(count)),
    );
    copy.close();
    expect(thrown(() => database.copyTo(path)).code).toBe("file_exists");
  });
});
