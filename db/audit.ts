/** The audit log: appended to inside the transaction it tells of, and asked for by people. */
import type { Actor } from "../src/core/actor.ts";
import { canonicalJson } from "../src/core/canonical-json.ts";
import type { AuditEvent, EventCategory, JsonValue } from "../src/core/event.ts";
import { frameOf, GENESIS_HASH, sha256 } from "./audit-frame.ts";
import type { AuditRow, Reader, SqlValue, Tx } from "./transaction.ts";

export type { AuditRow } from "./transaction.ts";

export interface AuditHead {
  /** 0 when the log is empty. */
  readonly seq: number;
  readonly hash: string;
}

/** The next row of the chain. The head is read from the table each time: one kept in memory would outlive a rollback. */
export function appendEvent(tx: Tx, event: AuditEvent): AuditRow {
  const last = lastRow(tx);
  const prevHash = last?.hash ?? GENESIS_HASH;
  const row = {
    seq: (last?.seq ?? 0) + 1,
    at: tx.now,
    category: event.category,
    type: event.type.toWellFormed(),
    actor: canonicalJson({ ...event.actor }),
    summary: event.summary.toWellFormed(),
    facts: canonicalJson(event.facts),
    prevHash,
  };
  const hash = sha256(frameOf(row));
  tx.run(
    `INSERT INTO events_log (seq, at, category, type, actor, summary, facts, prev_hash, hash)
     VALUES ($seq, $at, $category, $type, $actor, $summary, $facts, $prevHash, $hash)`,
    { ...row, hash },
  );
  return { ...event, seq: row.seq, at: row.at, prevHash: prevHash.toHex(), hash: hash.toHex() };
}

const lastRow = (reader: Reader): { seq: number; hash: Uint8Array } | null =>
  reader.get("SELECT seq, hash FROM events_log ORDER BY seq DESC LIMIT 1");

export function auditHead(reader: Reader): AuditHead {
  const last = lastRow(reader);
  return { seq: last?.seq ?? 0, hash: (last?.hash ?? GENESIS_HASH).toHex() };
}

/** The stored hash of one row, to hold against a checkpoint; null when the row is not there. */
export function auditHashAt(reader: Reader, seq: number): string | null {
  const row = reader.get<{ hash: Uint8Array }>("SELECT hash FROM events_log WHERE seq = $seq", { seq });
  return row === null ? null : row.hash.toHex();
}

export interface EventQuery {
  readonly category?: EventCategory | undefined;
  readonly type?: string | undefined;
  /** Part of an actor's label, such as `person:1` or `telegram`. */
  readonly actor?: string | undefined;
  /** Part of the summary, the type or the facts; upper and lower case are the same for a–z. */
  readonly text?: string | undefined;
  /** Inclusive. */
  readonly fromAt?: number | undefined;
  /** Exclusive. */
  readonly toAt?: number | undefined;
  /** Only rows before this number: the last seq of the page before. */
  readonly beforeSeq?: number | undefined;
  readonly limit: number;
}

/** `actorLabel` of core in SQL. */
const ACTOR_LABEL_SQL = `CASE WHEN NOT json_valid(actor) THEN '' ELSE CASE actor ->> 'kind'
  WHEN 'person' THEN concat('person:', actor ->> 'personId', '@', actor ->> 'platform')
  WHEN 'stranger' THEN concat('stranger:', actor ->> 'accountId', '@', actor ->> 'platform')
  ELSE concat(actor ->> 'kind', ':', actor ->> 'name') END END`;

const CONDITIONS = {
  category: "category = $category",
  type: "type = $type",
  actor: `${ACTOR_LABEL_SQL} LIKE $actor ESCAPE '\\'`,
  text: "(summary LIKE $text ESCAPE '\\' OR type LIKE $text ESCAPE '\\' OR facts LIKE $text ESCAPE '\\')",
  fromAt: "at >= $fromAt",
  toAt: "at < $toAt",
  beforeSeq: "seq < $beforeSeq",
} as const;

/** Newest first. */
export function queryEvents(reader: Reader, query: EventQuery): AuditRow[] {
  const { where, params } = conditionsOf(query);
  const sql = `SELECT ${EVENT_COLUMNS} FROM events_log ${where} ORDER BY seq DESC LIMIT $limit`;
  return reader.all<StoredEvent>(sql, { ...params, limit: query.limit }).map(eventOf);
}

export const EVENT_COLUMNS = "seq, at, category, type, actor, summary, facts, prev_hash, hash";

/** A query's conditions in SQL; an empty text when it has none. */
export function conditionsOf(query: Omit<EventQuery, "limit">): {
  readonly where: string;
  readonly params: Readonly<Record<string, SqlValue>>;
} {
  const params: Record<string, SqlValue> = {};
  const conditions: string[] = [];
  for (const name of Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]) {
    const value = query[name];
    if (value === undefined) continue;
    conditions.push(CONDITIONS[name]);
    params[name] = name === "actor" || name === "text" ? containing(String(value)) : value;
  }
  return { where: conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`, params };
}

const containing = (text: string): string => `%${text.replace(/[\\%_]/g, "\\$&")}%`;

export interface StoredEvent {
  readonly seq: number;
  readonly at: number;
  readonly category: EventCategory;
  readonly type: string;
  readonly actor: string;
  readonly summary: string;
  readonly facts: string;
  readonly prev_hash: Uint8Array;
  readonly hash: Uint8Array;
}

export const eventOf = (row: StoredEvent): AuditRow => ({
  seq: row.seq,
  at: row.at,
  category: row.category,
  type: row.type,
  actor: parsed<Actor>(row.actor) ?? { kind: "system", name: "unreadable" },
  summary: row.summary,
  facts: parsed<{ readonly [key: string]: JsonValue }>(row.facts) ?? { unreadable: row.facts },
  prevHash: row.prev_hash.toHex(),
  hash: row.hash.toHex(),
});

/** A row that was tampered with must still be shown; that it was is the verifier's word. */
function parsed<T>(json: string): T | null {
  try {
    return JSON.parse(json) as T;
  } catch {
    return null;
  }
}
