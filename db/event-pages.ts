/** The audit log page by page, newest first, in bounded work however long it has become. */
import {
  type AuditRow,
  auditHead,
  conditionsOf,
  EVENT_COLUMNS,
  type EventQuery,
  eventOf,
  queryEvents,
  type StoredEvent,
} from "./audit.ts";
import type { Reader, SqlValue } from "./transaction.ts";

export type EventSearch = Omit<EventQuery, "limit" | "beforeSeq">;

/** An index leads to a time span, a category or a type; what else is asked for is looked for in this many of the newest. */
const SEARCHED = 100_000;

export interface EventsWanted {
  readonly offset: number;
  readonly limit: number;
  readonly searched?: number;
}

interface Candidates {
  /** Of the index that leads, newest first. */
  readonly order: string;
  readonly where: string;
  readonly params: Readonly<Record<string, SqlValue>>;
}

/** Rows after the `offset` newest, and how many there are in all. */
export function eventsPage(
  reader: Reader,
  search: EventSearch,
  { offset, limit, searched = SEARCHED }: EventsWanted,
): { readonly rows: readonly AuditRow[]; readonly total: number } {
  if (Object.values(search).every((value) => value === undefined)) return pageOfAll(reader, offset, limit);
  const { order, where, params } = newestCandidates(reader, search, searched);
  const rows = reader.all<StoredEvent>(
    `SELECT ${EVENT_COLUMNS} FROM events_log ${where} ORDER BY ${order} LIMIT $limit OFFSET $offset`,
    { ...params, limit, offset },
  );
  const total = reader.get<{ n: number }>(`SELECT count(*) AS n FROM events_log ${where}`, params)?.n ?? 0;
  return { rows: rows.map(eventOf), total };
}

/** Events are numbered without gaps, so that a page is found by its numbers. */
function pageOfAll(reader: Reader, offset: number, limit: number): ReturnType<typeof eventsPage> {
  const { seq } = auditHead(reader);
  return { rows: queryEvents(reader, { beforeSeq: seq - offset + 1, limit }), total: seq };
}

function newestCandidates(reader: Reader, search: EventSearch, searched: number): Candidates {
  const { category, type, fromAt, toAt } = search;
  if (fromAt !== undefined || toAt !== undefined) {
    const leading = { fromAt: fromAt ?? 0, toAt };
    const oldest = oldestOf(reader, "at", conditionsOf(leading), searched);
    return { order: "at DESC, seq DESC", ...conditionsOf({ ...search, fromAt: oldest ?? leading.fromAt }) };
  }
  const leading = type === undefined ? { category } : { type };
  const oldest =
    category === undefined && type === undefined
      ? auditHead(reader).seq - searched + 1
      : oldestOf(reader, "seq", conditionsOf(leading), searched);
  const { where, params } = conditionsOf(search);
  if (oldest === null || oldest <= 1) return { order: "seq DESC", where, params };
  const bounded = where === "" ? "WHERE seq >= $oldest" : `${where} AND seq >= $oldest`;
  return { order: "seq DESC", where: bounded, params: { ...params, oldest } };
}

/** The last of the candidates, read off the index alone; null when there are fewer. */
function oldestOf(
  reader: Reader,
  column: "at" | "seq",
  { where, params }: ReturnType<typeof conditionsOf>,
  searched: number,
): number | null {
  const sql = `SELECT ${column} AS oldest FROM events_log ${where} ORDER BY ${column} DESC LIMIT 1 OFFSET $skip`;
  return reader.get<{ oldest: number }>(sql, { ...params, skip: searched - 1 })?.oldest ?? null;
}
