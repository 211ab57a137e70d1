import { z } from "zod";
import type { OpenAlert } from "../src/chat/alert-capabilities.ts";
import { integer } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import { card, commandButton, fields, problem, say } from "../src/chat/message.ts";
import type { Facts } from "../src/core/errors.ts";
import { NOTICES } from "../src/core/notice.ts";

const args = z.object({
  alert: integer(1, 999_999_999).optional().describe("an alert's number; everything open when left out"),
});

export const ack = {
  name: "ack",
  group: "reports",
  role: "operator",
  summary: "Say that you have seen critical alerts",
  args,
  examples: ["/ack", "/ack 12"],
  effects: "change",
  evenLate: true,
  run(context, { alert }) {
    return context.transact((tx) => {
      const done = context.alerts.acknowledge(tx, context.actor, alert ?? null);
      if (!done.ok) return problem(refused(context, done.code, done.facts));
      if (done.value.length === 0) return say("No critical alert waits for anybody.", "good");
      return card({
        title: "Acknowledged",
        tone: "good",
        body: [fields(done.value.map((one) => [nameOf(one), context.format.instant(one.at)]))],
        buttons: [[commandButton("Status", "status"), commandButton("Ready?", "ready")]],
      });
    });
  },
} satisfies Command<typeof args>;

const nameOf = ({ kind }: OpenAlert): string => NOTICES[kind].name;

function refused(
  { format, people }: CommandContext,
  code: "no_such_alert" | "acknowledged_already",
  { at, by }: Facts,
): string {
  if (code === "no_such_alert") return "No critical alert has that number; /ack answers all that are open.";
  const who = typeof by === "string" ? ` by ${people.nameOf(by)}` : "";
  return `It was acknowledged${who}${typeof at === "number" ? `, ${format.instant(at)}` : ""}.`;
}
