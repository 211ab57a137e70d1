import type { Side } from "./signal.ts";

export type OrderType = "market" | "limit";

/** Why an order exists. Only `entry` opens or adds; every other purpose reduces. */
export const ORDER_PURPOSES = [
  "entry",
  "exit_signal",
  "stop_loss",
  "trailing_stop",
  "take_profit",
  "time_stop",
  "flatten",
] as const;
export type OrderPurpose = (typeof ORDER_PURPOSES)[number];

/**
 * `intended` is durable and not sent; `unknown` was sent and its outcome is not known (blocks new orders);
 * `canceled`, `expired` and `rejected` may still carry fills.
 */
export const ORDER_STATUSES = [
  "intended",
  "unknown",
  "open",
  "partially_filled",
  "filled",
  "canceled",
  "expired",
  "rejected",
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const isTerminal = (status: OrderStatus): boolean =>
  status === "filled" || status === "canceled" || status === "expired" || status === "rejected";

/** What we decided to send, in exact integers. */
export interface OrderIntent {
  readonly side: Side;
  readonly type: OrderType;
  readonly purpose: OrderPurpose;
  readonly lots: number;
  /** Limit price; null for market orders. */
  readonly limitTicks: number | null;
  /** The price the decision was made at, for slippage measurement. */
  readonly decisionTicks: number;
  /** The close time of the candle that caused it, epoch ms. */
  readonly decidedAt: number;
}

/** One execution. Fee in units (1e-8) of the fee asset. */
export interface Fill {
  readonly side: Side;
  readonly ticks: number;
  readonly lots: number;
  readonly feeUnits: number;
  readonly feeAsset: string;
  /** Whether we made liquidity (a resting limit order) or took it. */
  readonly isMaker: boolean;
  /** Market time of the execution, epoch ms. */
  readonly at: number;
}
