/** Who may use what, and where, derived from the declared commands: renders `docs/roles.md`. */
import { ROLES } from "../core/actor.ts";
import { invariant } from "../core/errors.ts";
import { readArguments, readLine } from "./arguments.ts";
import type { Command, NeededRole } from "./command.ts";
import { mayUse } from "./registry.ts";

export interface RoleRow {
  readonly command: Command;
  readonly needed: NeededRole;
  /** The command's examples that need this role. */
  readonly lines: readonly string[];
}

/** A command whose words need a higher role than its name has a row for each. */
export function roleMatrix(commands: readonly Command[]): readonly RoleRow[] {
  return commands.flatMap((command) => {
    const byRole = Map.groupBy(command.examples, (line) => neededFor(command, line));
    return [...byRole].map(([needed, lines]) => ({ command, needed, lines }));
  });
}

function neededFor(command: Command, line: string): NeededRole {
  const read = readLine(line);
  const args = read.ok ? readArguments(command, read.value.tail) : read;
  invariant(args.ok, "command_example", `The example ${line} cannot be read.`);
  return command.roleFor?.(args.value) ?? command.role;
}

export function roleDocs(commands: readonly Command[]): string {
  const rows = roleMatrix(commands).map(({ command, needed, lines }) => {
    const forms = needed === command.role ? [`/${command.name}`] : lines;
    const cells = [
      forms.map((form) => `\`${form}\``).join("<br>"),
      ...ROLES.map((role) => (mayUse(role, needed) ? "yes" : "–")),
      command.anywhere === true ? "any chat" : "private and enrolled chats",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return `<!-- Generated from the commands' declarations; change those instead. -->
# Roles

Who may use what, the same on every platform. Rights hang on a person's role alone: what Telegram or Discord call an
administrator counts for nothing here. Where words make a command do more than look, they have a line of their own.
Whoever has no role is told once that they have none, and may only [join a known person's account](commands.md) with
that person's code. Every line is tried by everybody on every platform in \`test/journeys/roles.test.ts\`.

| command | ${ROLES.join(" | ")} | where |
|---|${ROLES.map(() => "---|").join("")}---|
${rows.join("\n")}
`;
}
