import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { card, fields } from "../src/chat/message.ts";

const args = z.object({});

export const tgInfo = {
  name: "tg_info",
  group: "help",
  role: "anyone",
  summary: "The ids of this chat and of your account",
  args,
  examples: ["/tg_info"],
  effects: "read",
  anywhere: true,
  run({ chat, chats, timeZone, who }) {
    const enrolled = chats.find(chat);
    return card({
      title: "This chat",
      body: [
        fields([
          ["Platform", chat.platform],
          ["Chat id", chat.chatId],
          ["Topic", chat.threadId === "" ? null : chat.threadId],
          ["Kind", chat.isPrivate ? "private" : "group or channel"],
          [
            "Hears",
            enrolled === null || enrolled.topics.length === 0
              ? "nothing by itself"
              : enrolled.topics.join(", "),
          ],
          ["Time zone", timeZone],
          ["Your id", who.accountId],
        ]),
      ],
    });
  },
} satisfies Command<typeof args>;
