import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { problem, type Reply } from "../src/chat/message.ts";
import { outcomeCard } from "./parts/outcome-card.ts";
import { isReason, reasonSentence } from "./parts/reason-sentence.ts";

const args = z.object({});

export const flatten = {
  name: "flatten",
  group: "system",
  role: "admin",
  summary: "Close the whole position at the market",
  args,
  examples: ["/flatten"],
  effects: "change",
  confirm(_, { account, format, state }) {
    const { isDust, lots, notionalUnits, unrealisedUnits } = account.position();
    if (lots === 0 || isDust) return null;
    const worth = `worth ${format.quote(notionalUnits)}, ${format.signedQuote(unrealisedUnits)} unrealised`;
    const goesOn =
      state.current().state === "RUNNING" ? " Trading goes on; /pause first if it shall not buy again." : "";
    return {
      text: `Sell the whole position of ${format.quantity(lots)} (${worth}) at the market?${goesOn}`,
      confirm: "Close the position",
    };
  },
  async run(context) {
    let answer: Reply | undefined;
    const flattened = await context.engine.flatten(context.actor, (tx, outcome) => {
      answer = context.settle(tx, outcomeCard(context, outcome, "Flatten"));
    });
    if (answer !== undefined) return answer;
    return problem(flattened.ok ? "The position is closed; see /position." : refused(flattened.code));
  },
} satisfies Command<typeof args>;

function refused(code: string): string {
  switch (code) {
    case "flat":
      return "There is no position to close.";
    case "cycle_running":
      return "A cycle is running; try again in a few seconds.";
    default:
      return isReason(code) ? `Nothing was sold. ${reasonSentence(code)}` : "Nothing was sold; see /ready.";
  }
}
