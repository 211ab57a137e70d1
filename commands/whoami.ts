import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, fields } from "../src/chat/message.ts";

const args = z.object({});

export const whoami = {
  name: "whoami",
  group: "people",
  role: "anyone",
  summary: "Your name, role and accounts here",
  args,
  examples: ["/whoami"],
  effects: "read",
  run({ chat, format, now, oneTimeCodes, people, timeZone, who }) {
    const accounts = people.byId(who.personId)?.accounts ?? [];
    return card({
      title: who.label,
      body: [
        fields([
          ["Role", who.role],
          ["Person", `#${who.personId}`],
          ...accounts.map(({ accountId, platform }) => [platform, accountId] as const),
          ["One-time code", oneTimeCodes.isEnrolled(who.personId) ? "enrolled" : "not enrolled"],
          ["Asked on", chat.platform],
          ["Time zone", timeZone],
        ]),
      ],
      buttons: [[commandButton("What I can do", "help"), commandButton("Menu", "menu")]],
      footer: format.instant(now),
    });
  },
} satisfies Command<typeof args>;
