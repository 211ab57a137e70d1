/** What blocks entries: protections that tripped, and locks set by hand. */
import { auditHead } from "../../db/audit.ts";
import type { Reader } from "../../db/database.ts";
import { activeLocks, addLock, type Lock, liftLocks } from "../../db/locks.ts";
import type { LocksCapability, LockView } from "../chat/trading-capabilities.ts";
import { InputError, invariant } from "../core/errors.ts";
import type { CapabilityParts } from "./parts.ts";

/** The kind of a lock set by hand. */
export const MANUAL_LOCK = "manual";

export function createLocksCapability({ database, engine }: CapabilityParts): LocksCapability {
  const standing = (reader: Reader, now: number): Lock[] =>
    activeLocks(reader, engine.current().account.id, now);
  return {
    active: (now) => database.read((reader) => standing(reader, now)).map(lockView),
    set(tx, actor, untilAt, reason) {
      if (untilAt !== null && untilAt <= tx.now) {
        throw new InputError("bad_lock", "A lock must end later than now; name a later time.", { untilAt });
      }
      // Every event has its own number, so that no two locks by hand count as the same.
      const cause = `after event ${auditHead(tx).seq}`;
      const lock = {
        accountId: engine.current().account.id,
        kind: MANUAL_LOCK,
        reason,
        cause,
        fromAt: tx.now,
        untilAt,
      };
      addLock(tx, lock, actor);
      const added = activeLocks(tx, lock.accountId, lock.fromAt).find(
        (one) => one.kind === MANUAL_LOCK && one.cause === cause,
      );
      invariant(added, "lock_lost", "A lock that was just set does not stand.", { cause });
      return lockView(added);
    },
    lift(tx, actor, id) {
      const ids = standing(tx, tx.now)
        .map((lock) => lock.id)
        .filter((one) => id === null || one === id);
      return ids.length === 0 ? 0 : liftLocks(tx, engine.current().account.id, ids, actor);
    },
  };
}

const lockView = ({ id, kind, reason, fromAt, untilAt, actor }: Lock): LockView => ({
  id,
  kind,
  reason,
  fromAt,
  untilAt,
  actor,
});
