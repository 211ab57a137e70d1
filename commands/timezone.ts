import { z } from "zod";
import { word } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, fields, problem, say } from "../src/chat/message.ts";

const args = z.object({
  zone: word("a zone such as Europe/Rome or UTC")
    .optional()
    .describe("this chat's new zone; left out, it is shown"),
});

export const timezone = {
  name: "timezone",
  group: "people",
  role: "viewer",
  summary: "The time zone this chat is written to in",
  args,
  examples: ["/timezone", "/timezone Europe/Rome"],
  effects: "change",
  roleFor: ({ zone }) => (zone === undefined ? "viewer" : "operator"),
  run(context, { zone }) {
    const { actor, chat, chats, format, now, timeZone } = context;
    if (zone === undefined) {
      return card({
        title: timeZone,
        body: [fields([["Now", format.instant(now)]])],
        buttons:
          timeZone !== "UTC" && context.may("operator") ? [[commandButton("Use UTC", "timezone UTC")]] : [],
        footer: "/timezone and a name such as Europe/Rome changes it for this chat.",
      });
    }
    return context.transact((tx) => {
      const set = chats.setTimeZone(tx, actor, chat, zone);
      const beside = set.ok && set.value !== "UTC" ? ", with UTC beside them" : "";
      if (set.ok) return say(`Times in this chat are now in ${set.value}${beside}.`, "good");
      return problem(
        set.code === "bad_time_zone"
          ? "There is no such time zone; type a name such as Europe/Rome, America/New_York or UTC."
          : "Only an enrolled chat has a time zone of its own; this one follows the installation's.",
      );
    });
  },
} satisfies Command<typeof args>;
