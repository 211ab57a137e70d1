/** Fills: what was executed. Rows never change; the position is their sum. */
import type { Actor } from "../src/core/actor.ts";
import type { Fill, OrderPurpose, OrderType } from "../src/core/order.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface NewFill {
  readonly accountId: number;
  readonly orderId: number;
  /** The exchange's trade id; on paper our own running number. Unique within the account. */
  readonly tradeId: string;
  readonly fill: Fill;
  /** What was done, in words for people; lots and ticks when left out. */
  readonly words?: string;
}

export interface StoredFill extends Fill {
  readonly id: number;
  readonly accountId: number;
  readonly orderId: number;
  readonly tradeId: string;
  /** From the order. */
  readonly purpose: OrderPurpose;
  readonly orderType: OrderType;
  readonly decisionTicks: number;
}

const SELECT = `SELECT fills.id AS id, fills.account_id AS accountId, order_id AS orderId, trade_id AS tradeId,
  fills.side AS side, ticks, fills.lots AS lots, fee_units AS feeUnits, fee_asset AS feeAsset,
  is_maker AS isMaker, at, purpose, orders.type AS orderType, decision_ticks AS decisionTicks
  FROM fills JOIN orders ON orders.id = order_id`;

/** A trade id seen before throws (`database_refused`): ask `hasFill` where a repeat is expected. */
export function insertFill(
  tx: Tx,
  { accountId, orderId, tradeId, fill, words }: NewFill,
  actor: Actor,
): number {
  const { side, ticks, lots, feeUnits, feeAsset, isMaker, at } = fill;
  const facts = { accountId, orderId, tradeId, side, ticks, lots, feeUnits, feeAsset, isMaker, at };
  const { lastId: fillId } = tx.run(
    `INSERT INTO fills (account_id, order_id, trade_id, side, ticks, lots, fee_units, fee_asset, is_maker, at)
     VALUES ($accountId, $orderId, $tradeId, $side, $ticks, $lots, $feeUnits, $feeAsset, $isMaker, $at)`,
    facts,
  );
  tx.audit({
    category: "trading",
    type: "order_filled",
    actor,
    summary: `Order ${orderId}: ${side === "buy" ? "bought" : "sold"} ${words ?? `${lots} lots at ${ticks} ticks`}.`,
    facts: { fillId, ...facts },
  });
  return fillId;
}

export const hasFill = (reader: Reader, accountId: number, tradeId: string): boolean =>
  reader.get("SELECT 1 FROM fills WHERE account_id = $accountId AND trade_id = $tradeId", {
    accountId,
    tradeId,
  }) !== null;

/** Every fill in the order it was booked, which is the order the position was computed in. */
export function* fillsOf(reader: Reader, accountId: number): IterableIterator<StoredFill> {
  const rows = reader.iterate<StoredRow>(`${SELECT} WHERE fills.account_id = $accountId ORDER BY fills.id`, {
    accountId,
  });
  for (const row of rows) yield fillOf(row);
}

/** Newest first; `beforeId` is the last id of the page before. */
export function fillsPage(
  reader: Reader,
  { accountId, beforeId, limit }: { accountId: number; beforeId?: number | undefined; limit: number },
): StoredFill[] {
  return reader
    .all<StoredRow>(
      `${SELECT} WHERE fills.account_id = $accountId AND fills.id < $beforeId ORDER BY fills.id DESC LIMIT $limit`,
      { accountId, beforeId: beforeId ?? Number.MAX_SAFE_INTEGER, limit },
    )
    .map(fillOf);
}

/** The same by position: `offset` newer ones are left out. */
export function fillsFrom(
  reader: Reader,
  { accountId, offset, limit }: { accountId: number; offset: number; limit: number },
): StoredFill[] {
  return reader
    .all<StoredRow>(
      `${SELECT} WHERE fills.account_id = $accountId ORDER BY fills.id DESC LIMIT $limit OFFSET $offset`,
      { accountId, offset, limit },
    )
    .map(fillOf);
}

/** Those booked after the fill of that id, oldest first. */
export const fillsAfter = (reader: Reader, accountId: number, afterId: number): StoredFill[] =>
  reader
    .all<StoredRow>(
      `${SELECT} WHERE fills.account_id = $accountId AND fills.id > $afterId ORDER BY fills.id`,
      {
        accountId,
        afterId,
      },
    )
    .map(fillOf);

export const fillsOfOrder = (reader: Reader, orderId: number): StoredFill[] =>
  reader.all<StoredRow>(`${SELECT} WHERE order_id = $orderId ORDER BY fills.id`, { orderId }).map(fillOf);

export const countFills = (reader: Reader, accountId: number): number =>
  reader.get<{ n: number }>("SELECT count(*) AS n FROM fills WHERE account_id = $accountId", { accountId })
    ?.n ?? 0;

type StoredRow = Omit<StoredFill, "isMaker"> & { readonly isMaker: number };

const fillOf = (row: StoredRow): StoredFill => ({ ...row, isMaker: row.isMaker === 1 });
