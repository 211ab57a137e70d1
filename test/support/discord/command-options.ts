/** A command's options as the client sends them; throws where Discord's own client would not let the person press enter. */
import type { RegisteredCommand } from "./command-registry.ts";
import { type CommandOption, OptionType } from "./command-rules.ts";

export type OptionValue = string | number | boolean;
export type OptionValues = Readonly<Record<string, OptionValue>>;

export interface SentOption {
  readonly name: string;
  readonly type: number;
  readonly value?: OptionValue;
  readonly focused?: boolean;
  readonly options?: readonly SentOption[];
}

/** `path` are the subcommand's words after the command's own name. */
export function sentOptions(
  command: RegisteredCommand,
  path: readonly string[],
  values: OptionValues,
): SentOption[] {
  const options = optionsAt(command, path);
  refuseUnknown(options, values);
  const sent = options.flatMap((option) => {
    const value = values[option.name];
    if (value === undefined) {
      if (option.required === true) throw new Error(`/${command.name} needs ${option.name}`);
      return [];
    }
    const objection = objectionTo(option, value);
    if (objection !== null) throw new Error(`/${command.name} ${option.name}: ${objection}`);
    return [{ name: option.name, type: option.type, value }];
  });
  return nested(command, path, sent);
}

/** While a person types: the focused option is text whatever its type, and nothing is required yet. */
export function typedOptions(
  command: RegisteredCommand,
  path: readonly string[],
  focused: string,
  partial: string,
  values: OptionValues,
): SentOption[] {
  const options = optionsAt(command, path);
  refuseUnknown(options, { ...values, [focused]: partial });
  const sent = options.flatMap((option): SentOption[] => {
    if (option.name === focused) {
      if (option.autocomplete !== true) throw new Error(`/${command.name} ${focused} does not autocomplete`);
      return [{ name: focused, type: option.type, value: partial, focused: true }];
    }
    const value = values[option.name];
    return value === undefined ? [] : [{ name: option.name, type: option.type, value }];
  });
  return nested(command, path, sent);
}

/** For a forged command: types guessed from the values. */
export function guessedOptions(values: OptionValues): SentOption[] {
  const types = { string: OptionType.string, number: OptionType.number, boolean: OptionType.boolean };
  return Object.entries(values).map(([name, value]) => ({
    name,
    type: types[typeof value as keyof typeof types],
    value,
  }));
}

function optionsAt(command: RegisteredCommand, path: readonly string[]): readonly CommandOption[] {
  let options = command.options ?? [];
  for (const word of path) {
    const next = options.find((option) => option.name === word && isSubcommand(option));
    if (next === undefined) throw new Error(`/${command.name} has no subcommand ${word}`);
    options = next.options ?? [];
  }
  if (options.some(isSubcommand)) throw new Error(`/${command.name} needs a subcommand`);
  return options;
}

function nested(command: RegisteredCommand, path: readonly string[], sent: SentOption[]): SentOption[] {
  const [word, ...rest] = path;
  if (word === undefined) return sent;
  const type = rest.length > 0 ? OptionType.subcommandGroup : OptionType.subcommand;
  return [{ name: word, type, options: nested(command, rest, sent) }];
}

const isSubcommand = (option: CommandOption): boolean => option.type <= OptionType.subcommandGroup;

function refuseUnknown(options: readonly CommandOption[], values: OptionValues): void {
  const unknown = Object.keys(values).filter((name) => !options.some((option) => option.name === name));
  if (unknown.length > 0) throw new Error(`no option ${unknown.join(", ")} is registered`);
}

function objectionTo(option: CommandOption, value: OptionValue): string | null {
  const isNumeric = option.type === OptionType.integer || option.type === OptionType.number;
  const wanted = isNumeric ? "number" : option.type === OptionType.boolean ? "boolean" : "string";
  if (typeof value !== wanted) return `takes a ${wanted}`;
  if (option.type === OptionType.integer && !Number.isSafeInteger(value)) return "takes an integer";
  const choices = option.choices ?? [];
  if (choices.length > 0 && !choices.some((choice) => choice.value === value)) return "is not a choice";
  if (typeof value === "number") {
    if (value < (option.min_value ?? -Infinity) || value > (option.max_value ?? Infinity))
      return "out of range";
  }
  if (typeof value === "string" && option.type === OptionType.string) {
    if (value.length < (option.min_length ?? 1) || value.length > (option.max_length ?? 6_000)) {
      return "too short or too long";
    }
  }
  return null;
}
