import { z } from "zod";
import { integer } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, problem, say, table } from "../src/chat/message.ts";
import { tunableText } from "./parts/tunable-text.ts";

const args = z.object({
  a: integer(1, 999_999).describe("the earlier version"),
  b: integer(1, 999_999).describe("the later version"),
});

export const diff = {
  name: "diff",
  group: "config",
  role: "viewer",
  summary: "What differs between two config versions",
  args,
  examples: ["/diff 1 2"],
  effects: "read",
  run(context, { a, b }) {
    const left = context.config.version(a);
    const right = context.config.version(b);
    if (left === null || right === null) {
      return problem(`There is no config version ${left === null ? a : b}; /config shows the active one.`);
    }
    const keys = [...new Set([...Object.keys(left.tunables), ...Object.keys(right.tunables)])];
    const changed = keys.filter((key) => left.tunables[key] !== right.tunables[key]);
    if (changed.length === 0) return say(`Versions ${a} and ${b} are the same.`);
    return card({
      title: `Config v${a} → v${b}`,
      body: [
        table(
          ["Tunable", `>v${a}`, `>v${b}`],
          changed.map((key) => [
            key,
            tunableText(context, key, left.tunables[key]),
            tunableText(context, key, right.tunables[key]),
          ]),
        ),
      ],
      buttons: [[commandButton(`Config v${a}`, `config ${a}`), commandButton(`Config v${b}`, `config ${b}`)]],
    });
  },
} satisfies Command<typeof args>;
