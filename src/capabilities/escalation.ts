/** A critical alert that nobody acknowledges is told once more everywhere, and then trading is paused: each once, each in one transaction. */
import type { Database, Tx } from "../../db/database.ts";
import { escalateAlert, openAlerts, repeatAlert, type StoredNotice } from "../../db/notices.ts";
import { enterState } from "../../db/system-state.ts";
import type { Actor } from "../core/actor.ts";
import type { Clock } from "../core/clock.ts";
import { NOTICES } from "../core/notice.ts";

export interface EscalationParts {
  readonly database: Database;
  /** The market's, which states and the log go by. */
  readonly clock: Clock;
  /** People have so long to answer by this one. */
  readonly peopleClock: Clock;
  /** How long they have, each time. */
  readonly ackMinutes: number;
}

const ACTOR: Actor = { kind: "job", name: "alert_check" };
const MINUTE_MS = 60_000;

/** How many alerts were told again or led to a pause. */
export function checkAlerts({ ackMinutes, clock, database, peopleClock }: EscalationParts): number {
  const now = peopleClock.now();
  const overdue = database
    .read(openAlerts)
    .filter((alert) => alert.escalatedAt === null && isOverdue(alert, now - ackMinutes * MINUTE_MS));
  for (const alert of overdue) {
    database.transact(clock.now(), (tx) => {
      if (alert.repeatedAt === null) repeatAlert(tx, alert, now, ACTOR);
      else pauseFor(tx, alert, now);
    });
  }
  return overdue.length;
}

/** Time runs from when the chats were told: what waits to be told nobody can have seen. */
function isOverdue({ expandedAt, repeatedAt }: StoredNotice, before: number): boolean {
  return expandedAt !== null && (repeatedAt ?? expandedAt) <= before;
}

/** What stands already stays as it is: an unheard alert never weakens a stop. */
function pauseFor(tx: Tx, alert: StoredNotice, now: number): void {
  if (!escalateAlert(tx, alert, now, ACTOR)) return;
  const reason = `Nobody acknowledged the alert “${NOTICES[alert.kind].name}”, which was told twice.`;
  enterState(tx, { by: "safety", cause: "critical_alert_unacknowledged" }, reason, ACTOR);
}
