/** The one-time codes that join an account to a person. */
import type { Actor } from "../src/core/actor.ts";
import type { Tx } from "./transaction.ts";

export interface NewLinkCode {
  /** SHA-256; the code itself is kept nowhere. */
  readonly codeHash: Uint8Array;
  readonly personId: number;
  /** By people's clock, as the end is. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** In the place of any code the person had before. */
export function insertLinkCode(tx: Tx, code: NewLinkCode, actor: Actor): void {
  const { codeHash, personId, createdAt, expiresAt } = code;
  tx.run("DELETE FROM link_codes WHERE person_id = $personId", { personId });
  tx.run(
    `INSERT INTO link_codes (code_hash, person_id, created_at, expires_at)
     VALUES ($codeHash, $personId, $createdAt, $expiresAt)`,
    { codeHash, personId, createdAt, expiresAt },
  );
  tx.audit({
    category: "security",
    type: "link_code_made",
    actor,
    summary: "A code to link an account was made.",
    facts: { personId, expiresAt },
  });
}

/** Whose code it was: once, and only before its end. Whatever comes of it then, the code is spent. */
export function spendLinkCode(tx: Tx, codeHash: Uint8Array, at: number): number | null {
  const row = tx.get<{ personId: number }>(
    `UPDATE link_codes SET used_at = $at WHERE code_hash = $codeHash AND used_at IS NULL AND expires_at > $at
     RETURNING person_id AS personId`,
    { codeHash, at },
  );
  return row?.personId ?? null;
}
