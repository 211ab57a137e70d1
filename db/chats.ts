/** Enrolled chats: where commands are taken beside private chats, which topics are sent there, and how they are heard. */
import { type Actor, actorLabel, type PlatformName } from "../src/core/actor.ts";
import { canonicalJson } from "../src/core/canonical-json.ts";
import type { Hearing, NoticeKind, NoticeTopic } from "../src/core/notice.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface ChatAddress {
  readonly platform: PlatformName;
  readonly chatId: string;
  /** A topic or thread inside the chat; empty when there is none. */
  readonly threadId: string;
}

export interface Chat extends ChatAddress {
  readonly topics: readonly NoticeTopic[];
  /** An IANA name; null for the program's own. */
  readonly timeZone: string | null;
  /** By kind of notice; a kind that is not there is on. */
  readonly hearings: Readonly<Partial<Record<NoticeKind, Hearing>>>;
  /** Everything but critical is silent until then; null when it is not muted. */
  readonly mutedUntil: number | null;
  /** Hours between signs of life; null for none. */
  readonly heartbeatHours: number | null;
  /** When the next one is due. */
  readonly heartbeatAt: number | null;
  readonly enrolledAt: number;
  /** The label of whoever enrolled it. */
  readonly enrolledBy: string;
}

const COLUMNS = `platform, chat_id AS chatId, thread_id AS threadId, topics, time_zone AS timeZone, levels,
  muted_until AS mutedUntil, heartbeat_hours AS heartbeatHours, heartbeat_at AS heartbeatAt,
  enrolled_at AS enrolledAt, enrolled_by AS enrolledBy`;
const IS_CHAT = "platform = $platform AND chat_id = $chatId AND thread_id = $threadId";

type StoredRow = Omit<Chat, "topics" | "hearings"> & { readonly topics: string; readonly levels: string };
const chatFrom = ({ levels, ...row }: StoredRow): Chat => ({
  ...row,
  topics: JSON.parse(row.topics) as NoticeTopic[],
  hearings: JSON.parse(levels) as Chat["hearings"],
});
const addressOf = ({ platform, chatId, threadId }: ChatAddress) => ({ platform, chatId, threadId });

/** Sets the topics of a chat, enrolling it when it is new. What else was chosen for a known one stays. */
export function enrolChat(
  tx: Tx,
  chat: ChatAddress & { readonly topics: readonly NoticeTopic[]; readonly timeZone?: string | null },
  actor: Actor,
): void {
  const address = addressOf(chat);
  const topics = [...new Set(chat.topics)].sort();
  tx.run(
    `INSERT INTO chats (platform, chat_id, thread_id, topics, time_zone, enrolled_at, enrolled_by)
     VALUES ($platform, $chatId, $threadId, $topics, $timeZone, $now, $enrolledBy)
     ON CONFLICT (platform, chat_id, thread_id) DO UPDATE SET topics = excluded.topics`,
    {
      ...address,
      topics: canonicalJson(topics),
      timeZone: chat.timeZone ?? null,
      now: tx.now,
      enrolledBy: actorLabel(actor),
    },
  );
  auditChat(tx, "chat_enrolled", actor, `A ${chat.platform} chat hears ${topics.join(", ") || "nothing"}.`, {
    ...address,
    topics,
  });
}

/** False when it was not enrolled. */
export function removeChat(tx: Tx, chat: ChatAddress, actor: Actor): boolean {
  const address = addressOf(chat);
  if (tx.run(`DELETE FROM chats WHERE ${IS_CHAT}`, address).changes === 0) return false;
  auditChat(tx, "chat_removed", actor, `A ${chat.platform} chat is no longer enrolled.`, address);
  return true;
}

/** False when it is not enrolled. */
export function setChatTimeZone(tx: Tx, chat: ChatAddress, timeZone: string | null, actor: Actor): boolean {
  const address = addressOf(chat);
  if (
    tx.run(`UPDATE chats SET time_zone = $timeZone WHERE ${IS_CHAT}`, { ...address, timeZone }).changes === 0
  ) {
    return false;
  }
  auditChat(
    tx,
    "chat_time_zone_set",
    actor,
    `A ${chat.platform} chat reads times in ${timeZone ?? "the default zone"}.`,
    {
      ...address,
      timeZone,
    },
  );
  return true;
}

/** How a chat hears some kinds of notice; false when it is not enrolled. */
export function setHearings(
  tx: Tx,
  chat: ChatAddress,
  kinds: readonly NoticeKind[],
  hearing: Hearing,
  actor: Actor,
): boolean {
  const before = findChat(tx, chat);
  if (before === null) return false;
  const kept = Object.entries(before.hearings).filter(([kind]) => !kinds.includes(kind as NoticeKind));
  const changed = hearing === "on" ? [] : kinds.map((kind) => [kind, hearing] as const);
  const address = addressOf(chat);
  tx.run(`UPDATE chats SET levels = $levels WHERE ${IS_CHAT}`, {
    ...address,
    levels: canonicalJson(Object.fromEntries([...kept, ...changed])),
  });
  const words = `A ${chat.platform} chat hears ${kinds.join(", ")}: ${hearing}.`;
  auditChat(tx, "chat_hearing_set", actor, words, { ...address, kinds, hearing });
  return true;
}

/** Silences everything but critical until an instant, or no more with null; false when it is not enrolled. */
export function muteChat(tx: Tx, chat: ChatAddress, untilAt: number | null, actor: Actor): boolean {
  const address = addressOf(chat);
  const sql = `UPDATE chats SET muted_until = $untilAt WHERE ${IS_CHAT}`;
  if (tx.run(sql, { ...address, untilAt }).changes === 0) return false;
  const words = `A ${chat.platform} chat is ${untilAt === null ? "no longer muted" : "muted"}.`;
  auditChat(tx, "chat_muted", actor, words, { ...address, untilAt });
  return true;
}

/** A sign of life every so many hours, the first at `dueAt`; null for none. False when it is not enrolled. */
export function setHeartbeat(
  tx: Tx,
  chat: ChatAddress,
  heartbeat: { readonly hours: number; readonly dueAt: number } | null,
  actor: Actor,
): boolean {
  const address = addressOf(chat);
  const hours = heartbeat?.hours ?? null;
  const sql = `UPDATE chats SET heartbeat_hours = $hours, heartbeat_at = $dueAt WHERE ${IS_CHAT}`;
  if (tx.run(sql, { ...address, hours, dueAt: heartbeat?.dueAt ?? null }).changes === 0) return false;
  const words = `A ${chat.platform} chat gets ${hours === null ? "no heartbeat" : `a heartbeat every ${hours} h`}.`;
  auditChat(tx, "chat_heartbeat_set", actor, words, { ...address, hours });
  return true;
}

/** Moves a heartbeat that was sent on to its next turn after now: what was missed meanwhile is not made up for. */
export function advanceHeartbeat(tx: Tx, { heartbeatAt, heartbeatHours, ...chat }: Chat, now: number): void {
  if (heartbeatAt === null || heartbeatHours === null) return;
  const stepMs = heartbeatHours * HOUR_MS;
  const dueAt = heartbeatAt + (Math.floor((now - heartbeatAt) / stepMs) + 1) * stepMs;
  tx.run(`UPDATE chats SET heartbeat_at = $dueAt WHERE ${IS_CHAT}`, { ...addressOf(chat), dueAt });
}

const HOUR_MS = 3_600_000;

/** Follows a chat whose platform gave it a new id: its enrolments and everything still to be sent there. */
export function moveChat(
  tx: Tx,
  { platform, fromChatId, toChatId }: { platform: PlatformName; fromChatId: string; toChatId: string },
  actor: Actor,
): void {
  const move = { platform, fromChatId, toChatId };
  // Where the new id is enrolled already, that enrolment stands.
  tx.run(
    "UPDATE OR IGNORE chats SET chat_id = $toChatId WHERE platform = $platform AND chat_id = $fromChatId",
    move,
  );
  tx.run("DELETE FROM chats WHERE platform = $platform AND chat_id = $fromChatId", { platform, fromChatId });
  tx.run(
    `UPDATE deliveries SET chat_id = $toChatId
     WHERE platform = $platform AND chat_id = $fromChatId AND status = 'due'`,
    move,
  );
  auditChat(tx, "chat_moved", actor, `A ${platform} chat has a new id.`, move);
}

function auditChat(
  tx: Tx,
  type: string,
  actor: Actor,
  summary: string,
  facts: Record<string, string | number | null | readonly string[]>,
): void {
  tx.audit({ category: "chat", type, actor, summary, facts });
}

/** Null when it is not enrolled. */
export function findChat(reader: Reader, chat: ChatAddress): Chat | null {
  const row = reader.get<StoredRow>(`SELECT ${COLUMNS} FROM chats WHERE ${IS_CHAT}`, addressOf(chat));
  return row === null ? null : chatFrom(row);
}

/** In the order they were enrolled. */
export const listChats = (reader: Reader): Chat[] =>
  reader
    .all<StoredRow>(`SELECT ${COLUMNS} FROM chats ORDER BY enrolled_at, platform, chat_id, thread_id`)
    .map(chatFrom);

/** The chats that hear a topic. */
export const chatsByTopic = (reader: Reader, topic: NoticeTopic): Chat[] =>
  listChats(reader).filter(({ topics }) => topics.includes(topic));
