/** What came in from chat: kept before it is handled, and each of the platform's updates once. */
import type { PlatformName } from "../src/core/actor.ts";
import { canonicalJson } from "../src/core/canonical-json.ts";
import type { JsonValue } from "../src/core/event.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface NewUpdate {
  readonly platform: PlatformName;
  /** The platform's own id of the update. */
  readonly updateId: string;
  readonly chatId: string;
  readonly accountId: string;
  readonly body: JsonValue;
}

export interface InboxRow extends NewUpdate {
  readonly id: number;
  readonly receivedAt: number;
  readonly status: "waiting" | "handled" | "refused";
  readonly handledAt: number | null;
}

/** No audit event here: what the message does, or that it was refused, is journalled when it is handled. */
export function receiveUpdate(tx: Tx, update: NewUpdate): { readonly id: number; readonly isNew: boolean } {
  const { platform, updateId, chatId, accountId } = update;
  const { changes, lastId } = tx.run(
    `INSERT INTO inbox (platform, update_id, chat_id, account_id, received_at, body, status)
     VALUES ($platform, $updateId, $chatId, $accountId, $now, $body, 'waiting')
     ON CONFLICT (platform, update_id) DO NOTHING`,
    { platform, updateId, chatId, accountId, now: tx.now, body: canonicalJson(update.body) },
  );
  if (changes === 1) return { id: lastId, isNew: true };
  const sql = "SELECT id FROM inbox WHERE platform = $platform AND update_id = $updateId";
  return { id: tx.get<{ id: number }>(sql, { platform, updateId })!.id, isNew: false };
}

const COLUMNS = `id, platform, update_id AS updateId, chat_id AS chatId, account_id AS accountId,
  received_at AS receivedAt, body, status, handled_at AS handledAt`;

type StoredRow = Omit<InboxRow, "body"> & { readonly body: string };
const rowFrom = (row: StoredRow): InboxRow => ({ ...row, body: JSON.parse(row.body) as JsonValue });

/** In the order they came. */
export const waitingInbox = (reader: Reader, limit: number): InboxRow[] =>
  reader
    .all<StoredRow>(`SELECT ${COLUMNS} FROM inbox WHERE status = 'waiting' ORDER BY id LIMIT $limit`, {
      limit,
    })
    .map(rowFrom);

/** Whether it is still to be handled. */
export const isWaiting = (reader: Reader, id: number): boolean =>
  reader.get("SELECT 1 FROM inbox WHERE id = $id AND status = 'waiting'", { id }) !== null;

export const countWaitingInbox = (reader: Reader): number =>
  reader.get<{ n: number }>("SELECT count(*) AS n FROM inbox WHERE status = 'waiting'")?.n ?? 0;

/** True once, in the transaction of the message's effect: a second handling finds false and must undo itself. */
export function finishInbox(tx: Tx, id: number, status: "handled" | "refused"): boolean {
  const { changes } = tx.run(
    "UPDATE inbox SET status = $status, handled_at = $now WHERE id = $id AND status = 'waiting'",
    { id, status, now: tx.now },
  );
  return changes === 1;
}
