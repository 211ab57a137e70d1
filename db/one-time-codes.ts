/** One-time-code enrolments: a sealed seed, the last code that was spent, and the lock after too many wrong ones. */
import type { Actor } from "../src/core/actor.ts";
import { invariant } from "../src/core/errors.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface OneTimeCodeRow {
  readonly personId: number;
  /** Encrypted by identity; never in clear here. */
  readonly sealedSeed: Uint8Array;
  /** Null until the owner has shown a first code. */
  readonly confirmedAt: number | null;
  readonly lastCounter: number | null;
  readonly failures: number;
  readonly lockedUntil: number | null;
}

const COLUMNS = `person_id AS personId, sealed_seed AS sealedSeed, confirmed_at AS confirmedAt,
  last_counter AS lastCounter, failures, locked_until AS lockedUntil`;

export const oneTimeCodeOf = (reader: Reader, personId: number): OneTimeCodeRow | null =>
  reader.get<OneTimeCodeRow>(`SELECT ${COLUMNS} FROM one_time_codes WHERE person_id = $personId`, {
    personId,
  });

/** Enrolments whose owner has not shown a first code. */
export const unconfirmedCodes = (reader: Reader): OneTimeCodeRow[] =>
  reader.all<OneTimeCodeRow>(
    `SELECT ${COLUMNS} FROM one_time_codes WHERE confirmed_at IS NULL ORDER BY person_id`,
  );

/** Starts an enrolment, in the place of one that was never confirmed. False when a confirmed device stands. */
export function enrolSeed(tx: Tx, personId: number, sealedSeed: Uint8Array, actor: Actor): boolean {
  const { changes } = tx.run(
    `INSERT INTO one_time_codes (person_id, sealed_seed) VALUES ($personId, $sealedSeed)
     ON CONFLICT (person_id) DO UPDATE SET sealed_seed = excluded.sealed_seed, last_counter = NULL
     WHERE confirmed_at IS NULL`,
    { personId, sealedSeed },
  );
  if (changes === 0) return false;
  auditCode(
    tx,
    "one_time_code_enrolled",
    personId,
    actor,
    "A device for one-time codes awaits its first code.",
  );
  return true;
}

/**
 * Spends the counter of a code that was found right: true once, and only for a counter later than any spent before.
 * The first one confirms the enrolment. Every success clears the failures.
 */
export function spendCounter(tx: Tx, personId: number, counter: number, actor: Actor): boolean {
  const isFirst = oneTimeCodeOf(tx, personId)?.confirmedAt === null;
  const { changes } = tx.run(
    `UPDATE one_time_codes SET last_counter = $counter, failures = 0, locked_until = NULL,
       confirmed_at = COALESCE(confirmed_at, $now)
     WHERE person_id = $personId AND (last_counter IS NULL OR last_counter < $counter)
       AND (locked_until IS NULL OR locked_until <= $now)`,
    { personId, counter, now: tx.now },
  );
  if (changes === 0) return false;
  const type = isFirst ? "one_time_code_confirmed" : "one_time_code_spent";
  auditCode(
    tx,
    type,
    personId,
    actor,
    isFirst ? "A device was confirmed by its first code." : "A one-time code was spent.",
  );
  return true;
}

export interface FailureRule {
  readonly mostFailures: number;
  readonly lockMs: number;
}

/** Counts a wrong code and locks after the last one allowed; returns until when, or null. */
export function recordCodeFailure(
  tx: Tx,
  personId: number,
  { mostFailures, lockMs }: FailureRule,
  actor: Actor,
): number | null {
  const row = tx.get<{ failures: number }>(
    "UPDATE one_time_codes SET failures = failures + 1 WHERE person_id = $personId RETURNING failures",
    { personId },
  );
  invariant(
    row !== null,
    "one_time_code_missing",
    "A wrong code was counted for a person without a device.",
    { personId },
  );
  const isLocked = row.failures >= mostFailures;
  const lockedUntil = isLocked ? tx.now + lockMs : null;
  if (isLocked) {
    tx.run(
      "UPDATE one_time_codes SET failures = 0, locked_until = $lockedUntil WHERE person_id = $personId",
      {
        personId,
        lockedUntil,
      },
    );
  }
  const summary = isLocked
    ? "Too many wrong one-time codes: locked for a while."
    : "A wrong one-time code was given.";
  auditCode(tx, isLocked ? "one_time_code_locked" : "one_time_code_failed", personId, actor, summary);
  return lockedUntil;
}

/** For a lost device; false when there was none. */
export function removeEnrolment(tx: Tx, personId: number, actor: Actor): boolean {
  const { changes } = tx.run("DELETE FROM one_time_codes WHERE person_id = $personId", { personId });
  if (changes === 0) return false;
  auditCode(tx, "one_time_code_removed", personId, actor, "A device for one-time codes was removed.");
  return true;
}

function auditCode(tx: Tx, type: string, personId: number, actor: Actor, summary: string): void {
  tx.audit({ category: "security", type, actor, summary, facts: { personId } });
}
