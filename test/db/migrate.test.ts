import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../../db/database.ts";
import { integrityProblems } from "../../db/integrity.ts";
import { MIGRATIONS, type Migration, migrate } from "../../db/migrate.ts";
import { dumpOf, eventTypes, NOW } from "./test-database.ts";

const fresh = () => openDatabase({ path: ":memory:" });
const second: Migration = {
  number: MIGRATIONS.length + 1,
  name: "next_step",
  sql: "CREATE TABLE next_step (x INTEGER) STRICT",
};
const withSecond = [...MIGRATIONS, second];

const code = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return "nothing was thrown";
};

describe("migrations", () => {
  test("the list is the folder, in order and numbered without gaps", () => {
    const files = readdirSync(join(import.meta.dir, "../../db/migrations")).sort();
    expect(MIGRATIONS.map(({ name }) => `${name}.sql`)).toEqual(files);
    expect(MIGRATIONS.map(({ name }) => Number(name.slice(0, 4)))).toEqual(
      MIGRATIONS.map((_, index) => index + 1),
    );
  });

  test("bring an empty database up to date, tell the audit log, and do nothing the second time", () => {
    const database = fresh();
    const applied = migrate(database, NOW, { auto: true });
    expect(applied.map(({ number, appliedAt }) => [number, appliedAt])).toEqual(
      MIGRATIONS.map(({ number }) => [number, NOW]),
    );
    expect(database.read(eventTypes)).toEqual(MIGRATIONS.map(() => "schema_migrated"));
    const before = database.read(dumpOf);
    expect(migrate(database, NOW + 1, { auto: true })).toEqual(applied);
    expect(migrate(database, NOW + 1, { auto: false })).toEqual(applied);
    expect(database.read(dumpOf)).toBe(before);
    expect(database.read(integrityProblems)).toEqual([]);
  });

  test("are not applied unasked: the message says which command does", () => {
    const database = fresh();
    expect(() => migrate(database, NOW, { auto: false })).toThrow("run `db migrate`");
    expect(database.read(dumpOf)).toBe("[]");
  });

  test("one that fails leaves the database at the one before", () => {
    const database = fresh();
    migrate(database, NOW, { auto: true });
    const before = database.read(dumpOf);
    const broken = { ...second, sql: "CREATE TABLE half (x INTEGER) STRICT; CREATE TABLEAU other (y);" };
    expect(() => migrate(database, NOW, { auto: true, migrations: [...MIGRATIONS, broken] })).toThrow(
      "TABLEAU",
    );
    expect(database.read(dumpOf)).toBe(before);
    expect(migrate(database, NOW, { auto: true, migrations: withSecond })).toHaveLength(withSecond.length);
  });

  test("an applied one that changed is refused", () => {
    const database = fresh();
    migrate(database, NOW, { auto: true, migrations: withSecond });
    const changed = [...MIGRATIONS, { ...second, sql: `${second.sql} ` }];
    expect(code(() => migrate(database, NOW, { auto: true, migrations: changed }))).toBe("migration_changed");
  });

  test("a database of a newer program is refused", () => {
    const database = fresh();
    migrate(database, NOW, { auto: true, migrations: withSecond });
    expect(code(() => migrate(database, NOW, { auto: true }))).toBe("database_newer");
  });

  test("another program's database is refused untouched", () => {
    const database = fresh();
    database.transact(NOW, (tx) => database.runScript(tx, "CREATE TABLE theirs (x INTEGER)"));
    expect(code(() => migrate(database, NOW, { auto: true }))).toBe("database_foreign");
  });

  test("a gap in the numbers is a fault of the program", () => {
    const gap = [...MIGRATIONS, { ...second, number: second.number + 1 }];
    expect(code(() => migrate(fresh(), NOW, { auto: true, migrations: gap }))).toBe("migration_numbers");
  });

  test("every table takes the right types only", () => {
    const database = fresh();
    migrate(database, NOW, { auto: true });
    const loose = database.read((reader) =>
      reader.all(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
      ),
    );
    expect(loose).toEqual([]);
    const insert = `INSERT INTO system_state (id, state, since, reason, actor) VALUES (1, 'PAUSED', 'noon', '', '{}')`;
    expect(() => database.transact(NOW, (tx) => tx.run(insert))).toThrow(
      "cannot store TEXT value in INTEGER column",
    );
  });
});
