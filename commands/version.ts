import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, fields } from "../src/chat/message.ts";

const args = z.object({});

export const version = {
  name: "version",
  group: "system",
  role: "operator",
  summary: "Build, runtime and start of this process",
  args,
  examples: ["/version"],
  effects: "read",
  run({ engine, format, now, process }) {
    const { runtime, startedAt, version: build } = process.view();
    const { configVersion, mode, symbol } = engine.status();
    return card({
      title: `Countersign ${build}`,
      body: [
        fields([
          ["Runtime", runtime],
          ["Mode", `${mode}, ${symbol}`],
          ["Config", `v${configVersion}`],
          ["Started", format.instant(startedAt)],
          ["Up", format.duration(now - startedAt)],
        ]),
      ],
      buttons: [[commandButton("Health", "health"), commandButton("Status", "status")]],
    });
  },
} satisfies Command<typeof args>;
