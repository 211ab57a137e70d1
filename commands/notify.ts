import { z } from "zod";
import { choice } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { card, checklist, problem, text } from "../src/chat/message.ts";

const args = z.object({ what: choice(["test"]).describe("test: a message to every enrolled chat") });

export const notify = {
  name: "notify",
  group: "reports",
  role: "operator",
  summary: "Send a test message to every enrolled chat",
  args,
  examples: ["/notify test"],
  effects: "change",
  run(context) {
    return context.transact((tx) => {
      const chats = context.alerts.sendTest(tx, context.actor);
      if (chats.length === 0) return problem("No chat is enrolled yet; an admin does that with /here.");
      return card({
        title: "A test message is on its way",
        body: [
          checklist(
            chats.map(({ chatId, isSent, platform, threadId }) => ({
              ok: isSent,
              label: `${platform} ${chatId}${threadId === "" ? "" : `, topic ${threadId}`}`,
              note: isSent ? null : `${platform} is not running here.`,
            })),
          ),
          text("Look whether it arrives; /health names what could not be delivered."),
        ],
      });
    });
  },
} satisfies Command<typeof args>;
