/** Days, weeks and months as the account's books know them: UTC, because the daily loss is counted on UTC days. */
export type CalendarUnit = "day" | "week" | "month";

export interface CalendarSpan {
  readonly label: string;
  readonly fromAt: number;
  /** Exclusive. */
  readonly toAt: number;
}

const DAY_MS = 86_400_000;
/** 29 December 1969: the Monday before the epoch. */
const FIRST_MONDAY = -3 * DAY_MS;

/** The last spans, the running one first. */
export function calendarSpans(unit: CalendarUnit, now: number, count: number): readonly CalendarSpan[] {
  return Array.from({ length: count }, (_, back) => {
    const fromAt = startOf(unit, now, back);
    const label = unit === "month" ? MONTH_LABEL.format(fromAt).replace("Sept", "Sep") : utcDay(fromAt);
    return { label, fromAt, toAt: startOf(unit, now, back - 1) };
  });
}

function startOf(unit: CalendarUnit, now: number, back: number): number {
  const day = now - (now % DAY_MS);
  if (unit === "day") return day - back * DAY_MS;
  if (unit === "week") return day - ((day - FIRST_MONDAY) % (7 * DAY_MS)) - back * 7 * DAY_MS;
  const date = new Date(day);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - back, 1);
}

const DAY_LABEL = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short" });
const MONTH_LABEL = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "short", year: "numeric" });

/** `21 Nov`, the UTC day of an instant. */
export const utcDay = (at: number): string => DAY_LABEL.format(at).replace("Sept", "Sep");
