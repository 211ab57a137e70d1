/** The database: synchronous transactions that are kept whole or not at all, and consistent reads. */

import { InvariantError } from "../src/core/errors.ts";
import type { AuditEvent } from "../src/core/event.ts";
import { appendEvent } from "./audit.ts";
import { type Connection, connect, createPrivate, type DatabaseOptions } from "./connection.ts";
import { failureOf } from "./failure.ts";
import { Statements } from "./statements.ts";
import type { AuditRow, Reader, SqlParams, SqlValue, Tx, Written } from "./transaction.ts";

export type { DatabaseOptions } from "./connection.ts";
export type { Reader, Tx } from "./transaction.ts";

/** Throws InputError `database_in_use` when another process runs on it, and others that say what to mend. */
export const openDatabase = (options: DatabaseOptions): Database => new Database(options);

export class Database {
  readonly #connection: Connection;
  readonly #statements: Statements;
  readonly #reader: Reader;
  readonly #listeners = new Set<() => void>();
  #isOpen = true;
  #doing: "nothing" | "reading" | "writing" = "nothing";

  constructor(options: DatabaseOptions) {
    this.#connection = connect(options);
    this.#statements = new Statements(this.#connection.sqlite);
    this.#reader = this.#statements;
  }

  /**
   * Runs a synchronous function in one transaction at the given instant and returns its result once it is on disk.
   * Whatever it throws undoes everything; a promise or a transaction within a transaction is refused.
   * Throws OutsideError `database_write_failed` when the disk refuses; nothing is kept then.
   */
  transact<T>(now: number, run: (tx: Tx) => T): T {
    this.#assertIdle("transact");
    if (!Number.isSafeInteger(now)) {
      throw new InvariantError("bad_instant", "A transaction needs an instant in whole milliseconds.", {
        now: String(now),
      });
    }
    const tx = new OpenTx(this.#statements, now);
    this.#doing = "writing";
    let result: T;
    try {
      this.#statements.run("BEGIN IMMEDIATE");
      result = run(tx);
      refusePromise(result);
      this.#statements.run("COMMIT");
    } catch (error) {
      this.#rollback();
      throw failureOf(error, "write");
    } finally {
      tx.end();
      this.#doing = "nothing";
    }
    this.#tellListeners();
    return result;
  }

  /** Runs questions on one consistent snapshot; inside a transaction they see its changes. */
  read<T>(run: (reader: Reader) => T): T {
    if (this.#doing !== "nothing") return run(this.#reader);
    this.#assertIdle("read");
    this.#doing = "reading";
    try {
      this.#statements.run("BEGIN");
      const result = run(this.#reader);
      refusePromise(result);
      this.#statements.run("COMMIT");
      return result;
    } catch (error) {
      this.#rollback();
      throw failureOf(error, "read");
    } finally {
      this.#doing = "nothing";
    }
  }

  /**
   * Calls the listener after each transaction that was kept, outside of it. A listener that throws cannot undo what is
   * on disk, so its error surfaces on its own, as an uncaught one. The returned function ends it.
   */
  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Several statements at once, for migrations; only inside `transact`. */
  runScript(tx: Tx, sql: string): void {
    if (!(tx instanceof OpenTx) || this.#doing !== "writing") {
      throw new InvariantError("transaction_missing", "A script runs inside a transaction only.");
    }
    this.#connection.sqlite.run(sql);
  }

  /**
   * Writes a whole, compacted copy of the last committed state to a new file, readable by its owner only.
   * Throws InputError when the file is there already.
   */
  copyTo(path: string): void {
    this.#assertIdle("copy");
    createPrivate(path, "refuse");
    try {
      this.#statements.run("VACUUM INTO $path", { path });
    } catch (error) {
      throw failureOf(error, "write");
    }
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#assertIdle("close");
    this.#isOpen = false;
    this.#statements.finalizeAll();
    try {
      // A reader elsewhere may keep part of the log alive; it is then folded in at the next start.
      if (!this.#connection.isReadonly) this.#connection.sqlite.run("PRAGMA wal_checkpoint(TRUNCATE)");
    } finally {
      this.#connection.close();
    }
  }

  #assertIdle(doing: string): void {
    if (!this.#isOpen) throw new InvariantError("database_closed", "The database is closed.", { doing });
    if (this.#doing === "nothing") return;
    throw new InvariantError("transaction_nested", `Cannot ${doing} while ${this.#doing}.`, { doing });
  }

  /** SQLite has often undone it by itself after a disk error. */
  #rollback(): void {
    if (this.#connection.sqlite.inTransaction) this.#statements.run("ROLLBACK");
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        void Promise.reject(error);
      }
    }
  }
}

function refusePromise(result: unknown): void {
  if (typeof (result as { then?: unknown } | null | undefined)?.then !== "function") return;
  // What the promise does later finds the transaction ended; that second error must not hide this one.
  Promise.resolve(result).catch(() => {});
  throw new InvariantError("transaction_async", "A transaction takes a synchronous function, not a promise.");
}

class OpenTx implements Tx {
  readonly now: number;
  #statements: Statements | null;

  constructor(statements: Statements, now: number) {
    this.#statements = statements;
    this.now = now;
  }

  get<Row>(sql: string, params?: SqlParams): Row | null {
    return this.#open().get<Row>(sql, params);
  }

  all<Row>(sql: string, params?: SqlParams): Row[] {
    return this.#open().all<Row>(sql, params);
  }

  iterate<Row>(sql: string, params?: SqlParams): IterableIterator<Row> {
    return this.#open().iterate<Row>(sql, params);
  }

  values<Row extends readonly SqlValue[]>(sql: string, params?: SqlParams): Row[] {
    return this.#open().values<Row>(sql, params);
  }

  run(sql: string, params?: SqlParams): Written {
    return this.#open().run(sql, params);
  }

  audit(event: AuditEvent): AuditRow {
    this.#open();
    return appendEvent(this, event);
  }

  end(): void {
    this.#statements = null;
  }

  #open(): Statements {
    if (this.#statements !== null) return this.#statements;
    throw new InvariantError("transaction_ended", "A transaction was used after it had ended.");
  }
}
