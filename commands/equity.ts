import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import { equityCurve, equityOver } from "../src/chat/equity-curve.ts";
import { card, commandButton, fields } from "../src/chat/message.ts";
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
    const { fromAt, label, short } = spanOf(period, now);
    const view = account.equity();
    const points = equityOver(account, fromAt ?? 0, now, POINTS);
    const [{ equityUnits: openingUnits }] = points;
    return card({
      title: `Equity ${format.quote(view.equityUnits)}`,
      body: [
        equityCurve(context, points, label),
        fields([
          ...(openingUnits === view.startingUnits ? [] : change(context, `Change, ${short}`, openingUnits)),
          ...change(context, "Since start", view.startingUnits),
          ["Cash", format.quote(view.cashUnits)],
          ["Realised today", format.signedQuote(view.todayRealisedUnits)],
          ["Peak", format.quote(view.peakUnits)],
          ["Below the peak", format.percent(view.drawdown)],
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

type Pairs = readonly (readonly [label: string, value: string])[];

/** Until now. */
function change({ account, format }: CommandContext, label: string, fromUnits: number): Pairs {
  const changeUnits = account.equity().equityUnits - fromUnits;
  return [
    [label, format.signedQuote(changeUnits)],
    ["In percent", format.signedPercent(fromUnits === 0 ? null : changeUnits / fromUnits)],
  ];
}
