/** The commands of this installation by name; a wrong declaration is refused when the process starts. */
import { type Role, roleCovers } from "../core/actor.ts";
import { invariant } from "../core/errors.ts";
import { argumentsOf } from "./argument-types.ts";
import type { Command, NeededRole } from "./command.ts";

export interface Registry {
  readonly commands: readonly Command[];
  find(name: string): Command | null;
  /** The command a mistyped name is nearest to, among those the role may use; null when nothing is near. */
  nearest(name: string, role: Role): Command | null;
  /** What a role may use, in the declared order. */
  menuFor(role: Role): readonly Command[];
}

/** Telegram's rule for command names; the strictest of the platforms. */
const COMMAND_NAME = /^[a-z][a-z0-9_]{0,31}$/;
const LONGEST_SUMMARY = 60;

export const mayUse = (held: Role, needed: NeededRole): boolean =>
  needed === "anyone" || roleCovers(held, needed);

export function createRegistry(commands: readonly Command[]): Registry {
  const byName = new Map<string, Command>();
  for (const command of commands) {
    checkDeclaration(command);
    invariant(!byName.has(command.name), "command_twice", `There are two commands named ${command.name}.`);
    byName.set(command.name, command);
  }
  const menuFor = (role: Role): readonly Command[] =>
    commands.filter((command) => mayUse(role, command.role));
  return {
    commands,
    find: (name) => byName.get(name) ?? null,
    nearest: (name, role) => nearestTo(name, menuFor(role)),
    menuFor,
  };
}

function checkDeclaration(command: Command): void {
  const { name, summary } = command;
  const facts = { command: name };
  invariant(COMMAND_NAME.test(name), "command_name", `"${name}" cannot be a command's name.`, facts);
  invariant(
    summary.length > 0 && summary.length <= LONGEST_SUMMARY,
    "command_summary",
    `The summary of ${name} must have 1 to ${LONGEST_SUMMARY} characters.`,
    facts,
  );
  const args = argumentsOf(command.args);
  for (const [index, argument] of args.entries()) {
    const followsOptional = index > 0 && args[index - 1]!.isOptional;
    invariant(
      argument.isOptional || !followsOptional,
      "command_arguments",
      `${name}: ${argument.name} must be given, but the one before may be left out.`,
      facts,
    );
    invariant(
      !argument.rest || index === args.length - 1,
      "command_arguments",
      `${name}: only the last argument may take the rest of the line.`,
      facts,
    );
  }
}

function nearestTo(name: string, commands: readonly Command[]): Command | null {
  const wanted = name.toLowerCase().slice(0, 32);
  const byStart =
    wanted.length >= 3 ? commands.find((command) => command.name.startsWith(wanted)) : undefined;
  if (byStart) return byStart;
  const near = commands
    .map((command) => ({ command, distance: editDistance(wanted, command.name) }))
    .filter(({ command, distance }) => distance <= (command.name.length > 4 ? 2 : 1))
    .toSorted((a, b) => a.distance - b.distance);
  return near[0]?.command ?? null;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
