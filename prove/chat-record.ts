/** What the bot wrote down, read from its database as it lies there, without the program's own stores. */
import { verifyChain } from "../db/audit-chain.ts";
import { type Database, openDatabase } from "../db/database.ts";
import type { PlatformName } from "../src/core/actor.ts";
import type { SystemState } from "../src/core/state.ts";
import type { Chat } from "./arrivals.ts";

export interface Received {
  readonly id: number;
  readonly platform: PlatformName;
  readonly updateId: string;
  readonly status: "waiting" | "handled" | "refused";
  /** Of its answers: how many are due, and how many are done with. */
  readonly due: number;
  readonly sent: number;
  readonly dead: number;
}

export interface LoggedEvent {
  readonly seq: number;
  readonly type: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export class ChatRecord {
  readonly #database: Database;

  constructor(path: string) {
    this.#database = openDatabase({ path, readonly: true });
  }

  close(): void {
    this.#database.close();
  }

  state(): SystemState {
    return this.#all<{ state: SystemState }>("SELECT state FROM system_state WHERE id = 1")[0]!.state;
  }

  waitingPriceAlerts(): readonly number[] {
    const sql = "SELECT id FROM price_alerts WHERE fired_at IS NULL AND canceled_at IS NULL ORDER BY id";
    return this.#all<{ id: number }>(sql).map(({ id }) => id);
  }

  /** What was taken in, from a row on. */
  received(afterId = 0): readonly Received[] {
    return this.#all<Received>(
      `SELECT inbox.id, inbox.platform, update_id AS updateId, inbox.status,
         count(CASE WHEN deliveries.status = 'due' THEN 1 END) AS due,
         count(CASE WHEN deliveries.status IN ('sent', 'superseded') THEN 1 END) AS sent,
         count(CASE WHEN deliveries.status = 'dead' THEN 1 END) AS dead
       FROM inbox LEFT JOIN deliveries ON deliveries.inbox_id = inbox.id
       WHERE inbox.id > $afterId GROUP BY inbox.id ORDER BY inbox.id`,
      { afterId },
    );
  }

  /** How many messages to each chat are written down as sent, since the beginning. */
  sent(): ReadonlyMap<Chat, number> {
    return this.#perChat("status = 'sent'");
  }

  due(): ReadonlyMap<Chat, number> {
    return this.#perChat("status = 'due'");
  }

  deadCount(): number {
    return this.#count("SELECT count(*) AS n FROM deliveries WHERE status = 'dead'");
  }

  supersededCount(): number {
    return this.#count("SELECT count(*) AS n FROM deliveries WHERE status = 'superseded'");
  }

  /** Whether the last of the edits of every message was sent. */
  isNewestShown(): boolean {
    const sql = `SELECT count(*) AS n FROM deliveries WHERE status <> 'sent'
      AND id IN (SELECT max(id) FROM deliveries WHERE edits IS NOT NULL GROUP BY edits)`;
    return this.#count(sql) === 0;
  }

  decisionCount(): number {
    return this.#count("SELECT count(*) AS n FROM decisions");
  }

  isQuiet(): boolean {
    const sql = `SELECT (SELECT count(*) FROM inbox WHERE status = 'waiting')
      + (SELECT count(*) FROM deliveries WHERE status = 'due') AS n`;
    return this.#count(sql) === 0;
  }

  events(): readonly LoggedEvent[] {
    const rows = this.#all<{ seq: number; type: string; facts: string }>(
      "SELECT seq, type, facts FROM events_log ORDER BY seq",
    );
    return rows.map((row) => ({ ...row, facts: JSON.parse(row.facts) as LoggedEvent["facts"] }));
  }

  isChainWhole(): boolean {
    return this.#database.read((reader) => verifyChain(reader).ok);
  }

  #count(sql: string): number {
    return this.#all<{ n: number }>(sql)[0]!.n;
  }

  #perChat(condition: string): ReadonlyMap<Chat, number> {
    const rows = this.#all<{ chat: Chat; n: number }>(
      `SELECT platform || ' ' || chat_id AS chat, count(*) AS n FROM deliveries WHERE ${condition} GROUP BY chat`,
    );
    return new Map(rows.map(({ chat, n }) => [chat, n]));
  }

  #all<Row>(sql: string, params: Readonly<Record<string, number>> = {}): Row[] {
    return this.#database.read((reader) => reader.all<Row>(sql, params));
  }
}
