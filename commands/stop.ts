import { z } from "zod";
import { rest } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { moveState } from "./parts/state-move.ts";

const args = z.object({ reason: rest("why, in a few words").optional().describe("kept in the history") });

/** Long enough to find the second button, too short to forget the first press. */
const SECOND_TAP_MS = 10_000;

export const stop = {
  name: "stop",
  group: "system",
  role: "operator",
  summary: "Emergency stop, at once when typed",
  args,
  examples: ["/stop", "/stop something is wrong"],
  effects: "change",
  evenLate: true,
  confirm(_, { state, via }) {
    if (via === "typed" || state.current().state === "EMERGENCY_STOP") return null;
    return {
      text: "Emergency stop: no entries until an admin recovers. Press “Stop now” within 10 seconds, or type /stop.",
      confirm: "Stop now",
      lastsMs: SECOND_TAP_MS,
    };
  },
  run: (context, { reason }) => moveState(context, "stop", reason),
} satisfies Command<typeof args>;
