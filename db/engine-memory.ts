/** What the engine must remember between candles and cannot read off the fills; one value an account. */
import { canonicalJson } from "../src/core/canonical-json.ts";
import type { JsonValue } from "../src/core/event.ts";
import type { Reader, Tx } from "./transaction.ts";

export function saveMemory(tx: Tx, accountId: number, memory: JsonValue): void {
  tx.run(
    `INSERT INTO engine_memory (account_id, memory, updated_at) VALUES ($accountId, $memory, $now)
     ON CONFLICT (account_id) DO UPDATE SET memory = excluded.memory, updated_at = excluded.updated_at`,
    { accountId, memory: canonicalJson(memory), now: tx.now },
  );
}

/** Null when nothing was saved yet. */
export function loadMemory(reader: Reader, accountId: number): JsonValue {
  const sql = "SELECT memory FROM engine_memory WHERE account_id = $accountId";
  const row = reader.get<{ memory: string }>(sql, { accountId });
  return row === null ? null : (JSON.parse(row.memory) as JsonValue);
}
