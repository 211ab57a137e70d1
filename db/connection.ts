/** Opens the SQLite file the safe way: readable by its owner only, fully synced, and by one process at a time. */
import { SQLiteError, Database as Sqlite } from "bun:sqlite";
import { closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { InputError, OutsideError } from "../src/core/errors.ts";
import { failureOf } from "./failure.ts";

export interface DatabaseOptions {
  /** A file, or `:memory:` in tests. */
  readonly path: string;
  /** Neither takes the process lock nor writes: for tools that look while the bot runs, and for copies. */
  readonly readonly?: boolean;
}

export interface Connection {
  readonly sqlite: Sqlite;
  readonly isReadonly: boolean;
  close(): void;
}

const IN_MEMORY = ":memory:";
const OTHERS = 0o077;
/** The longest a write waits for a reader's checkpoint or another tool, before it fails as busy. */
const BUSY_TIMEOUT_MS = 5_000;
/** A write-ahead log that grew in a long read is cut back to this at the next checkpoint. */
const WAL_LIMIT_BYTES = 64 * 1024 * 1024;

export function connect(options: DatabaseOptions): Connection {
  if (options.readonly) return connectReadonly(options.path);
  if (options.path === IN_MEMORY) return connectWith(IN_MEMORY, {}, "memory");
  const path = resolve(options.path);
  prepareFiles(path);
  const lock = lockFor(path);
  try {
    const connection = connectWith(path, { readwrite: true, create: true }, "wal");
    return { ...connection, close: () => closeBoth(connection.close, lock) };
  } catch (error) {
    lock.close(true);
    throw failureOf(error, "write");
  }
}

function closeBoth(close: () => void, lock: Sqlite): void {
  try {
    close();
  } finally {
    lock.close(true);
  }
}

function connectReadonly(path: string): Connection {
  if (modeOf(path) === null) {
    throw new InputError(
      "database_missing",
      `There is no database at ${path}; give the path of an existing one.`,
      { path },
    );
  }
  try {
    return connectWith(path, { readonly: true }, null);
  } catch (error) {
    throw failureOf(error, "read");
  }
}

function connectWith(
  path: string,
  mode: { readonly?: boolean; readwrite?: boolean; create?: boolean },
  journal: "wal" | "memory" | null,
): Connection {
  const sqlite = new Sqlite(path, { ...mode, strict: true, safeIntegers: true });
  try {
    sqlite.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    if (journal !== null) assertJournal(sqlite, journal);
    sqlite.run("PRAGMA synchronous = FULL");
    sqlite.run("PRAGMA foreign_keys = ON");
    // Without it INSERT OR REPLACE deletes rows past a BEFORE DELETE trigger.
    sqlite.run("PRAGMA recursive_triggers = ON");
    sqlite.run("PRAGMA trusted_schema = OFF");
    sqlite.run("PRAGMA cell_size_check = ON");
    sqlite.run(`PRAGMA journal_size_limit = ${WAL_LIMIT_BYTES}`);
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return { sqlite, isReadonly: mode.readonly ?? false, close: () => sqlite.close(true) };
}

function assertJournal(sqlite: Sqlite, wanted: string): void {
  const row = sqlite.query<{ journal_mode: string }, []>("PRAGMA journal_mode = WAL").get();
  if (row?.journal_mode === wanted) return;
  throw new OutsideError(
    "database_without_wal",
    "The database's file system does not support write-ahead logging; put the data directory on a local disk.",
    { journal: row?.journal_mode ?? null },
  );
}

/**
 * The directory and the files exist and belong to their owner alone. What we create is born that way; what others can
 * already reach is refused rather than mended, because nobody can say who has read or changed it.
 */
function prepareFiles(path: string): void {
  const directory = dirname(path);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const message = `The data directory ${directory} cannot be created; check the path and its owner.`;
    throw new InputError("database_directory_unusable", message, { directory }, { cause });
  }
  refuseExposed(directory, "database_directory_exposed", "700");
  for (const file of [path, `${path}.lock`]) createPrivate(file);
  for (const file of [path, `${path}-wal`, `${path}-shm`, `${path}.lock`]) {
    refuseExposed(file, "database_file_exposed", "600");
  }
}

/** SQLite gives its side files the mode of the main file, so this one decides for all. */
export function createPrivate(path: string, existing: "keep" | "refuse" = "keep"): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === "EEXIST";
    if (isThere && existing === "keep") return;
    if (isThere) throw new InputError("file_exists", `${path} exists already; name another file.`, { path });
    const message = `${path} cannot be created; check the data directory's owner and free space.`;
    throw new InputError("database_directory_unusable", message, { path }, { cause });
  }
}

function refuseExposed(path: string, code: string, mode: string): void {
  const actual = modeOf(path);
  if (actual === null || (actual & OTHERS) === 0) return;
  // A shared directory such as /tmp must not be closed to those who need it.
  const other =
    code === "database_directory_exposed"
      ? ", or give DB_PATH a folder of its own if others use this one"
      : "";
  const message = `Other users of this machine can reach ${path}; run: chmod ${mode} "${path}"${other}`;
  throw new InputError(code, message, { path, mode: (actual & 0o777).toString(8) });
}

function modeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? null;
}

/**
 * One process a database: an exclusive transaction on a file of its own, held until the process ends. The kernel drops
 * it even after kill −9, and readers of the database never touch it. Nothing else may open this file in this process:
 * closing any other descriptor of it would drop the lock.
 */
function lockFor(path: string): Sqlite {
  const lock = new Sqlite(`${path}.lock`, { readwrite: true, create: true });
  try {
    lock.run("PRAGMA busy_timeout = 0");
    lock.run("PRAGMA journal_mode = MEMORY");
    lock.run("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY")) {
      const message = `Another process already runs on ${path}; stop it first, or give this one a database of its own.`;
      throw new InputError("database_in_use", message, { path });
    }
    throw failureOf(error, "write");
  }
}
