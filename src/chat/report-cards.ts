/** Cards whose figures are read when they are drawn: the digest of a span, as a report and on demand, and the sign of life. */
import type { Facts } from "../core/errors.ts";
import type { NoticeKind } from "../core/notice.ts";
import { REASONS } from "../core/reasons.ts";
import { sumOfTrades, tradesSince } from "./closed-trades.ts";
import type { Capabilities } from "./context.ts";
import { type CurvePoint, drawdownsOf, equityCurve, equityOver } from "./equity-curve.ts";
import type { Format } from "./format.ts";
import { type Block, type Card, card, commandButton, fields, table, text } from "./message.ts";

export interface ReportReading
  extends Pick<
    Capabilities,
    "account" | "alerts" | "data" | "engine" | "market" | "people" | "process" | "scheduler" | "state" | "why"
  > {
  readonly format: Format;
  readonly timeZone: string;
  readonly now: number;
}

const TITLES = { daily_wrap: "The day", weekly_report: "The week", heartbeat: "Alive" } as const;
type ReportKind = keyof typeof TITLES;

export const isReport = (kind: NoticeKind): kind is ReportKind => Object.hasOwn(TITLES, kind);

export function reportCard(reading: ReportReading, kind: ReportKind, facts: Facts): Card {
  if (kind === "heartbeat") return heartbeatCard(reading);
  const { now } = reading;
  const fromAt = typeof facts["fromAt"] === "number" ? facts["fromAt"] : now;
  const toAt = typeof facts["toAt"] === "number" ? facts["toAt"] : now;
  return digestCard(reading, { title: TITLES[kind], fromAt, toAt });
}

export interface Span {
  readonly title: string;
  readonly fromAt: number;
  readonly toAt: number;
}

/** Of the curve: every quarter of an hour of a week. */
const POINTS = 672;
const GAPS_READ = 100;

/** What happened in a span and what trading waits for now. */
export function digestCard(reading: ReportReading, span: Span): Card {
  const { account, format, state } = reading;
  const { fromAt, title, toAt } = span;
  const change = figuresOf(reading, span)("pnl");
  const points = equityOver(account, fromAt, toAt, POINTS);
  return card({
    title: `${title}: ${change === null ? state.current().state : format.signedQuote(change)}`,
    tone: change === null || change === 0 ? "neutral" : change > 0 ? "good" : "warning",
    body: [
      table(["Since", `>${format.shortInstant(fromAt)}`], moneyRows(reading, span, points)),
      fields(events(reading, span)),
      ...stateChanges(reading, span),
      text(waitsFor(reading)),
      equityCurve(reading, points, title.toLowerCase()),
    ],
    buttons: [
      [commandButton("Daily", "daily"), commandButton("Equity", "equity"), commandButton("Why", "why")],
    ],
    footer: `Until ${format.instant(toAt)}.`,
  });
}

/** Figures of the span's performance by key; null where there is none. */
function figuresOf({ account }: ReportReading, { fromAt, toAt }: Span): (key: string) => number | null {
  const figures = account.performance(fromAt, toAt).sections.flatMap((section) => section.figures);
  return (key) => figures.find((figure) => figure.key === key)?.value ?? null;
}

function moneyRows(
  reading: ReportReading,
  span: Span,
  points: readonly CurvePoint[],
): readonly (readonly string[])[] {
  const { account, format } = reading;
  const value = figuresOf(reading, span);
  const trades = tradesSince(account, span.fromAt).filter(({ exitAt }) => exitAt <= span.toAt);
  const { count, lost, pnlUnits, won } = sumOfTrades(trades);
  const money = (key: string, write: (units: number) => string): string => {
    const units = value(key);
    return units === null ? "n/a" : write(units);
  };
  return [
    ["Equity", money("end_equity", format.quote)],
    ["Change", money("pnl", format.signedQuote)],
    ["", format.signedPercent(value("return"))],
    ["Drawdown", format.percent(Math.max(...drawdownsOf(points)))],
    ["Closed trades", count === 0 ? "none" : `${won} won, ${lost} lost`],
    ...(count === 0 ? [] : [["Their result", format.signedQuote(pnlUnits)]]),
    ["Fees", money("total_fees", format.quote)],
  ];
}

type Pairs = readonly (readonly [string, string | null])[];

function events({ alerts, data, format }: ReportReading, { fromAt, toAt }: Span): Pairs {
  const { critical, warnings } = alerts.told(fromAt, toAt);
  const open = alerts.open().length;
  const gaps = data.gaps(GAPS_READ).filter((gap) => gap.toAt > fromAt && gap.fromAt < toAt);
  const missingMs = gaps.reduce(
    (sum, gap) => sum + Math.min(gap.toAt, toAt) - Math.max(gap.fromAt, fromAt),
    0,
  );
  return [
    ["Alerts", critical + warnings === 0 ? "none" : `${critical} critical, ${warnings} warnings`],
    ["Unacknowledged", open === 0 ? null : `${open}: /ack`],
    ["Data gaps", gaps.length === 0 ? "none" : `${gaps.length}, ${format.duration(missingMs)} missing`],
  ];
}

const CHANGES_SHOWN = 5;

function stateChanges({ format, people, state }: ReportReading, { fromAt, toAt }: Span): readonly Block[] {
  const recent = state.history(1, 50).rows.filter(({ since }) => since >= fromAt && since <= toAt);
  if (recent.length === 0) return [];
  const rest = recent.length - CHANGES_SHOWN;
  return [
    fields(
      [
        ...recent
          .slice(0, CHANGES_SHOWN)
          .map(
            ({ actor, since, state: to }) =>
              [format.shortInstant(since), `${to}, ${people.nameOf(actor)}`] as const,
          ),
        ["and", rest > 0 ? `${rest} more, see /history` : null],
      ],
      "States",
    ),
  ];
}

/** What would have to happen for the next order. */
function waitsFor({ state, why }: ReportReading): string {
  const current = state.current();
  if (current.state !== "RUNNING") return `${current.state}: ${current.reason}`;
  const decision = why(null)?.decision ?? null;
  if (decision === null) return "RUNNING: the first decision follows the next closed candle.";
  const { reason, signalSentence, timeframe } = decision;
  const said = reason === "signal_hold" ? (signalSentence ?? REASONS[reason]) : REASONS[reason];
  return `RUNNING, last decision: ${said} The next one follows the next closed ${timeframe} candle.`;
}

/** State, money and data in five lines, and whatever is not well. */
function heartbeatCard(reading: ReportReading): Card {
  const { account, data, format, now, state } = reading;
  const { drawdown, equityUnits, todayRealisedUnits } = account.equity();
  const age = data.ageMs(now);
  const problems = pendingProblems(reading);
  return card({
    title: `${TITLES.heartbeat}: ${state.current().state}`,
    tone: problems.length === 0 ? "neutral" : "warning",
    body: [
      table(
        ["Now", `>${format.shortInstant(now)}`],
        [
          ["Equity", format.quote(equityUnits)],
          ["Realised today", format.signedQuote(todayRealisedUnits)],
          ["Drawdown", format.percent(drawdown)],
          ["Data age", age === null ? "no data" : format.duration(age)],
        ],
      ),
      ...(problems.length === 0 ? [] : [fields(problems, "Not well")]),
    ],
    buttons: [[commandButton("Status", "status"), commandButton("Report", "report")]],
  });
}

function pendingProblems({ alerts, engine, process, scheduler }: ReportReading): Pairs {
  const open = alerts.open().length;
  const failing = scheduler.jobs().filter(({ lastStatus }) => lastStatus === "failed");
  const { deadLetters } = process.view();
  const one = (label: string, count: number, words: string): Pairs => (count === 0 ? [] : [[label, words]]);
  return [
    ...one("Alerts", open, `${open} unacknowledged: /ack`),
    ...engine
      .readiness()
      .filter(({ ok }) => !ok)
      .map(({ detail, name }) => [name, detail] as const),
    ...one("Jobs", failing.length, `failing: ${failing.map(({ name }) => name).join(", ")}`),
    ...one("Messages", deadLetters, `${deadLetters} not delivered: /health`),
  ];
}
