/** Renders `docs/commands.md` from the declared commands. */
import { argumentsOf, usageOf } from "./argument-types.ts";
import { COMMAND_GROUPS, type Command } from "./command.ts";

export function commandDocs(commands: readonly Command[]): string {
  const groups = COMMAND_GROUPS.map((group) => ({
    group,
    rows: commands.filter((command) => command.group === group),
  }));
  const sections = groups
    .filter(({ rows }) => rows.length > 0)
    .map(({ group, rows }) =>
      [
        `## ${group}`,
        "",
        "| command | role | what it does | arguments | examples |",
        "|---|---|---|---|---|",
        ...rows.map(row),
        "",
      ].join("\n"),
    );
  return [
    "<!-- Generated from the commands' declarations; change those instead. -->",
    "# Chat commands",
    "",
    "Every command works on every platform. “anyone” is whoever holds a role; people without one are refused.",
    "Arguments in `[brackets]` may be left out. Words that belong together stand in quotation marks.",
    "",
    ...sections,
  ].join("\n");
}

function row(command: Command): string {
  const usage = `/${command.name} ${usageOf(command.args)}`.trim();
  const args = argumentsOf(command.args).map(
    ({ name, help, hint }) => `${name}: ${[help, hint].filter(Boolean).join("; ")}`,
  );
  const cells = [
    `\`${usage}\``,
    command.role,
    command.summary,
    args.join("<br>"),
    command.examples.map((example) => `\`${example}\``).join("<br>"),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
