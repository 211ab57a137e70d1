/** What goes out to chat: written with its cause, sent at least once, in order within each chat, critical first. */
import type { PlatformName } from "../src/core/actor.ts";
import { canonicalJson } from "../src/core/canonical-json.ts";
import type { JsonValue } from "../src/core/event.ts";
import type { NoticeLevel } from "../src/core/notice.ts";
import type { ChatAddress } from "./chats.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface NewDelivery {
  readonly platform: PlatformName;
  readonly chatId: string;
  readonly threadId: string;
  /** What it tells, or what it answers; both null for anything else. */
  readonly noticeId: number | null;
  readonly inboxId: number | null;
  readonly level: NoticeLevel;
  readonly isSilent: boolean;
  readonly body: JsonValue;
  /** Any delivery of the message that this one edits; null for a new message. Stored is the first of them. */
  readonly edits: number | null;
  /** Whose one-time-code seed it shows; null otherwise. */
  readonly seedOf: number | null;
  readonly dueAt: number;
}

export interface Delivery extends NewDelivery {
  readonly id: number;
  readonly createdAt: number;
  readonly status: "due" | "sent" | "superseded" | "dead";
  /** Tries that failed so far. */
  readonly attempts: number;
  readonly sentAt: number | null;
  /** The platform's id of the message. */
  readonly externalId: string | null;
  readonly lastError: string | null;
}

const COLUMNS = `id, platform, chat_id AS chatId, thread_id AS threadId, notice_id AS noticeId, inbox_id AS inboxId,
  level, is_silent AS isSilent, body, edits, seed_of AS seedOf, created_at AS createdAt, due_at AS dueAt, status, attempts, sent_at AS sentAt,
  external_id AS externalId, last_error AS lastError`;

type StoredRow = Omit<Delivery, "body" | "isSilent"> & { readonly body: string; readonly isSilent: number };
const deliveryFrom = (row: StoredRow): Delivery => ({
  ...row,
  isSilent: row.isSilent === 1,
  body: JSON.parse(row.body) as JsonValue,
});

export function insertDelivery(tx: Tx, delivery: NewDelivery): number {
  const { platform, chatId, threadId, noticeId, inboxId, level, isSilent, edits, seedOf, dueAt } = delivery;
  return tx.run(
    `INSERT INTO deliveries (platform, chat_id, thread_id, notice_id, inbox_id, level, is_silent, body, edits, seed_of,
       created_at, due_at, status)
     VALUES ($platform, $chatId, $threadId, $noticeId, $inboxId, $level, $isSilent, $body,
       (SELECT COALESCE(edits, id) FROM deliveries WHERE id = $edits), $seedOf, $now, $dueAt, 'due')`,
    {
      ...{ platform, chatId, threadId, noticeId, inboxId, level, edits, seedOf, dueAt },
      isSilent: isSilent ? 1 : 0,
      body: canonicalJson(delivery.body),
      now: tx.now,
    },
  ).lastId;
}

/** More were never sent within the longest stretch that a platform counts. */
const NEWEST_SENT = 500;

/** The first of a queue: nothing behind it may go before it. */
export interface QueueHead {
  readonly id: number;
  readonly chatId: string;
  readonly threadId: string;
  readonly dueAt: number;
}

/**
 * The head of each queue, critical ones first, then the longest waiting. A chat has two queues, critical and the rest,
 * so that a message that must be tried again holds up its own kind only.
 */
export const queueHeads = (reader: Reader, platform: PlatformName, limit: number): QueueHead[] =>
  reader.all<QueueHead>(
    `SELECT id, chat_id AS chatId, thread_id AS threadId, due_at AS dueAt FROM deliveries
     WHERE id IN (SELECT min(id) FROM deliveries WHERE status = 'due' AND platform = $platform
                  GROUP BY chat_id, level = 'critical')
     ORDER BY level = 'critical' DESC, id LIMIT $limit`,
    { platform, limit },
  );

/** Whether a newer edit of the same message is due too, which makes this one stale. */
export const hasNewerEdit = (reader: Reader, { id, edits, platform, chatId }: Delivery): boolean =>
  reader.get(
    `SELECT 1 FROM deliveries WHERE edits = $root AND id > $id AND status = 'due'
       AND platform = $platform AND chat_id = $chatId`,
    { root: edits ?? id, id, platform, chatId },
  ) !== null;

/** The platform's id of the message that a delivery made or edited, as it is now; null when it was never sent. */
export const messageShowing = (reader: Reader, id: number): string | null =>
  reader.get<{ externalId: string | null }>(
    `WITH root AS (SELECT COALESCE(edits, id) AS id FROM deliveries WHERE id = $id)
     SELECT external_id AS externalId FROM deliveries
     WHERE (id = (SELECT id FROM root) OR edits = (SELECT id FROM root)) AND external_id IS NOT NULL
     ORDER BY id DESC LIMIT 1`,
    { id },
  )?.externalId ?? null;

/** Messages that show somebody's one-time-code seed, sent or still to be. */
export const seedDeliveries = (reader: Reader, personId: number): Delivery[] =>
  reader
    .all<StoredRow>(
      `SELECT ${COLUMNS} FROM deliveries WHERE seed_of = $personId AND status IN ('due', 'sent') ORDER BY id`,
      { personId },
    )
    .map(deliveryFrom);

/** Takes a message that shows a seed off the list, once its deletion is on its way. */
export const forgetSeed = (tx: Tx, id: number): void =>
  void tx.run("UPDATE deliveries SET seed_of = NULL WHERE id = $id", { id });

/** Where messages went since an instant, oldest first: after a restart a platform still counts them. */
export const sentSince = (
  reader: Reader,
  platform: PlatformName,
  at: number,
): (Pick<Delivery, "chatId" | "threadId"> & { readonly sentAt: number })[] =>
  reader.all(
    `SELECT chat_id AS chatId, thread_id AS threadId, sent_at AS sentAt FROM deliveries
     WHERE id > (SELECT max(id) FROM deliveries) - ${NEWEST_SENT} AND platform = $platform AND sent_at >= $at
     ORDER BY sent_at`,
    { platform, at },
  );

/** How far back an answer of the same instant is looked for. */
const NEWEST_SEARCHED = 50;

/** Whether somebody was answered in the chat in the very transaction of that instant. */
export const wasAnsweredAt = (
  reader: Reader,
  { platform, chatId, threadId }: ChatAddress,
  at: number,
): boolean =>
  reader.get(
    `SELECT 1 FROM deliveries WHERE id > (SELECT max(id) FROM deliveries) - ${NEWEST_SEARCHED}
       AND platform = $platform AND chat_id = $chatId AND thread_id = $threadId
       AND inbox_id IS NOT NULL AND created_at = $at`,
    { platform, chatId, threadId, at },
  ) !== null;

/** What was told of a notice, in every chat. */
export const deliveriesOfNotice = (reader: Reader, noticeId: number): Delivery[] =>
  reader
    .all<StoredRow>(`SELECT ${COLUMNS} FROM deliveries WHERE notice_id = $noticeId ORDER BY id`, { noticeId })
    .map(deliveryFrom);

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

/** Not to be sent any more; false when it is no longer due. */
export const markSuperseded = (tx: Tx, id: number): boolean =>
  tx.run("UPDATE deliveries SET status = 'superseded' WHERE id = $id AND status = 'due'", { id }).changes ===
  1;

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

/** The id of the newest, 0 when there is none. */
export const newestDelivery = (reader: Reader): number =>
  reader.get<{ id: number | null }>("SELECT max(id) AS id FROM deliveries")?.id ?? 0;

/** How many wait and how many were given up. */
export function countDeliveries(reader: Reader): { readonly due: number; readonly dead: number } {
  const count = (status: "due" | "dead"): number =>
    reader.get<{ n: number }>(`SELECT count(*) AS n FROM deliveries WHERE status = '${status}'`)?.n ?? 0;
  return { due: count("due"), dead: count("dead") };
}
