import { z } from "zod";
import { integer } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import type { ConfigVersionView } from "../src/chat/house-capabilities.ts";
import { type Block, card, commandButton, fields, problem } from "../src/chat/message.ts";
import { tunableText } from "./parts/tunable-text.ts";

const args = z.object({ version: integer(1, 999_999).optional().describe("the active one unless told") });

export const config = {
  name: "config",
  group: "config",
  role: "viewer",
  summary: "Every tunable of a config version",
  args,
  examples: ["/config", "/config 1"],
  effects: "read",
  run(context, { version }) {
    const { config: versions, format } = context;
    const active = versions.active();
    const shown = version === undefined ? active : versions.version(version);
    if (shown === null)
      return problem(`There is no config version ${version}; the active one is ${active.version}.`);
    return card({
      title: `Config v${shown.version}${shown.isActive ? ", active" : ""}`,
      body: [
        fields([
          ["From", shown.source === "environment" ? "the environment, at the first start" : shown.source],
          ["Made", format.instant(shown.createdAt)],
          ["Based on", shown.baseVersion === null ? null : `v${shown.baseVersion}`],
        ]),
        ...groupBlocks(context, shown),
      ],
      buttons: [
        [
          ...(shown.version > 1
            ? [commandButton(`◀ v${shown.version - 1}`, `config ${shown.version - 1}`)]
            : []),
          ...(shown.isActive ? [] : [commandButton("Active", "config")]),
          ...(shown.version === active.version
            ? []
            : [commandButton("Against active", `diff ${shown.version} ${active.version}`)]),
          ...(shown.baseVersion === null
            ? []
            : [commandButton("What changed", `diff ${shown.baseVersion} ${shown.version}`)]),
        ],
      ].filter((row) => row.length > 0),
    });
  },
} satisfies Command<typeof args>;

/** One block a group; of the strategies only the active one's parameters, because no other acts. */
function groupBlocks(context: CommandContext, { tunables }: ConfigVersionView): readonly Block[] {
  const groups = new Map<string, [string, string][]>();
  for (const [key, value] of Object.entries(tunables)) {
    const dot = key.lastIndexOf(".");
    const group = key.slice(0, dot);
    if (group.startsWith("strategy.") && group !== `strategy.${tunables["strategy.active"]}`) continue;
    const rows = groups.get(group) ?? [];
    rows.push([key.slice(dot + 1), tunableText(context, key, value)]);
    groups.set(group, rows);
  }
  return [...groups].map(([group, rows]) => fields(rows, group));
}
