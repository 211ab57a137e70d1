import { z } from "zod";
import { argumentsOf, usageOf, word } from "../src/chat/argument-types.ts";
import { COMMAND_GROUPS, type Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import { card, fields, problem, type Reply, text } from "../src/chat/message.ts";

const args = z.object({ command: word("a command's name").optional().describe("the command to explain") });

export const help = {
  name: "help",
  group: "help",
  role: "anyone",
  summary: "What you can do here",
  args,
  examples: ["/help", "/help status"],
  effects: "read",
  run(context, { command }) {
    return command === undefined ? overview(context) : explain(context, command);
  },
} satisfies Command<typeof args>;

function overview(context: CommandContext): Reply {
  const mine = context.commands.filter(({ role }) => context.may(role));
  const groups = COMMAND_GROUPS.flatMap((group) => {
    const rows = mine
      .filter((one) => one.group === group)
      .map(({ name, summary }) => [`/${name}`, summary] as const);
    return rows.length === 0 ? [] : [fields(rows, group)];
  });
  return card({
    title: `What you can do as ${context.who.role}`,
    body: groups,
    footer: "/help and a name explains one command.",
  });
}

function explain(context: CommandContext, name: string): Reply {
  const wanted = name.replace(/^\//, "").toLowerCase();
  const command = context.commands.find((one) => one.name === wanted);
  if (command === undefined || !context.may(command.role)) {
    return problem(`There is no command /${wanted} for you; /help lists those you can use.`);
  }
  return card({
    title: `/${command.name} ${usageOf(command.args)}`.trim(),
    body: [
      text(command.summary),
      fields(
        argumentsOf(command.args).map(({ name, help: what, hint, isOptional }) => [
          name,
          `${what ? `${what}: ` : ""}${hint}${isOptional ? " (may be left out)" : ""}`,
        ]),
      ),
      fields([
        ["Needs", command.role === "anyone" ? "any role" : command.role],
        ["Examples", command.examples.join("\n")],
      ]),
    ],
  });
}
