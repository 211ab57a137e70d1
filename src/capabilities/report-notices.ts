/** The day's wrap and the week's report: due at their hour, and once more soon after a start that comes too late for it. */
import type { Database } from "../../db/database.ts";
import { insertNotice, lastNoticeAt } from "../../db/notices.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const REPORTS = {
  daily_wrap: { spanMs: DAY_MS },
  weekly_report: { spanMs: 7 * DAY_MS },
} as const;
export type ReportKind = keyof typeof REPORTS;

/** Figures that are older than this are no news in the morning. */
const LATEST_MS = 12 * HOUR_MS;
/** A day with a change of the clocks is an hour shorter. */
const SLACK_MS = HOUR_MS;

export function tellReport(database: Database, kind: ReportKind, now: number): void {
  const facts = { fromAt: now - REPORTS[kind].spanMs, toAt: now };
  database.transact(now, (tx) => insertNotice(tx, { kind, level: "info", topic: "reports", facts }));
}

export interface Missing {
  readonly now: number;
  /** The report's next turn. */
  readonly nextAt: number;
  /** An account younger than the turn had nothing to report. */
  readonly openedAt: number;
}

/** Whether its last turn passed while the process was down, and not long ago. */
export function isReportMissing(
  database: Database,
  kind: ReportKind,
  { now, nextAt, openedAt }: Missing,
): boolean {
  const dueAt = nextAt - REPORTS[kind].spanMs;
  if (now - dueAt > LATEST_MS || openedAt > dueAt) return false;
  return (database.read((reader) => lastNoticeAt(reader, kind)) ?? 0) < dueAt - SLACK_MS;
}
