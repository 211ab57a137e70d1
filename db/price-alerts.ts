/** Prices that people asked to be told of: each is told once, when the market touches it. */
import type { Actor } from "../src/core/actor.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface PriceAlert {
  readonly id: number;
  /** Where the level lay when it was asked for. */
  readonly direction: "above" | "below";
  readonly ticks: number;
  readonly personId: number;
  readonly createdAt: number;
}

type Wanted = Omit<PriceAlert, "id" | "createdAt">;

const COLUMNS = "id, direction, ticks, person_id AS personId, created_at AS createdAt";
const IS_WAITING = "fired_at IS NULL AND canceled_at IS NULL";

/** `price` is the level in words, for the log. */
export function insertPriceAlert(
  tx: Tx,
  { direction, ticks, personId }: Wanted,
  price: string,
  actor: Actor,
): PriceAlert {
  const { lastId: id } = tx.run(
    `INSERT INTO price_alerts (direction, ticks, person_id, created_at)
     VALUES ($direction, $ticks, $personId, $now)`,
    { direction, ticks, personId, now: tx.now },
  );
  const alert = { id, direction, ticks, personId, createdAt: tx.now };
  auditPriceAlert(
    tx,
    "price_alert_added",
    actor,
    `To be told when the price is ${direction} ${price}.`,
    alert,
  );
  return alert;
}

/** Those that still wait for their price, in the order they were asked for. */
export const waitingPriceAlerts = (reader: Reader): PriceAlert[] =>
  reader.all<PriceAlert>(`SELECT ${COLUMNS} FROM price_alerts WHERE ${IS_WAITING} ORDER BY id`);

/** False when it no longer waits. */
export function cancelPriceAlert(tx: Tx, alert: PriceAlert, actor: Actor): boolean {
  const sql = `UPDATE price_alerts SET canceled_at = $now WHERE id = $id AND ${IS_WAITING}`;
  if (tx.run(sql, { id: alert.id, now: tx.now }).changes === 0) return false;
  auditPriceAlert(tx, "price_alert_removed", actor, `Price alert ${alert.id} was removed.`, alert);
  return true;
}

/** True once: the caller that gets it tells people in the same transaction. */
export function markPriceAlertFired(tx: Tx, alert: PriceAlert, actor: Actor): boolean {
  const sql = `UPDATE price_alerts SET fired_at = $now WHERE id = $id AND ${IS_WAITING}`;
  if (tx.run(sql, { id: alert.id, now: tx.now }).changes === 0) return false;
  auditPriceAlert(tx, "price_alert_fired", actor, `The price touched alert ${alert.id}.`, alert);
  return true;
}

function auditPriceAlert(
  tx: Tx,
  type: string,
  actor: Actor,
  summary: string,
  { id, direction, ticks, personId }: PriceAlert,
): void {
  tx.audit({ category: "chat", type, actor, summary, facts: { alertId: id, direction, ticks, personId } });
}
