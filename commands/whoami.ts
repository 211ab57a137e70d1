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
  run(context) {
    const { chat, format, now, oneTimeCodes, people, timeZone, who } = context;
    const accounts = people.byId(who.personId)?.accounts ?? [];
    const isEnrolled = oneTimeCodes.isEnrolled(who.personId);
    // What they answer is for one pair of eyes.
    const ownSteps = [
      commandButton("Join another account", "link"),
      ...(isEnrolled || !oneTimeCodes.hasKey() ? [] : [commandButton("Set up codes", "totp")]),
    ];
    return card({
      title: who.label,
      body: [
        fields([
          ["Role", who.role],
          ["Person", `#${who.personId}`],
          ...accounts.map(({ accountId, platform }) => [platform, accountId] as const),
          ["One-time code", isEnrolled ? "enrolled" : "not enrolled"],
          ["Asked on", chat.platform],
          ["Time zone", timeZone],
        ]),
      ],
      buttons: [
        [commandButton("What I can do", "help"), commandButton("Menu", "menu")],
        ...(chat.isPrivate ? [ownSteps] : []),
      ],
      footer: format.instant(now),
    });
  },
} satisfies Command<typeof args>;
