/** From a typed line to a command's arguments: strict, and with one sentence that says what to type when it is wrong. */
import type { z } from "zod";
import { type Result, refusal, success } from "../core/errors.ts";
import { type Argument, argumentsOf, usageOf } from "./argument-types.ts";
import type { Command } from "./command.ts";
import { isReadable } from "./readable.ts";

/** A command's name as people type it, on a phone often with a capital. */
const TYPED_NAME = /^[A-Za-z][A-Za-z0-9_]{0,31}$/;
/** Longer lines come from no person; Telegram's own limit. */
const LONGEST_LINE = 4096;
/** How much of what was typed an answer repeats. */
const LONGEST_QUOTE = 40;

export interface TypedLine {
  readonly name: string;
  /** Everything after the name, trimmed. */
  readonly tail: string;
}

/** A refusal whose `facts.sentence` is the answer to the person. */
export type BadLine = ReturnType<typeof badLine>;
type BadLineCode = "empty_line" | "line_too_long" | "unreadable_line" | "bad_command_name" | "bad_arguments";
const badLine = (code: BadLineCode, sentence: string) => refusal(code, { sentence });

/** Splits off the command's name; the slash may be left out. */
export function readLine(text: string): Result<TypedLine, BadLineCode> {
  if (text.length > LONGEST_LINE) {
    return badLine("line_too_long", `That is longer than ${LONGEST_LINE} characters; send a shorter line.`);
  }
  if (!isReadable(text)) {
    return badLine(
      "unreadable_line",
      "That line has invisible or control characters; type it again by hand.",
    );
  }
  const [, name, tail] = /^\s*\/?(\S*)\s*(.*)$/s.exec(text) ?? [];
  if (!name) return badLine("empty_line", "Type a command; /help lists them.");
  // Tested before it is made small: the Kelvin sign becomes a plain k.
  if (!TYPED_NAME.test(name)) {
    const sentence = /^\d{1,2}$/.test(name)
      ? `There is no button ${name} now; /help lists the commands.`
      : /^[\x20-\x7e]*$/.test(name)
        ? `"${excerpt(name)}" is not a command's name; /help lists the commands.`
        : `"${excerpt(name)}" has letters that only look like a command's; type it again, or /help.`;
    return badLine("bad_command_name", sentence);
  }
  return success({ name: name.toLowerCase(), tail: (tail ?? "").trim() });
}

/** The typed and validated arguments of a command. */
export function readArguments(command: Command, tail: string): Result<z.output<z.ZodObject>, BadLineCode> {
  const wanted = argumentsOf(command.args);
  const words = new Words(tail);
  const given: Record<string, string> = {};
  for (const argument of wanted) {
    if (words.isEmpty) break;
    const word = argument.rest ? words.takeRest() : words.take();
    if (word === null) return bad(command, "A quotation mark is not closed");
    // Platforms that hand arguments over one by one leave an optional one out with empty quotes.
    if (word !== "" || !argument.isOptional) given[argument.name] = word;
  }
  if (!words.isEmpty) return bad(command, tooMany(command, wanted));
  const parsed = command.args.safeParse(given);
  if (parsed.success) return success(parsed.data);
  const issue = parsed.error.issues[0];
  const argument = wanted.find(({ name }) => name === issue?.path[0]);
  return bad(
    command,
    argument === undefined ? "That cannot be used" : fault(argument, given[argument.name], issue?.message),
  );
}

/** One argument as typed, in quotes when it needs them: for platforms that hand arguments over one by one. */
export const quoteArgument = (text: string): string =>
  /^[^\s"“”„]+$/.test(text) ? text : `"${text.replaceAll('"', "'")}"`;

function fault(argument: Argument, typed: string | undefined, message: string | undefined): string {
  if (typed === undefined) return `${argument.name} is missing: ${argument.hint}`;
  const expected = message?.startsWith("at most") ? message : argument.hint;
  return `${argument.name} must be ${expected}, not "${excerpt(typed)}"`;
}

const tooMany = (command: Command, wanted: readonly Argument[]): string =>
  wanted.length === 0
    ? `/${command.name} takes no arguments`
    : `/${command.name} takes at most ${wanted.length === 1 ? "one argument" : `${wanted.length} arguments`}; put words that belong together in quotes`;

function bad(command: Command, fault: string): BadLine {
  const usage = `/${command.name} ${usageOf(command.args)}`.trim();
  const example = command.examples.at(-1);
  return badLine(
    "bad_arguments",
    `${fault}. Type ${usage}${example && example !== usage ? `, for example ${example}` : ""}.`,
  );
}

const excerpt = (typed: string): string => {
  const letters = [...typed];
  return letters.length <= LONGEST_QUOTE ? typed : `${letters.slice(0, LONGEST_QUOTE).join("")}…`;
};

/** Phones turn straight quotation marks into curly ones; either kind opens and closes. */
const OPENING = new Set(['"', "“", "„", "”"]);

class Words {
  #left: string;

  constructor(text: string) {
    this.#left = text.trim();
  }

  get isEmpty(): boolean {
    return this.#left === "";
  }

  /** The next word or quoted words; null when a quotation mark is not closed. */
  take(): string | null {
    const quoted = OPENING.has(this.#left[0] ?? "");
    const found = quoted ? /^.([^"“”„]*)["“”](?=\s|$)/.exec(this.#left) : /^(\S+)/.exec(this.#left);
    if (found === null) return null;
    this.#left = this.#left.slice(found[0].length).trim();
    return found[1] ?? "";
  }

  takeRest(): string {
    const rest = this.#left;
    this.#left = "";
    return /^["“„]([^"“”„]*)["”“]$/.exec(rest)?.[1]?.trim() ?? rest;
  }
}
