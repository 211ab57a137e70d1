/** The spans that performance is asked for. */
import { choice } from "../../src/chat/argument-types.ts";
import { type Button, commandButton } from "../../src/chat/message.ts";

const DAY_MS = 86_400_000;

const PERIODS = {
  today: { label: "today (UTC)", short: "today", fromAt: (now: number) => now - (now % DAY_MS) },
  "7d": { label: "the last 7 days", short: "7 days", fromAt: (now: number) => now - 7 * DAY_MS },
  "30d": { label: "the last 30 days", short: "30 days", fromAt: (now: number) => now - 30 * DAY_MS },
  "90d": { label: "the last 90 days", short: "90 days", fromAt: (now: number) => now - 90 * DAY_MS },
  "1y": { label: "the last year", short: "1 year", fromAt: (now: number) => now - 365 * DAY_MS },
  all: { label: "the account's whole life", short: "all time", fromAt: () => null },
} as const satisfies Record<string, { label: string; short: string; fromAt: (now: number) => number | null }>;

export type Period = keyof typeof PERIODS;
export const periodArgument = () => choice(["today", "7d", "30d", "90d", "1y", "all"]);

export interface Span {
  readonly label: string;
  /** `30 days`, beside a figure. */
  readonly short: string;
  /** Null for the account's whole life. */
  readonly fromAt: number | null;
}

export const spanOf = (period: Period, now: number): Span => ({
  ...PERIODS[period],
  fromAt: PERIODS[period].fromAt(now),
});

/** The other spans one tap away, at most five a row. */
export const periodButtons = (command: string, shown: Period): readonly Button[] =>
  (Object.keys(PERIODS) as Period[])
    .filter((period) => period !== shown)
    .map((period) => commandButton(period, `${command} ${period}`));
