import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import { equityCurve } from "../src/chat/equity-curve.ts";
import { type Block, card, commandButton, fields } from "../src/chat/message.ts";
import type { EquityPoint } from "../src/core/position.ts";
import { periodArgument, periodButtons, spanOf } from "./parts/period.ts";

const args = z.object({ period: periodArgument().optional().describe("30d unless told") });
/** As many as a phone shows apart. */
const POINTS = 240;

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
        equityCurve(context, points, label),
        ...change(context, points),
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

/** Over the span shown; nothing without a curve. */
function change(context: CommandContext, points: readonly EquityPoint[]): readonly Block[] {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return [];
  return [fields([["Change", gain(context, first.equityUnits, last.equityUnits)]])];
}

const gain = ({ format }: CommandContext, fromUnits: number, toUnits: number): string =>
  `${format.signedQuote(toUnits - fromUnits)} (${format.signedPercent(fromUnits === 0 ? null : (toUnits - fromUnits) / fromUnits)})`;
