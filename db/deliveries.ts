/** What goes out to chat: written with its cause, sent at least once, in order within each chat, critical first. */
import type { PlatformName } from "../src/core/actor.ts";
import { canonicalJson } from "../src/core/canonical-json.ts";
import type { JsonValue } from "../src/core/event.ts";
import type { NoticeLevel } from "../src/core/notice.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface NewDelivery {
  readonly platform: PlatformName;
  readonly chatId: string;
  readonly threadId: string;
  /** What it tells, or what it answers; both null for anything else. */
  readonly noticeId: number | null;
  readonly inboxId: number | null;
  readonly level: NoticeLevel;
  readonly body: JsonValue;
  readonly dueAt: number;
}

export interface Delivery extends NewDelivery {
  readonly id: number;
  readonly createdAt: number;
  readonly status: "due" | "sent" | "dead";
  /** Tries that failed so far. */
  readonly attempts: number;
  readonly sentAt: number | null;
  /** The platform's id of the message. */
  readonly externalId: string | null;
  readonly lastError: string | null;
}

const COLUMNS = `id, platform, chat_id AS chatId, thread_id AS threadId, notice_id AS noticeId, inbox_id AS inboxId,
  level, body, created_at AS createdAt, due_at AS dueAt, status, attempts, sent_at AS sentAt,
  external_id AS externalId, last_error AS lastError`;

type StoredRow = Omit<Delivery, "body"> & { readonly body: string };
const deliveryFrom = (row: StoredRow): Delivery => ({ ...row, body: JSON.parse(row.body) as JsonValue });

export function insertDelivery(tx: Tx, delivery: NewDelivery): number {
  const { platform, chatId, threadId, noticeId, inboxId, level, dueAt } = delivery;
  return tx.run(
    `INSERT INTO deliveries (platform, chat_id, thread_id, notice_id, inbox_id, level, body, created_at, due_at, status)
     VALUES ($platform, $chatId, $threadId, $noticeId, $inboxId, $level, $body, $now, $dueAt, 'due')`,
    {
      ...{ platform, chatId, threadId, noticeId, inboxId, level, dueAt },
      body: canonicalJson(delivery.body),
      now: tx.now,
    },
  ).lastId;
}

/**
 * What may be sent now: critical first, then the longest waiting, and at most the head of each queue. A chat has two
 * queues, critical and the rest, so that a message that must be tried again holds up its own kind only.
 */
export function dueDeliveries(
  reader: Reader,
  platform: PlatformName,
  now: number,
  limit: number,
): Delivery[] {
  return reader
    .all<StoredRow>(
      `SELECT ${COLUMNS} FROM deliveries
       WHERE id IN (SELECT min(id) FROM deliveries WHERE status = 'due' AND platform = $platform
                    GROUP BY chat_id, level = 'critical')
         AND due_at <= $now
       ORDER BY level = 'critical' DESC, id LIMIT $limit`,
      { platform, now, limit },
    )
    .map(deliveryFrom);
}

/** When the next head of a queue becomes due; null when nothing waits. */
export function nextDueAt(reader: Reader, platform: PlatformName): number | null {
  const sql = `SELECT min(due_at) AS at FROM deliveries
    WHERE id IN (SELECT min(id) FROM deliveries WHERE status = 'due' AND platform = $platform
                 GROUP BY chat_id, level = 'critical')`;
  return reader.get<{ at: number | null }>(sql, { platform })?.at ?? null;
}

export function deliveryById(reader: Reader, id: number): Delivery | null {
  const row = reader.get<StoredRow>(`SELECT ${COLUMNS} FROM deliveries WHERE id = $id`, { id });
  return row === null ? null : deliveryFrom(row);
}

/** False when it is no longer due; that it was sent again meanwhile is what “at least once” allows. */
export function markSent(tx: Tx, id: number, externalId: string | null): boolean {
  const { changes } = tx.run(
    `UPDATE deliveries SET status = 'sent', sent_at = $now, external_id = $externalId
     WHERE id = $id AND status = 'due'`,
    { id, externalId, now: tx.now },
  );
  return changes === 1;
}

/** Tried and failed; to be tried again at `dueAt`. */
export function rescheduleDelivery(tx: Tx, id: number, dueAt: number, error: string): boolean {
  const { changes } = tx.run(
    `UPDATE deliveries SET due_at = $dueAt, attempts = attempts + 1, last_error = $error
     WHERE id = $id AND status = 'due'`,
    { id, dueAt, error },
  );
  return changes === 1;
}

/** Given up, so that the next in its queue may go. */
export function markDead(tx: Tx, id: number, error: string): boolean {
  const { changes } = tx.run(
    `UPDATE deliveries SET status = 'dead', attempts = attempts + 1, last_error = $error
     WHERE id = $id AND status = 'due'`,
    { id, error },
  );
  if (changes === 0) return false;
  tx.audit({
    category: "chat",
    type: "delivery_dead",
    actor: { kind: "system", name: "outbox" },
    summary: `Message ${id} could not be delivered: ${error}`,
    facts: { deliveryId: id, error },
  });
  return true;
}

/** Newest first. */
export const deadLetters = (reader: Reader, limit: number): Delivery[] =>
  reader
    .all<StoredRow>(`SELECT ${COLUMNS} FROM deliveries WHERE status = 'dead' ORDER BY id DESC LIMIT $limit`, {
      limit,
    })
    .map(deliveryFrom);

/** How many wait and how many were given up. */
export function countDeliveries(reader: Reader): { readonly due: number; readonly dead: number } {
  const count = (status: "due" | "dead"): number =>
    reader.get<{ n: number }>(`SELECT count(*) AS n FROM deliveries WHERE status = '${status}'`)?.n ?? 0;
  return { due: count("due"), dead: count("dead") };
}
