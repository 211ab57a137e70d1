import { z } from "zod";
import { rest } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { moveState } from "./parts/state-move.ts";

const args = z.object({ reason: rest("why, in a few words").optional().describe("kept in the history") });

export const pause = {
  name: "pause",
  group: "system",
  role: "operator",
  summary: "Stop opening positions; /resume goes on",
  args,
  examples: ["/pause", "/pause exchange maintenance"],
  effects: "change",
  evenLate: true,
  run: (context, { reason }) => moveState(context, "pause", reason),
} satisfies Command<typeof args>;
