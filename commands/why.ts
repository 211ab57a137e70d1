/** The full chain behind an order or the last decision, on one screen. */
import { z } from "zod";
import { integer } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import { type Button, type Card, card, commandButton, problem } from "../src/chat/message.ts";
import type { WhyView } from "../src/chat/why-view.ts";
import { decisionBlocks } from "./parts/decision-blocks.ts";
import { executionBlocks } from "./parts/execution-blocks.ts";
import { PURPOSES } from "./parts/order-words.ts";

const args = z.object({
  order: integer(1, 999_999_999).optional().describe("an order's number; the last decision unless told"),
});

export const why = {
  name: "why",
  group: "trading",
  role: "viewer",
  summary: "The full chain behind an order or a decision",
  args,
  examples: ["/why", "/why 12"],
  effects: "read",
  run(context, { order }) {
    const view = context.why(order ?? null);
    if (view !== null) return chain(context, view);
    return problem(
      order === undefined
        ? "Nothing has been decided yet; the first decision follows the next closed candle."
        : `There is no order #${order} in this account; /orders lists them.`,
    );
  },
} satisfies Command<typeof args>;

function chain(context: CommandContext, view: WhyView): Card {
  const { format } = context;
  const at = view.decision?.decidedAt ?? view.order?.decidedAt;
  return card({
    title: titleOf(view),
    tone: view.fills.length > 0 ? "good" : "neutral",
    body: [...decisionBlocks(context, view), ...executionBlocks(context, view)],
    buttons: buttons(view),
    footer: at === undefined ? null : `Decided ${format.instant(at)}.`,
  });
}

function titleOf({ decision, order }: WhyView): string {
  if (order !== null) return `Why #${order.id}: ${order.side}, ${PURPOSES[order.purpose]}`;
  return decision === null ? "Why" : `Why ${decision.side.toUpperCase()}: ${decision.reason}`;
}

function buttons({ order, configVersion }: WhyView): readonly (readonly Button[])[] {
  const older =
    order !== null && order.id > 1 ? [commandButton(`◀ #${order.id - 1}`, `why ${order.id - 1}`)] : [];
  return [
    [
      ...older,
      order === null ? commandButton("Refresh", "why") : commandButton("Latest", "why"),
      commandButton("Orders", "orders"),
    ],
    [commandButton(`Config v${configVersion}`, `config ${configVersion}`)],
  ];
}
