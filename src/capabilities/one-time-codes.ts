/** One-time codes: a device enrolled by its first code, each code spent once, and a lock after too many wrong ones. */
import type { Tx } from "../../db/database.ts";
import {
  enrolSeed,
  type OneTimeCodeRow,
  oneTimeCodeOf,
  recordCodeFailure,
  removeEnrolment,
  spendCounter,
} from "../../db/one-time-codes.ts";
import type { CodeRefusal, OneTimeCodesCapability } from "../chat/house-capabilities.ts";
import type { Actor } from "../core/actor.ts";
import { type Result, refusal, success } from "../core/errors.ts";
import { counterOf, newSeed } from "../identity/one-time-code.ts";
import { openSeed, sealSeed } from "../identity/seed-box.ts";
import type { CapabilityParts } from "./parts.ts";
import { isUnderWay } from "./seeds.ts";

/** Five tries, then a quarter of an hour. */
const FAILURES = { mostFailures: 5, lockMs: 15 * 60_000 } as const;

type Parts = Pick<CapabilityParts, "database" | "peopleClock" | "random" | "seedKey">;

export function createOneTimeCodesCapability(parts: Parts): OneTimeCodesCapability {
  const { database, peopleClock, random, seedKey } = parts;
  return {
    hasKey: () => seedKey !== null,
    isEnrolled: (personId) =>
      database.read((reader) => (oneTimeCodeOf(reader, personId)?.confirmedAt ?? null) !== null),
    enrol(tx, actor, personId) {
      if (seedKey === null) return refusal("no_key");
      const seed = newSeed(random);
      const sealed = sealSeed({ key: seedKey, random, personId, seed, at: peopleClock.now() });
      return enrolSeed(tx, personId, sealed, actor) ? success(null) : refusal("already_enrolled");
    },
    confirm(tx, actor, personId, code) {
      const row = oneTimeCodeOf(tx, personId);
      if (row === null || !isUnderWay(row, peopleClock.now())) return refusal("not_enrolling");
      return spendCode(parts, tx, actor, row, code);
    },
    cancel(tx, actor, personId) {
      const row = oneTimeCodeOf(tx, personId);
      return row !== null && row.confirmedAt === null && removeEnrolment(tx, personId, actor);
    },
    spend(tx, actor, personId, code) {
      const row = oneTimeCodeOf(tx, personId);
      // A device that was never confirmed proves nothing.
      if (row === null || row.confirmedAt === null) return refusal("wrong_code");
      return spendCode(parts, tx, actor, row, code);
    },
  };
}

function spendCode(
  { peopleClock, seedKey }: Parts,
  tx: Tx,
  actor: Actor,
  { lockedUntil, personId, sealedSeed }: OneTimeCodeRow,
  code: string,
): Result<null, CodeRefusal> {
  if (lockedUntil !== null && lockedUntil > tx.now) return refusal("locked", { lockedUntil });
  if (seedKey === null) return refusal("seed_unreadable", { personId });
  const opened = openSeed(seedKey, personId, sealedSeed);
  if (!opened.ok) return opened;
  const counter = counterOf(opened.value, code, peopleClock.now());
  if (counter !== null && spendCounter(tx, personId, counter, actor)) return success(null);
  const until = recordCodeFailure(tx, personId, FAILURES, actor);
  return until === null ? refusal("wrong_code") : refusal("locked", { lockedUntil: until });
}
