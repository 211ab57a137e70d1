/** Locks: what blocks entries, set by protections or by hand, until they pass or a person lifts them. */
import { type Actor, actorLabel } from "../src/core/actor.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface NewLock {
  readonly accountId: number;
  /** The protection's name, or `manual`. */
  readonly kind: string;
  /** One sentence for people. */
  readonly reason: string;
  /** What tripped it, such as the closing fill's instant: one lock an account, kind and cause. */
  readonly cause: string;
  readonly fromAt: number;
  /** Null: until lifted. */
  readonly untilAt: number | null;
}

export interface Lock extends NewLock {
  readonly id: number;
  readonly actor: string;
}

/** True when it is new; the same cause again changes nothing, also after it was lifted. */
export function addLock(tx: Tx, lock: NewLock, actor: Actor): boolean {
  const { accountId, kind, reason, cause, fromAt, untilAt } = lock;
  const facts = { accountId, kind, reason, cause, fromAt, untilAt };
  const { changes, lastId: lockId } = tx.run(
    `INSERT INTO locks (account_id, kind, reason, cause, from_at, until_at, actor)
     VALUES ($accountId, $kind, $reason, $cause, $fromAt, $untilAt, $actor)
     ON CONFLICT (account_id, kind, cause) DO NOTHING`,
    { ...facts, actor: actorLabel(actor) },
  );
  if (changes === 0) return false;
  tx.audit({
    category: "risk",
    type: "lock_added",
    actor,
    summary: `Entries are locked (${kind}): ${reason}`,
    facts: { lockId, ...facts },
  });
  return true;
}

/** Those that block entries at the instant, oldest first. */
export function activeLocks(reader: Reader, accountId: number, at: number): Lock[] {
  return reader.all<Lock>(
    `SELECT id, account_id AS accountId, kind, reason, cause, from_at AS fromAt, until_at AS untilAt, actor
     FROM locks
     WHERE lifted_at IS NULL AND account_id = $accountId AND from_at <= $at AND (until_at IS NULL OR until_at > $at)
     ORDER BY id`,
    { accountId, at },
  );
}

/** Returns how many stood until now. `all` takes whatever nobody lifted, whether or not its time has passed. */
export function liftLocks(tx: Tx, accountId: number, ids: readonly number[] | "all", actor: Actor): number {
  const lifted = tx.all<{ id: number }>(
    `UPDATE locks SET lifted_at = $now, lifted_by = $actor
     WHERE lifted_at IS NULL AND account_id = $accountId
       AND ($ids IS NULL OR id IN (SELECT value FROM json_each($ids)))
     RETURNING id`,
    { accountId, now: tx.now, actor: actorLabel(actor), ids: ids === "all" ? null : JSON.stringify(ids) },
  );
  if (lifted.length === 0) return 0;
  tx.audit({
    category: "risk",
    type: "locks_lifted",
    actor,
    summary: `Lifted ${lifted.length} lock${lifted.length === 1 ? "" : "s"}.`,
    facts: { accountId, lockIds: lifted.map(({ id }) => id) },
  });
  return lifted.length;
}
