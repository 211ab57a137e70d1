/** Prepared statements kept for the life of a connection, exact integers out, finite numbers in. */
import type { SQLQueryBindings, Database as Sqlite, Statement } from "bun:sqlite";
import { InvariantError } from "../src/core/errors.ts";
import type { SqlParams, SqlValue, Written } from "./transaction.ts";

type RawRow = Record<string, SqlValue | bigint>;

export class Statements {
  readonly #sqlite: Sqlite;
  readonly #kept = new Map<string, Statement<RawRow, SQLQueryBindings[]>>();

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite;
  }

  get<Row>(sql: string, params?: SqlParams): Row | null {
    const row = this.#prepared(sql).get(...bindings(params));
    return row === null ? null : (withNumbers(row) as Row);
  }

  all<Row>(sql: string, params?: SqlParams): Row[] {
    const rows = this.#prepared(sql).all(...bindings(params));
    for (const row of rows) withNumbers(row);
    return rows as Row[];
  }

  *iterate<Row>(sql: string, params?: SqlParams): IterableIterator<Row> {
    // A statement of its own: the kept one would be reset by anyone who asks the same question meanwhile.
    const statement = this.#sqlite.prepare<RawRow, SQLQueryBindings[]>(sql);
    try {
      for (const row of statement.iterate(...bindings(params))) yield withNumbers(row) as Row;
    } finally {
      statement.finalize();
    }
  }

  values<Row extends readonly SqlValue[]>(sql: string, params?: SqlParams): Row[] {
    const rows: unknown[][] = this.#prepared(sql).values(...bindings(params));
    for (const row of rows) {
      for (let i = 0; i < row.length; i++)
        if (typeof row[i] === "bigint") row[i] = exactNumber(row[i] as bigint);
    }
    return rows as unknown as Row[];
  }

  run(sql: string, params?: SqlParams): Written {
    const { changes, lastInsertRowid } = this.#prepared(sql).run(...bindings(params));
    return { changes, lastId: Number(lastInsertRowid) };
  }

  finalizeAll(): void {
    for (const statement of this.#kept.values()) statement.finalize();
    this.#kept.clear();
  }

  #prepared(sql: string): Statement<RawRow, SQLQueryBindings[]> {
    let statement = this.#kept.get(sql);
    if (statement === undefined) {
      statement = this.#sqlite.prepare<RawRow, SQLQueryBindings[]>(sql);
      this.#kept.set(sql, statement);
    }
    return statement;
  }
}

function exactNumber(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new InvariantError("integer_too_wide", "The database holds an integer beyond 2^53.", {
    value: String(value),
  });
}

function withNumbers(row: RawRow): RawRow {
  for (const name in row) {
    const value = row[name];
    if (typeof value === "bigint") row[name] = exactNumber(value);
  }
  return row;
}

function bindings(params: SqlParams | undefined): SQLQueryBindings[] {
  if (params === undefined) return [];
  if (isList(params)) {
    for (const value of params) refuseInexact(value);
    return params as SQLQueryBindings[];
  }
  for (const name in params) refuseInexact(params[name]!);
  return [params as SQLQueryBindings];
}

const isList = (params: SqlParams): params is readonly SqlValue[] => Array.isArray(params);

/** NaN would be stored as NULL, and a whole number beyond 2^53 as something near it. */
function refuseInexact(value: SqlValue): void {
  if (typeof value !== "number") return;
  if (Number.isFinite(value) && (Math.abs(value) <= Number.MAX_SAFE_INTEGER || !Number.isInteger(value)))
    return;
  throw new InvariantError(
    "number_not_storable",
    "A number that is not finite or not exact cannot be stored.",
    {
      value: String(value),
    },
  );
}
