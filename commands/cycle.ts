import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { problem, type Reply } from "../src/chat/message.ts";
import { outcomeCard } from "./parts/outcome-card.ts";

const args = z.object({});

export const cycle = {
  name: "cycle",
  group: "trading",
  role: "operator",
  summary: "Run one trading cycle now",
  args,
  examples: ["/cycle"],
  effects: "change",
  async run(context) {
    let answer: Reply | undefined;
    const ran = await context.engine.runCycle(context.actor, (tx, outcome) => {
      answer = context.settle(tx, outcomeCard(context, outcome, "Cycle"));
    });
    if (answer !== undefined) return answer;
    if (ran.ok) return outcomeCard(context, ran.value, "Cycle");
    return problem(
      ran.code === "cycle_running"
        ? "A cycle is running already; try again in a few seconds."
        : "There are not enough candles yet for a cycle; /ready says what is missing.",
    );
  },
} satisfies Command<typeof args>;
