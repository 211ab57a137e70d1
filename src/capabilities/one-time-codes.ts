/** One-time codes: spent once, and locked for a while after too many wrong ones. */
import { oneTimeCodeOf, recordCodeFailure, spendCounter } from "../../db/one-time-codes.ts";
import type { OneTimeCodesCapability } from "../chat/house-capabilities.ts";
import { refusal, success } from "../core/errors.ts";
import type { CapabilityParts } from "./parts.ts";

/** Five tries, then a quarter of an hour. */
const FAILURES = { mostFailures: 5, lockMs: 15 * 60_000 } as const;

export function createOneTimeCodesCapability({
  database,
  codeCounter,
}: CapabilityParts): OneTimeCodesCapability {
  return {
    isEnrolled: (personId) =>
      database.read((reader) => (oneTimeCodeOf(reader, personId)?.confirmedAt ?? null) !== null),
    spend(tx, actor, personId, code) {
      const row = oneTimeCodeOf(tx, personId);
      if (row === null) return refusal("wrong_code");
      if (row.lockedUntil !== null && row.lockedUntil > tx.now) {
        return refusal("locked", { lockedUntil: row.lockedUntil });
      }
      const counter = codeCounter?.(row, code, tx.now) ?? null;
      if (counter !== null && spendCounter(tx, personId, counter, actor)) return success(null);
      const lockedUntil = recordCodeFailure(tx, personId, FAILURES, actor);
      return lockedUntil === null ? refusal("wrong_code") : refusal("locked", { lockedUntil });
    },
  };
}
