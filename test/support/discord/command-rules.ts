/** What Discord refuses in a command's registration beyond its published schema. */
import type { FormError } from "./refusal.ts";

export interface CommandOption {
  readonly type: number;
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly autocomplete?: boolean;
  readonly choices?: readonly { readonly name: string; readonly value: string | number }[];
  readonly options?: readonly CommandOption[];
  readonly min_value?: number;
  readonly max_value?: number;
  readonly min_length?: number;
  readonly max_length?: number;
}

export interface CommandForm {
  readonly name: string;
  readonly description?: string;
  readonly type?: number;
  readonly options?: readonly CommandOption[];
  readonly contexts?: readonly number[] | null;
  readonly dm_permission?: boolean | null;
}

export const OptionType = {
  subcommand: 1,
  subcommandGroup: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  number: 10,
} as const;

const MOST_COMMANDS = 100;
const LARGEST_COMMAND = 8_000;
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

export function commandErrors(commands: readonly CommandForm[]): FormError[] {
  const errors: FormError[] = [];
  if (commands.length > MOST_COMMANDS) errors.push(fault([], `More than ${MOST_COMMANDS} commands.`));
  errors.push(...duplicates(commands, []));
  for (const [index, command] of commands.entries()) {
    const path = [index];
    errors.push(...nameErrors(command.name, path));
    if ((command.type ?? 1) === 1 && !command.description) {
      errors.push(fault([...path, "description"], "This field is required"));
    }
    errors.push(...optionErrors(command.options ?? [], path));
    if (size(command) > LARGEST_COMMAND) errors.push(fault(path, `More than ${LARGEST_COMMAND} characters.`));
  }
  return errors;
}

function optionErrors(options: readonly CommandOption[], above: readonly PropertyKey[]): FormError[] {
  const errors = duplicates(options, [...above, "options"]);
  let hasOptional = false;
  const areSubcommands = options.map((option) => option.type <= OptionType.subcommandGroup);
  if (areSubcommands.includes(true) && areSubcommands.includes(false)) {
    errors.push(fault([...above, "options"], "Subcommands and options do not mix."));
  }
  for (const [index, option] of options.entries()) {
    const path = [...above, "options", index];
    errors.push(...nameErrors(option.name, path));
    if (option.required === true && hasOptional) {
      errors.push(fault(path, "Required options must be placed before non-required options"));
    }
    hasOptional ||= option.required !== true;
    const choices = option.choices ?? [];
    if (choices.length > 0 && option.autocomplete === true) {
      errors.push(fault(path, "Autocomplete and choices exclude each other."));
    }
    errors.push(...duplicates(choices, [...path, "choices"]));
    errors.push(...optionErrors(option.options ?? [], path));
  }
  return errors;
}

function nameErrors(name: string, path: readonly PropertyKey[]): FormError[] {
  if (NAME.test(name) && name === name.toLowerCase()) return [];
  const message = "Command name is invalid: lower case, no spaces, 1 to 32 characters.";
  return [{ path: [...path, "name"], code: "APPLICATION_COMMAND_INVALID_NAME", message }];
}

function duplicates(named: readonly { readonly name: string }[], path: readonly PropertyKey[]): FormError[] {
  const names = named.map((one) => one.name);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return repeated.map((name) => fault(path, `The name ${name} stands twice.`));
}

function size(part: CommandForm | CommandOption): number {
  const choices = "choices" in part ? (part.choices ?? []) : [];
  const inner = (part.options ?? []).reduce((sum, option) => sum + size(option), 0);
  const ofChoices = choices.reduce(
    (sum, choice) => sum + choice.name.length + String(choice.value).length,
    0,
  );
  return part.name.length + (part.description?.length ?? 0) + ofChoices + inner;
}

const fault = (path: readonly PropertyKey[], message: string): FormError => ({
  path,
  code: "APPLICATION_COMMAND_INVALID",
  message,
});
