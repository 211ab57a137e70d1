/** The account span by span: how marked equity changed and what closed trades earned. */
import { sumOfTrades, tradesSince } from "../../src/chat/closed-trades.ts";
import type { CommandContext } from "../../src/chat/context.ts";
import { type Button, type Card, card, commandButton, fields, table } from "../../src/chat/message.ts";
import type { ClosedTrade } from "../../src/core/position.ts";
import { type CalendarSpan, type CalendarUnit, calendarSpans } from "./calendar.ts";

interface SpanResult extends CalendarSpan {
  /** Change of marked equity, quote units; null where nothing was recorded. */
  readonly changeUnits: number | null;
  readonly openingUnits: number;
  readonly trades: readonly ClosedTrade[];
}

const TITLES: Readonly<Record<CalendarUnit, readonly [title: string, column: string, running: string]>> = {
  day: ["Day by day", "Day", "Today"],
  week: ["Week by week", "Week of", "This week"],
  month: ["Month by month", "Month", "This month"],
};

export function calendarReport(context: CommandContext, unit: CalendarUnit, count: number): Card {
  const { format, now } = context;
  const results = recordedOnly(resultsOf(context, calendarSpans(unit, now, count)));
  const [title, column, running] = TITLES[unit];
  const current = results[0];
  return card({
    title,
    body: [
      ...(current === undefined ? [] : [fields(currentFigures(context, current), running)]),
      table(
        [column, ">Change", ">%", ">Trades"],
        results.map(({ changeUnits, label, openingUnits, trades }) => [
          label,
          changeUnits === null ? "n/a" : format.signedAmount(changeUnits),
          format.signedPercent(share(changeUnits, openingUnits)),
          String(trades.length),
        ]),
      ),
    ],
    buttons: [otherReports(unit), [commandButton("Metrics", "metrics"), commandButton("Equity", "equity")]],
    footer: `Marked equity in ${context.market.instrument().quoteAsset}, by UTC ${unit}; ${format.instant(now)}.`,
  });
}

function currentFigures({ format }: CommandContext, { changeUnits, trades }: SpanResult) {
  const sum = sumOfTrades(trades);
  return [
    ["Equity", changeUnits === null ? "n/a" : format.signedQuote(changeUnits)],
    ["Closed trades", sum.count === 0 ? "none" : `${sum.won} won, ${sum.lost} lost`],
    ["Their result", sum.count === 0 ? null : format.signedQuote(sum.pnlUnits)],
    ["Their fees", sum.count === 0 ? null : format.quote(sum.feesUnits)],
  ] as const;
}

const share = (changeUnits: number | null, openingUnits: number): number | null =>
  changeUnits === null || openingUnits === 0 ? null : changeUnits / openingUnits;

/** A span opens where the one before it closed; the account's first with what it started with. */
function resultsOf({ account }: CommandContext, spans: readonly CalendarSpan[]): readonly SpanResult[] {
  const { startingUnits } = account.equity();
  const earlier = account.equityHistory(0, spans.at(-1)?.fromAt ?? 0, 2).at(-1);
  const trades = tradesSince(account, spans.at(-1)?.fromAt ?? 0);
  const recorded = spans.map(({ fromAt, toAt }) => account.equityHistory(fromAt, toAt, 2));
  return spans.map((span, index) => {
    const own = recorded[index] ?? [];
    const closing = own.at(-1)?.equityUnits ?? null;
    const before = recorded
      .slice(index + 1)
      .find((points) => points.length > 0)
      ?.at(-1);
    const openingUnits = (before ?? earlier)?.equityUnits ?? startingUnits;
    return {
      ...span,
      openingUnits,
      changeUnits: closing === null ? null : closing - openingUnits,
      trades: trades.filter(({ exitAt }) => exitAt >= span.fromAt && exitAt < span.toAt),
    };
  });
}

/** Without the spans before the account's first record; the running one always stays. */
function recordedOnly(results: readonly SpanResult[]): readonly SpanResult[] {
  const last = results.findLastIndex(({ changeUnits, trades }) => changeUnits !== null || trades.length > 0);
  return results.slice(0, Math.max(1, last + 1));
}

const otherReports = (unit: CalendarUnit): readonly Button[] =>
  (
    [
      ["day", "Daily", "daily"],
      ["week", "Weekly", "weekly"],
      ["month", "Monthly", "monthly"],
    ] as const
  )
    .filter(([other]) => other !== unit)
    .map(([, label, line]) => commandButton(label, line));
