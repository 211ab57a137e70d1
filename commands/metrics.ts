import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, fields } from "../src/chat/message.ts";
import { figureText } from "./parts/figure-text.ts";
import { periodArgument, periodButtons, spanOf } from "./parts/period.ts";

const args = z.object({ period: periodArgument().optional().describe("the whole account unless told") });

export const metrics = {
  name: "metrics",
  group: "trading",
  role: "viewer",
  summary: "Performance figures of a period",
  args,
  examples: ["/metrics", "/metrics 30d"],
  effects: "read",
  run(context, { period = "all" }) {
    const { account, format, now } = context;
    const { fromAt, label } = spanOf(period, now);
    const { periodMs, sections, startedAt } = account.performance(fromAt, now);
    return card({
      title: `Performance: ${label}`,
      body: sections.map(({ figures, title }) =>
        fields(
          figures.map((figure) => [figure.label, figureText(figure, format)]),
          title,
        ),
      ),
      buttons: [
        periodButtons("metrics", period),
        [commandButton("Equity", `equity ${period}`), commandButton("Daily", "daily")],
      ],
      footer: `From ${format.instant(startedAt)}, on marked equity; risk over ${format.duration(periodMs)} returns.`,
    });
  },
} satisfies Command<typeof args>;
