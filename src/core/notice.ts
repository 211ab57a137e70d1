/** A fact that people must hear. A row of `notices`, inserted in the transaction that caused it; chat expands and renders it. */
import type { Facts } from "./errors.ts";

export const NOTICE_LEVELS = ["info", "warning", "critical"] as const;
export type NoticeLevel = (typeof NOTICE_LEVELS)[number];

/** Which enrolled chats hear it. */
export const NOTICE_TOPICS = ["approvals", "alerts", "reports"] as const;
export type NoticeTopic = (typeof NOTICE_TOPICS)[number];

/** Kinds of notice; a renderer exists for each. */
export const NOTICE_KINDS = [
  "state_changed",
  "order_filled",
  "entry_lock",
  "daily_loss_reached",
  "equity_stop",
  "data_stale",
  "data_fresh",
  "config_drift",
  "job_failed",
  "process_started",
  "recovery_problem",
  "stranger_refused",
  "message",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export interface Notice {
  readonly kind: NoticeKind;
  readonly level: NoticeLevel;
  readonly topic: NoticeTopic;
  readonly facts: Facts;
}
