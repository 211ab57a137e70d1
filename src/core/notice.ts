/** A fact that people must hear. A row of `notices`, inserted in the transaction that caused it; chat expands and renders it. */
import type { Facts } from "./errors.ts";

export const NOTICE_LEVELS = ["info", "warning", "critical"] as const;
export type NoticeLevel = (typeof NOTICE_LEVELS)[number];

/** Which enrolled chats hear it. */
export const NOTICE_TOPICS = ["approvals", "alerts", "reports"] as const;
export type NoticeTopic = (typeof NOTICE_TOPICS)[number];

/** How a chat hears a kind of notice. Critical ones are heard with a sound whatever was chosen. */
export const HEARINGS = ["on", "silent", "off"] as const;
export type Hearing = (typeof HEARINGS)[number];

export interface NoticeWords {
  /** Short enough for a button. */
  readonly name: string;
  /** One line: when it comes. */
  readonly line: string;
  /** `chosen` by each chat, `always` heard because it is only ever critical, or asked for by a command of its `own`. */
  readonly hearing: "chosen" | "always" | "own";
}

const chosen = (name: string, line: string): NoticeWords => ({ name, line, hearing: "chosen" });
const always = (name: string, line: string): NoticeWords => ({ name, line, hearing: "always" });
const own = (name: string, line: string): NoticeWords => ({ name, line, hearing: "own" });

/** Every kind of notice as people know it; a renderer exists for each. */
export const NOTICES = {
  state_changed: chosen("State", "Trading was started, paused or stopped."),
  order_filled: chosen("Fills", "An order was filled."),
  price_alert: chosen("Price", "The price touched a level that somebody asked for."),
  entry_lock: chosen("Locks", "A protection blocks entries for a while."),
  daily_loss_reached: chosen("Day's loss", "Today's realised loss reached its limit."),
  equity_stop: always("Equity stop", "Equity fell too far below its peak."),
  data_stale: chosen("Stale data", "Market data is too old to trade on."),
  data_fresh: chosen("Fresh data", "Market data is fresh again."),
  config_drift: chosen("Drift", "The environment differs from the active config."),
  job_failed: chosen("Jobs", "A scheduled job failed."),
  process_started: chosen("Starts", "The program was started."),
  recovery_problem: always("Safety", "A safety check failed."),
  stranger_refused: chosen("Strangers", "Somebody unknown sent a command."),
  account_linked: chosen("Accounts", "An account became somebody's by a link code."),
  platform_reached: chosen("Platforms", "A chat platform went away or came back."),
  message: chosen("Messages", "Anything else worth a line."),
  daily_wrap: chosen("Daily", "The day in figures, every morning."),
  weekly_report: chosen("Weekly", "The week in figures, on Mondays."),
  heartbeat: own("Heartbeat", "A sign of life every few hours; see /heartbeat."),
  delivery_test: own("Test", "Shows that messages arrive; see /notify."),
} as const satisfies Record<string, NoticeWords>;

export type NoticeKind = keyof typeof NOTICES;
export const NOTICE_KINDS = Object.keys(NOTICES) as readonly NoticeKind[];

/** Those a chat may hear silently or not at all. */
export const CHOSEN_KINDS = NOTICE_KINDS.filter((kind) => NOTICES[kind].hearing === "chosen");

export interface Notice {
  readonly kind: NoticeKind;
  readonly level: NoticeLevel;
  readonly topic: NoticeTopic;
  readonly facts: Facts;
}
