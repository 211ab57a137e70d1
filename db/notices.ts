/** Notices: facts that people must hear, inserted in the transaction that caused them and expanded per chat later. */
import { canonicalJson } from "../src/core/canonical-json.ts";
import type { Facts } from "../src/core/errors.ts";
import type { Notice } from "../src/core/notice.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface StoredNotice extends Notice {
  readonly id: number;
  readonly at: number;
}

export function insertNotice(tx: Tx, { kind, level, topic, facts }: Notice): number {
  return tx.run(
    "INSERT INTO notices (at, kind, level, topic, facts) VALUES ($now, $kind, $level, $topic, $facts)",
    { now: tx.now, kind, level, topic, facts: canonicalJson(facts) },
  ).lastId;
}

const COLUMNS = "id, at, kind, level, topic, facts";

type StoredRow = Omit<StoredNotice, "facts"> & { readonly facts: string };

const noticeOf = (row: StoredRow): StoredNotice => ({ ...row, facts: JSON.parse(row.facts) as Facts });

/** Those no chat has been given yet, oldest first. */
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

/** How far back a kind is looked for: it has no index of its own. */
const NEWEST_SEARCHED = 5_000;

/** When the latest notice of a kind was made, among the newest; null when there is none. */
export const lastNoticeAt = (reader: Reader, kind: Notice["kind"]): number | null =>
  reader.get<{ at: number }>(
    `SELECT at FROM notices WHERE kind = $kind AND id > (SELECT max(id) FROM notices) - ${NEWEST_SEARCHED}
     ORDER BY id DESC LIMIT 1`,
    { kind },
  )?.at ?? null;
