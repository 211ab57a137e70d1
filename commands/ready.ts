import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { card, checklist, commandButton, text } from "../src/chat/message.ts";
import { readinessItems } from "./parts/readiness-items.ts";
import { movesFrom } from "./parts/state-move.ts";

const args = z.object({});

export const ready = {
  name: "ready",
  group: "system",
  role: "viewer",
  summary: "Whether everything trading needs is well",
  args,
  examples: ["/ready"],
  effects: "read",
  run(context) {
    const items = context.engine.readiness();
    const missing = items.filter(({ ok }) => !ok).length;
    const { state } = context.state.current();
    return card({
      title: missing === 0 ? "Ready to trade" : `Not ready: ${missing} of ${items.length}`,
      tone: missing === 0 ? "good" : "warning",
      body: [
        checklist(readinessItems(items)),
        ...(missing === 0 && state !== "RUNNING"
          ? [text(`The state is ${state}: nothing trades until it is RUNNING.`)]
          : []),
      ],
      buttons: [
        [commandButton("Check again", "ready"), commandButton("Data", "data")],
        [...movesFrom(context, state), commandButton("Status", "status")],
      ],
      footer: context.format.instant(context.now),
    });
  },
} satisfies Command<typeof args>;
