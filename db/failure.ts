/** SQLite's errors in the words of the house: the outside failed, or one of our own rules is broken. */
import { SQLiteError } from "bun:sqlite";
import { InvariantError, OutsideError } from "../src/core/errors.ts";

const STORAGE = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|PERM|NOMEM|NOLFS)/;
const BUSY = /^SQLITE_(BUSY|LOCKED|PROTOCOL)/;
const DAMAGED = /^SQLITE_(CORRUPT|NOTADB|FORMAT)/;

/** The typed error for whatever was thrown while the database worked; errors that are not SQLite's pass unchanged. */
export function failureOf(error: unknown, doing: "read" | "write"): unknown {
  if (!(error instanceof SQLiteError)) return error;
  const sqlite = error.code ?? "SQLITE_ERROR";
  const options = { cause: error };
  if (STORAGE.test(sqlite)) {
    const message =
      doing === "write"
        ? `The database could not be written (${sqlite}); nothing of this step was kept. Free disk space and check that the data directory is writable.`
        : `The database could not be read (${sqlite}). Check the disk and the owner of the data directory.`;
    return new OutsideError(`database_${doing}_failed`, message, { sqlite }, options);
  }
  if (BUSY.test(sqlite)) {
    const message = "Another program holds the database; close it and try again.";
    return new OutsideError("database_busy", message, { sqlite }, options);
  }
  if (DAMAGED.test(sqlite)) {
    const message = `The database file is damaged (${sqlite}); stop, keep the file, and restore the latest backup.`;
    return new OutsideError("database_damaged", message, { sqlite }, options);
  }
  return new InvariantError(
    "database_refused",
    `The database refused a statement: ${error.message}`,
    { sqlite },
    options,
  );
}
