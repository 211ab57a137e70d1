/** Buttons that ask for a few words: what to ask whom, and the line that the answers make. */
import { roleRefusal } from "./access.ts";
import { quoteArgument } from "./arguments.ts";
import type { Asker } from "./context.ts";
import type { ButtonAction, Prompt } from "./message.ts";
import type { Registry } from "./registry.ts";

type PromptAction = Extract<ButtonAction, { do: "prompt" }>;

/** Null when the asker may not use the command that the answers are for: the press is then refused as it is. */
export function promptFor(registry: Registry, asker: Asker, { line, prompt }: PromptAction): Prompt | null {
  const command = registry.find(line.split(" ")[0] ?? "");
  return command === null || roleRefusal(asker, command, command.role) !== null ? null : prompt;
}

/** The line with what was typed in its places; null while a field that must be filled is empty. */
export function answeredLine(
  { line, prompt }: PromptAction,
  answers: Readonly<Record<string, string>>,
): string | null {
  let whole = line;
  for (const { name, isOptional, longest } of prompt.fields) {
    const typed = (Object.hasOwn(answers, name) ? (answers[name] ?? "") : "").trim();
    if ((typed === "" && !isOptional) || typed.length > longest) return null;
    const place = `{${name}}`;
    // At the line's end a command takes words as they are; elsewhere they must stay together.
    const written = whole.endsWith(place) ? typed : quoteArgument(typed);
    whole = whole.replace(place, () => written);
  }
  return whole.trim();
}
