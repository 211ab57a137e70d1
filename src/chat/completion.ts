/** What may come next in a half-typed line: command names, then the words an argument may be. */
import { argumentsOf } from "./argument-types.ts";
import type { Command } from "./command.ts";

/** Whole replacements for the line's last word, in alphabetical order; with the slash when the line has one. */
export function completionsOf(commands: readonly Command[], line: string): readonly string[] {
  const words = line.trimStart().split(/\s+/);
  const typed = words.at(-1) ?? "";
  const first = words[0] ?? "";
  const slash = first.startsWith("/") ? "/" : "";
  if (words.length === 1)
    return matching(
      commands.map(({ name }) => slash + name),
      typed,
    );
  const command = commands.find(({ name }) => slash + name === first);
  if (command === undefined) return [];
  if (command.name === "help" && words.length === 2)
    return matching(
      commands.map(({ name }) => name),
      typed,
    );
  const argument = argumentsOf(command.args)[words.length - 2];
  return matching(argument?.options ?? [], typed);
}

const matching = (candidates: readonly string[], typed: string): readonly string[] =>
  candidates.filter((candidate) => candidate.startsWith(typed)).toSorted();
