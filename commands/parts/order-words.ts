/** Orders in words: what they were for and how far they came. */
import type { OrderPurpose, OrderStatus } from "../../src/core/order.ts";

export const PURPOSES: Readonly<Record<OrderPurpose, string>> = {
  entry: "entry",
  exit_signal: "exit",
  stop_loss: "stop loss",
  trailing_stop: "trailing",
  take_profit: "profit",
  time_stop: "time stop",
  flatten: "flatten",
};

export const STATUSES: Readonly<Record<OrderStatus, string>> = {
  intended: "not sent",
  unknown: "UNKNOWN",
  open: "open",
  partially_filled: "partly",
  filled: "filled",
  canceled: "canceled",
  expired: "expired",
  rejected: "rejected",
};
