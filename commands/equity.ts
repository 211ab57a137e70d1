import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import { type Block, card, commandButton, fields, series, text } from "../src/chat/message.ts";
import { unitsToNumber } from "../src/core/money.ts";
import type { EquityPoint } from "../src/core/position.ts";
import { periodArgument, periodButtons, spanOf } from "./parts/period.ts";

const args = z.object({ period: periodArgument().optional().describe("30d unless told") });
const POINTS = 60;

export const equity = {
  name: "equity",
  group: "trading",
  role: "viewer",
  summary: "Equity and drawdown over a period",
  args,
  examples: ["/equity", "/equity 7d"],
  effects: "read",
  run(context, { period = "30d" }) {
    const { account, format, now } = context;
    const { fromAt, label } = spanOf(period, now);
    const view = account.equity();
    const points = account.equityHistory(fromAt ?? 0, now, POINTS);
    return card({
      title: `Equity ${format.quote(view.equityUnits)}`,
      body: [
        ...curve(context, points, label),
        fields([
          ["Cash", format.quote(view.cashUnits)],
          ["Since start", gain(context, view.startingUnits, view.equityUnits)],
          ["Realised today", format.signedQuote(view.todayRealisedUnits)],
          ["Peak", format.quote(view.peakUnits)],
          ["Drawdown", format.percent(view.drawdown)],
        ]),
      ],
      buttons: [
        periodButtons("equity", period),
        [commandButton("Metrics", `metrics ${period}`), commandButton("Position", "position")],
      ],
      footer: format.instant(view.at),
    });
  },
} satisfies Command<typeof args>;

function curve(context: CommandContext, points: readonly EquityPoint[], label: string): readonly Block[] {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2)
    return [text(`No curve of ${label} yet.`)];
  const { format } = context;
  const deepest = Math.max(...points.map(({ equityUnits, peakUnits }) => fall(equityUnits, peakUnits)));
  return [
    series(
      points.map(({ equityUnits }) => unitsToNumber(equityUnits)),
      `${format.amount(first.equityUnits)} → ${format.quote(last.equityUnits)}, ${label}`,
    ),
    series(
      points.map(({ equityUnits, peakUnits }) => -100 * fall(equityUnits, peakUnits)),
      `Drawdown in %, ${format.percent(deepest)} at the deepest`,
    ),
    fields([["Change", gain(context, first.equityUnits, last.equityUnits)]]),
  ];
}

const fall = (equityUnits: number, peakUnits: number): number =>
  peakUnits <= 0 ? 0 : Math.max(0, (peakUnits - equityUnits) / peakUnits);

const gain = ({ format }: CommandContext, fromUnits: number, toUnits: number): string =>
  `${format.signedQuote(toUnits - fromUnits)} (${format.signedPercent(fromUnits === 0 ? null : (toUnits - fromUnits) / fromUnits)})`;
