/** Brings the schema up to date: numbered steps, each in its own transaction, and an applied one never changes. */
import { InputError, InvariantError } from "../src/core/errors.ts";
import { sha256 } from "./audit-frame.ts";
import type { Database } from "./database.ts";
import foundation from "./migrations/0001_foundation.sql" with { type: "text" };
import chatOnPhones from "./migrations/0002_chat_on_phones.sql" with { type: "text" };
import type { Reader, Tx } from "./transaction.ts";

export interface Migration {
  readonly number: number;
  /** The file's name without its ending. */
  readonly name: string;
  readonly sql: string;
}

/** In order, without gaps. */
export const MIGRATIONS: readonly Migration[] = [
  { number: 1, name: "0001_foundation", sql: foundation },
  { number: 2, name: "0002_chat_on_phones", sql: chatOnPhones },
];

export interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
  readonly appliedAt: number;
}

/**
 * Applies what is pending and returns every applied migration. Throws InputError when `auto` is off and something is
 * pending, when an applied step changed, when the database comes from a newer program, or is not ours at all.
 */
export function migrate(
  database: Database,
  now: number,
  { auto, migrations = MIGRATIONS }: { auto: boolean; migrations?: readonly Migration[] },
): readonly AppliedMigration[] {
  const pending = database.read((reader) => pendingMigrations(reader, migrations));
  if (pending.length > 0 && !auto) {
    const names = pending.map(({ name }) => name).join(", ");
    throw new InputError(
      "migrations_pending",
      `The database needs ${names}: run \`db migrate\`, then start again.`,
      {
        pending: names,
      },
    );
  }
  for (const migration of pending) database.transact(now, (tx) => apply(database, tx, migration));
  return database.read(appliedMigrations);
}

/** What is not applied yet, after checking that what is applied is what this program knows. */
export function pendingMigrations(
  reader: Reader,
  migrations: readonly Migration[] = MIGRATIONS,
): readonly Migration[] {
  for (const [index, { number, name }] of migrations.entries()) {
    if (number === index + 1) continue;
    throw new InvariantError("migration_numbers", `Migration ${name} should have number ${index + 1}.`);
  }
  const applied = appliedMigrations(reader);
  for (const [index, done] of applied.entries()) assertKnown(done, migrations[index]);
  return migrations.slice(applied.length);
}

function appliedMigrations(reader: Reader): readonly AppliedMigration[] {
  const tables = reader.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
  if (tables.some(({ name }) => name === "schema_migrations")) {
    return reader.all(
      "SELECT number, name, checksum, applied_at AS appliedAt FROM schema_migrations ORDER BY number",
    );
  }
  if (tables.length === 0) return [];
  throw new InputError(
    "database_foreign",
    "This file holds another program's database; point DB_PATH elsewhere.",
  );
}

function assertKnown(applied: AppliedMigration, known: Migration | undefined): void {
  const facts = { number: applied.number, name: applied.name };
  if (known === undefined) {
    const message = `The database was written by a newer program (it has ${applied.name}); start that version.`;
    throw new InputError("database_newer", message, facts);
  }
  if (known.number === applied.number && checksumOf(known) === applied.checksum) return;
  const message = `Migration ${applied.name} is not the one this database was made with; restore the original file or a matching version.`;
  throw new InputError("migration_changed", message, facts);
}

function apply(database: Database, tx: Tx, migration: Migration): void {
  database.runScript(
    tx,
    `CREATE TABLE IF NOT EXISTS schema_migrations (
       number INTEGER PRIMARY KEY,
       name TEXT NOT NULL UNIQUE,
       checksum TEXT NOT NULL,
       applied_at INTEGER NOT NULL
     ) STRICT`,
  );
  database.runScript(tx, migration.sql);
  const checksum = checksumOf(migration);
  tx.run(
    "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES ($number, $name, $checksum, $now)",
    {
      number: migration.number,
      name: migration.name,
      checksum,
      now: tx.now,
    },
  );
  tx.audit({
    category: "system",
    type: "schema_migrated",
    actor: { kind: "system", name: "migrate" },
    summary: `Brought the database to ${migration.name}.`,
    facts: { number: migration.number, name: migration.name, checksum },
  });
}

const checksumOf = ({ sql }: Migration): string => sha256(new TextEncoder().encode(sql)).toHex();
