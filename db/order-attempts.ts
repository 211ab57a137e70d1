/** Attempts: that an order may have left, recorded before it does. The order is the key, so it leaves at most once. */
import type { Actor } from "../src/core/actor.ts";
import { invariant } from "../src/core/errors.ts";
import type { Reader, Tx } from "./transaction.ts";

export type AttemptOutcome = "accepted" | "not_executed" | "unknown";

export interface OrderAttempt {
  readonly orderId: number;
  readonly sentAt: number;
  /** Unknown from the moment it may have left until the exchange's own word settles it. */
  readonly outcome: AttemptOutcome;
  readonly outcomeAt: number | null;
  readonly detail: string;
}

/** Commit this before sending. A second attempt for one order throws (`database_refused`). */
export function recordAttempt(tx: Tx, orderId: number, actor: Actor): void {
  tx.run("INSERT INTO order_attempts (order_id, sent_at) VALUES ($orderId, $now)", { orderId, now: tx.now });
  tx.audit({
    category: "trading",
    type: "order_attempted",
    actor,
    summary: `Order ${orderId} is about to be sent.`,
    facts: { orderId },
  });
}

/** What became of the attempt. `unknown` may be settled later; `accepted` and `not_executed` never change. */
export function recordAttemptOutcome(
  tx: Tx,
  orderId: number,
  outcome: AttemptOutcome,
  detail: string,
  actor: Actor,
): void {
  const { changes } = tx.run(
    `UPDATE order_attempts SET outcome = $outcome, outcome_at = $now, detail = $detail
     WHERE order_id = $orderId AND outcome = 'unknown'`,
    { orderId, outcome, detail, now: tx.now },
  );
  invariant(changes === 1, "attempt_not_open", "There is no open attempt of this order to settle.", {
    orderId,
  });
  tx.audit({
    category: "trading",
    type: "order_attempt_settled",
    actor,
    summary: `Order ${orderId} was sent: ${outcome}${detail === "" ? "" : ` (${detail})`}.`,
    facts: { orderId, outcome, detail },
  });
}

/** Null when the order was never sent. */
export function attemptOf(reader: Reader, orderId: number): OrderAttempt | null {
  return reader.get<OrderAttempt>(
    `SELECT order_id AS orderId, sent_at AS sentAt, outcome, outcome_at AS outcomeAt, detail
     FROM order_attempts WHERE order_id = $orderId`,
    { orderId },
  );
}
