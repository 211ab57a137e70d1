import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { say } from "../src/chat/message.ts";

const args = z.object({});

export const cancel = {
  name: "cancel",
  group: "help",
  role: "anyone",
  summary: "Withdraw the question I am asking you",
  args,
  examples: ["/cancel"],
  effects: "change",
  evenLate: true,
  run: (context) =>
    context.transact((tx) => {
      const withdrawn = context.cancelQuestions(tx);
      if (withdrawn === 0) return say("There was no open question; nothing changed.");
      return say(
        withdrawn === 1
          ? "Canceled; nothing was done."
          : `Canceled ${withdrawn} questions; nothing was done.`,
      );
    }),
} satisfies Command<typeof args>;
