/** What one cycle (or a flatten) came to, as a card. */
import type { CommandContext } from "../../src/chat/context.ts";
import { type Card, card, commandButton, fields, text } from "../../src/chat/message.ts";
import type { CycleOutcome } from "../../src/chat/trading-capabilities.ts";
import { reasonSentence } from "./reason-sentence.ts";

export function outcomeCard({ format, now }: CommandContext, outcome: CycleOutcome, title: string): Card {
  const { orderId, reason, side, signalReason } = outcome;
  const isDone = reason === "executed" || reason === "order_placed";
  return card({
    title: `${title}: ${reason}`,
    tone: isDone ? "good" : "neutral",
    body: [
      text(reasonSentence(reason)),
      fields([
        ["Signal", side === null ? null : `${side}${signalReason === null ? "" : `, ${signalReason}`}`],
        ["Order", orderId === null ? null : `#${orderId}`],
        ["At", format.instant(now)],
      ]),
    ],
    buttons: [
      [
        commandButton("Why", orderId === null ? "why" : `why ${orderId}`),
        commandButton("Position", "position"),
        commandButton("Status", "status"),
      ],
    ],
  });
}
