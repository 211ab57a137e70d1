import { z } from "zod";
import { integer } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, say, verbatim } from "../src/chat/message.ts";

const args = z.object({ lines: integer(1, 100).optional().describe("how many; 20 unless told") });

export const logs = {
  name: "logs",
  group: "system",
  role: "operator",
  summary: "The last log lines, without secrets",
  args,
  examples: ["/logs", "/logs 50"],
  effects: "read",
  run({ format, now, process }, { lines = 20 }) {
    const tail = process.logTail(lines);
    if (tail.length === 0) return say("Nothing has been logged since the start.");
    return card({
      title: tail.length === 1 ? "The last log line" : `The last ${tail.length} log lines`,
      body: [verbatim(tail.join("\n"))],
      buttons: [[commandButton("Refresh", `logs ${lines}`), commandButton("Health", "health")]],
      footer: format.instant(now),
    });
  },
} satisfies Command<typeof args>;
