/** Orders: an intent that never changes, and a status that moves forward only. */
import type { Actor } from "../src/core/actor.ts";
import { invariant } from "../src/core/errors.ts";
import { isTerminal, type OrderIntent, type OrderStatus } from "../src/core/order.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface NewOrder {
  /** What is about to be done, in words for people; lots and ticks when left out. */
  readonly words?: string;
  readonly accountId: number;
  /** Unique for ever. */
  readonly clientOrderId: string;
  /** Null when no candle's decision caused it: exits, flatten, a person's order. */
  readonly decisionId: number | null;
  readonly configVersion: number;
  readonly intent: OrderIntent;
}

export interface Order extends OrderIntent {
  readonly id: number;
  readonly accountId: number;
  readonly clientOrderId: string;
  readonly decisionId: number | null;
  readonly configVersion: number;
  readonly status: OrderStatus;
  readonly filledLots: number;
  readonly updatedAt: number;
  readonly detail: string;
}

const COLUMNS = `id, account_id AS accountId, client_order_id AS clientOrderId, decision_id AS decisionId,
  config_version AS configVersion, side, type, purpose, lots, limit_ticks AS limitTicks,
  decision_ticks AS decisionTicks, decided_at AS decidedAt, status, filled_lots AS filledLots,
  updated_at AS updatedAt, detail`;

/** Records what is about to be sent, as `intended`. */
export function insertIntent(tx: Tx, order: NewOrder, actor: Actor): number {
  const { accountId, clientOrderId, decisionId, configVersion, intent } = order;
  const { side, type, purpose, lots, limitTicks, decisionTicks, decidedAt } = intent;
  const facts = {
    ...{ accountId, clientOrderId, decisionId, configVersion },
    ...{ side, type, purpose, lots, limitTicks, decisionTicks, decidedAt },
  };
  const { lastId: orderId } = tx.run(
    `INSERT INTO orders (account_id, client_order_id, decision_id, config_version, side, type, purpose, lots,
       limit_ticks, decision_ticks, decided_at, status, updated_at)
     VALUES ($accountId, $clientOrderId, $decisionId, $configVersion, $side, $type, $purpose, $lots,
       $limitTicks, $decisionTicks, $decidedAt, 'intended', $now)`,
    { ...facts, now: tx.now },
  );
  tx.audit({
    category: "trading",
    type: "order_intended",
    actor,
    summary: `Order ${orderId}: ${order.words ?? `${side} ${lots} lots`} (${type}, ${purpose.replaceAll("_", " ")}).`,
    facts: { orderId, ...facts },
  });
  return orderId;
}

const MOVES: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  intended: ["unknown", "open", "partially_filled", "filled", "canceled", "expired", "rejected"],
  unknown: ["open", "partially_filled", "filled", "canceled", "expired", "rejected"],
  open: ["partially_filled", "filled", "canceled", "expired", "rejected"],
  partially_filled: ["partially_filled", "filled", "canceled", "expired", "rejected"],
  filled: [],
  canceled: [],
  expired: [],
  rejected: [],
};

/**
 * Moves an order forward. `filledLots` is the total so far and never shrinks. A move that is not legal breaks an
 * invariant and throws: a settled order that changes again means that our picture of the exchange was wrong.
 */
export function setOrderStatus(
  tx: Tx,
  orderId: number,
  status: OrderStatus,
  filledLots: number,
  detail: string,
  actor: Actor,
): void {
  const order = orderById(tx, orderId);
  invariant(order !== null, "order_missing", "A status was set for an order that does not exist.", {
    orderId,
  });
  assertMove(order, status, filledLots);
  const { changes } = tx.run(
    `UPDATE orders SET status = $status, filled_lots = $filledLots, detail = $detail, updated_at = $now
     WHERE id = $orderId AND status = $from`,
    { orderId, status, filledLots, detail, from: order.status, now: tx.now },
  );
  invariant(changes === 1, "order_move_lost", "An order changed while it was being moved.", { orderId });
  tx.audit({
    category: "trading",
    type: "order_status_changed",
    actor,
    summary: `Order ${orderId}: ${order.status} → ${status}${detail === "" ? "" : ` (${detail})`}.`,
    facts: { orderId, from: order.status, to: status, filledLots, lots: order.lots, detail },
  });
}

function assertMove(order: Order, to: OrderStatus, filledLots: number): void {
  const facts = {
    orderId: order.id,
    from: order.status,
    to,
    filledBefore: order.filledLots,
    filledLots,
    lots: order.lots,
  };
  invariant(MOVES[order.status].includes(to), "order_move_illegal", "An order cannot move that way.", facts);
  invariant(
    filledLots >= order.filledLots && filledLots <= order.lots,
    "order_fill_bounds",
    "What is filled never shrinks and never exceeds the order.",
    facts,
  );
  const isWhole = filledLots === order.lots;
  const isPart = filledLots > 0 && !isWhole;
  const agrees =
    to === "filled"
      ? isWhole
      : to === "partially_filled"
        ? isPart
        : isTerminal(to)
          ? !isWhole
          : filledLots === 0;
  invariant(agrees, "order_fill_status", "The filled quantity does not fit the status.", facts);
}

export const orderById = (reader: Reader, id: number): Order | null =>
  reader.get<Order>(`SELECT ${COLUMNS} FROM orders WHERE id = $id`, { id });

export const orderByClientId = (reader: Reader, clientOrderId: string): Order | null =>
  reader.get<Order>(`SELECT ${COLUMNS} FROM orders WHERE client_order_id = $clientOrderId`, {
    clientOrderId,
  });

/** Newest first; `beforeId` is the last id of the page before. */
export function ordersPage(
  reader: Reader,
  { accountId, beforeId, limit }: { accountId: number; beforeId?: number | undefined; limit: number },
): Order[] {
  return reader.all<Order>(
    `SELECT ${COLUMNS} FROM orders WHERE account_id = $accountId AND id < $beforeId ORDER BY id DESC LIMIT $limit`,
    { accountId, beforeId: beforeId ?? Number.MAX_SAFE_INTEGER, limit },
  );
}

/** The same by position: `offset` newer ones are left out. */
export function ordersFrom(
  reader: Reader,
  { accountId, offset, limit }: { accountId: number; offset: number; limit: number },
): Order[] {
  return reader.all<Order>(
    `SELECT ${COLUMNS} FROM orders WHERE account_id = $accountId ORDER BY id DESC LIMIT $limit OFFSET $offset`,
    { accountId, offset, limit },
  );
}

export const countOrders = (reader: Reader, accountId: number): number =>
  reader.get<{ n: number }>("SELECT count(*) AS n FROM orders WHERE account_id = $accountId", { accountId })
    ?.n ?? 0;

/** The order a decision led to; null when it led to none. */
export const orderOfDecision = (reader: Reader, decisionId: number): Order | null =>
  reader.get<Order>(`SELECT ${COLUMNS} FROM orders WHERE decision_id = $decisionId ORDER BY id LIMIT 1`, {
    decisionId,
  });

/** Orders whose story has not ended, oldest first. The unary plus keeps SQLite on the index of just these. */
export function unsettledOrders(reader: Reader, accountId: number): Order[] {
  return reader.all<Order>(
    `SELECT ${COLUMNS} FROM orders
     WHERE status IN ('intended', 'unknown', 'open', 'partially_filled') AND +account_id = $accountId ORDER BY id`,
    { accountId },
  );
}

/** How many orders were decided at or after the instant, for the throttle. */
export function ordersSince(reader: Reader, accountId: number, at: number): number {
  const sql = "SELECT count(*) AS n FROM orders WHERE account_id = $accountId AND decided_at >= $at";
  return reader.get<{ n: number }>(sql, { accountId, at })?.n ?? 0;
}
