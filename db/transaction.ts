/** What stores are handed: a reader for questions, a transaction for changes. SQL goes through these and nowhere else. */
import type { AuditEvent } from "../src/core/event.ts";

export type SqlValue = string | number | boolean | null | Uint8Array;

/** By name (`$name` in the SQL) or, where many rows are written, by position (`?`). A missing one throws. */
export type SqlParams = Readonly<Record<string, SqlValue>> | readonly SqlValue[];

/** Rows come with integers as exact numbers; one beyond 2^53 throws `integer_too_wide` rather than lose a digit. */
export interface Reader {
  get<Row>(sql: string, params?: SqlParams): Row | null;
  all<Row>(sql: string, params?: SqlParams): Row[];
  /** One row at a time; other questions may be asked meanwhile. */
  iterate<Row>(sql: string, params?: SqlParams): IterableIterator<Row>;
  /** Rows as lists in column order, cheaper than objects for bulk reading. */
  values<Row extends readonly SqlValue[]>(sql: string, params?: SqlParams): Row[];
}

export interface Written {
  readonly changes: number;
  readonly lastId: number;
}

/** An audit event as it stands in the log. */
export interface AuditRow extends AuditEvent {
  /** Numbered without gaps from 1. */
  readonly seq: number;
  readonly at: number;
  /** SHA-256 in hexadecimal. */
  readonly prevHash: string;
  readonly hash: string;
}

/** One open transaction. It ends with the function it was handed to: kept longer, every method throws. */
export interface Tx extends Reader {
  /** The instant of the whole transaction, epoch ms. */
  readonly now: number;
  run(sql: string, params?: SqlParams): Written;
  /** Appends to the audit log; the event is kept if, and only if, the transaction is. */
  audit(event: AuditEvent): AuditRow;
}
