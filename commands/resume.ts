import { z } from "zod";
import { rest } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { moveState } from "./parts/state-move.ts";

const args = z.object({ reason: rest("why, in a few words").optional().describe("kept in the history") });

export const resume = {
  name: "resume",
  group: "system",
  role: "operator",
  summary: "Trade again after a pause",
  args,
  examples: ["/resume", "/resume maintenance is over"],
  effects: "change",
  /** Typed, it is meant; a button is pressed by accident. */
  confirm(_, context) {
    if (context.via === "typed" || context.state.current().state !== "PAUSED") return null;
    const unwell = context.engine.readiness().filter(({ ok }) => !ok);
    const warning = unwell.length === 0 ? "" : ` Not well: ${unwell.map(({ name }) => name).join(", ")}.`;
    return { text: `Start trading again?${warning}`, confirm: "Start trading" };
  },
  run: (context, { reason }) => moveState(context, "resume", reason),
} satisfies Command<typeof args>;
