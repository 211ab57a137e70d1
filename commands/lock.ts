import { z } from "zod";
import { integer, rest } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, fields, text } from "../src/chat/message.ts";

const THIRTY_DAYS_IN_MINUTES = 43_200;
const MINUTE_MS = 60_000;

const args = z.object({
  minutes: integer(1, THIRTY_DAYS_IN_MINUTES).optional().describe("how long; until /unlock when left out"),
  reason: rest("why, in a few words").optional().describe("shown by /locks"),
});

export const lock = {
  name: "lock",
  group: "trading",
  role: "operator",
  summary: "Block entries by hand; exits go on",
  args,
  examples: ["/lock", "/lock 120 exchange maintenance"],
  effects: "change",
  run(context, { minutes, reason }) {
    const { actor, format, locks, who } = context;
    return context.transact((tx) => {
      const untilAt = minutes === undefined ? null : tx.now + minutes * MINUTE_MS;
      const held = locks.set(tx, actor, untilAt, reason ?? "Locked by hand.");
      return card({
        title: "Entries are locked",
        tone: "warning",
        body: [
          text("The strategy and every exit go on; only entries are denied."),
          fields([
            [
              "Until",
              held.untilAt === null
                ? "/unlock"
                : `${format.shortInstant(held.untilAt)}, ${format.relative(held.untilAt)}`,
            ],
            ["Reason", held.reason],
            ["By", who.label],
          ]),
        ],
        buttons: [
          [
            commandButton("Unlock", `unlock ${held.id}`),
            commandButton("Locks", "locks"),
            commandButton("Status", "status"),
          ],
        ],
      });
    });
  },
} satisfies Command<typeof args>;
