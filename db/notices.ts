/** Notices: facts that people must hear, inserted in the transaction that caused them and expanded per chat later. */
import { type Actor, actorLabel } from "../src/core/actor.ts";
import { canonicalJson } from "../src/core/canonical-json.ts";
import type { Facts } from "../src/core/errors.ts";
import type { Notice, NoticeLevel } from "../src/core/notice.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface StoredNotice extends Notice {
  readonly id: number;
  readonly at: number;
  /** When the chats were last told, by people's clock; null while it waits. */
  readonly expandedAt: number | null;
  /** Critical ones wait for a person's word: when it came, and whose it was. */
  readonly acknowledgedAt: number | null;
  readonly acknowledgedBy: string | null;
  /** When it was told once more for want of that word, and when trading was paused for it; by people's clock. */
  readonly repeatedAt: number | null;
  readonly escalatedAt: number | null;
}

export function insertNotice(tx: Tx, { kind, level, topic, facts }: Notice): number {
  return tx.run(
    "INSERT INTO notices (at, kind, level, topic, facts) VALUES ($now, $kind, $level, $topic, $facts)",
    { now: tx.now, kind, level, topic, facts: canonicalJson(facts) },
  ).lastId;
}

const COLUMNS = `id, at, kind, level, topic, facts, expanded_at AS expandedAt, acknowledged_at AS acknowledgedAt,
  acknowledged_by AS acknowledgedBy, repeated_at AS repeatedAt, escalated_at AS escalatedAt`;

type StoredRow = Omit<StoredNotice, "facts"> & { readonly facts: string };

const noticeOf = (row: StoredRow): StoredNotice => ({ ...row, facts: JSON.parse(row.facts) as Facts });

/** Those the chats are still to be told of, oldest first. */
export const waitingNotices = (reader: Reader, limit: number): StoredNotice[] =>
  reader
    .all<StoredRow>(`SELECT ${COLUMNS} FROM notices WHERE expanded_at IS NULL ORDER BY id LIMIT $limit`, {
      limit,
    })
    .map(noticeOf);

export function noticeById(reader: Reader, id: number): StoredNotice | null {
  const row = reader.get<StoredRow>(`SELECT ${COLUMNS} FROM notices WHERE id = $id`, { id });
  return row === null ? null : noticeOf(row);
}

/** True once: the caller that gets it writes the deliveries in the same transaction. */
export const markExpanded = (tx: Tx, id: number): boolean =>
  tx.run("UPDATE notices SET expanded_at = $now WHERE id = $id AND expanded_at IS NULL", { id, now: tx.now })
    .changes === 1;

/** How far back a kind or an instant is looked for: they have no index of their own. */
const NEWEST_SEARCHED = 5_000;
const IS_NEW = `id > (SELECT max(id) FROM notices) - ${NEWEST_SEARCHED}`;

/** When the latest notice of a kind was made, among the newest; null when there is none. */
export const lastNoticeAt = (reader: Reader, kind: Notice["kind"]): number | null =>
  reader.get<{ at: number }>(
    `SELECT at FROM notices WHERE kind = $kind AND ${IS_NEW} ORDER BY id DESC LIMIT 1`,
    { kind },
  )?.at ?? null;

/** How many of a level were made from one instant to another, both inclusive, among the newest. */
export const countNotices = (reader: Reader, level: NoticeLevel, fromAt: number, toAt: number): number =>
  reader.get<{ n: number }>(
    `SELECT count(*) AS n FROM notices WHERE level = $level AND at >= $fromAt AND at <= $toAt AND ${IS_NEW}`,
    { level, fromAt, toAt },
  )?.n ?? 0;

const IS_OPEN = "level = 'critical' AND acknowledged_at IS NULL";

/** Critical notices that nobody has acknowledged, oldest first. */
export const openAlerts = (reader: Reader): StoredNotice[] =>
  reader.all<StoredRow>(`SELECT ${COLUMNS} FROM notices WHERE ${IS_OPEN} ORDER BY id`).map(noticeOf);

/**
 * A person has seen it: with it everything critical of the same instant, which is the same event told twice; with null
 * whatever is open. Those that chats were told of wait again, so that their cards are brought up to date. Oldest first.
 */
export function acknowledgeAlerts(tx: Tx, id: number | null, actor: Actor): StoredNotice[] {
  const wanted = id === null ? "" : "AND at = (SELECT at FROM notices WHERE id = $id)";
  const acknowledged = tx
    .all<StoredRow>(
      `UPDATE notices SET acknowledged_at = $now, acknowledged_by = $by,
         expanded_at = iif(EXISTS (SELECT 1 FROM deliveries WHERE notice_id = notices.id), NULL, expanded_at)
       WHERE ${IS_OPEN} ${wanted} RETURNING ${COLUMNS}`,
      { now: tx.now, by: actorLabel(actor), ...(id !== null && { id }) },
    )
    .map(noticeOf)
    .sort((a, b) => a.id - b.id);
  if (acknowledged.length > 0) {
    auditAlert(tx, "alert_acknowledged", actor, acknowledged, "was acknowledged");
  }
  return acknowledged;
}

/** Nobody answered: it waits again, to be told everywhere. True once. */
export function repeatAlert(tx: Tx, notice: StoredNotice, at: number, actor: Actor): boolean {
  const sql = `UPDATE notices SET repeated_at = $at, expanded_at = NULL
    WHERE id = $id AND ${IS_OPEN} AND repeated_at IS NULL`;
  if (tx.run(sql, { id: notice.id, at }).changes === 0) return false;
  auditAlert(tx, "alert_repeated", actor, [notice], "was repeated: nobody acknowledged it");
  return true;
}

/** Nobody answered again, so that trading is paused. True once. */
export function escalateAlert(tx: Tx, notice: StoredNotice, at: number, actor: Actor): boolean {
  const sql = `UPDATE notices SET escalated_at = $at WHERE id = $id AND ${IS_OPEN} AND escalated_at IS NULL`;
  if (tx.run(sql, { id: notice.id, at }).changes === 0) return false;
  auditAlert(tx, "alert_escalated", actor, [notice], "was repeated and still nobody acknowledged it");
  return true;
}

function auditAlert(
  tx: Tx,
  type: string,
  actor: Actor,
  notices: readonly StoredNotice[],
  words: string,
): void {
  const names = notices.map(({ kind, id }) => `${kind} ${id}`).join(", ");
  tx.audit({
    category: "chat",
    type,
    actor,
    summary: `Alert ${names} ${words}.`,
    facts: { noticeIds: notices.map(({ id }) => id) },
  });
}
