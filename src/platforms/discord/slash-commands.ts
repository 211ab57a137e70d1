/** The commands as Discord's menu shows them, derived from their declarations, and the typed line that a chosen one stands for. */
import {
  type APIApplicationCommandStringOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from "discord.js";
import { type Argument, argumentsOf } from "../../chat/argument-types.ts";
import { quoteArgument } from "../../chat/arguments.ts";
import type { Command } from "../../chat/command.ts";
import { completionsOf } from "../../chat/completion.ts";

export type SlashCommand = RESTPostAPIChatInputApplicationCommandsJSONBody;

const LONGEST_DESCRIPTION = 100;
const MOST_CHOICES = 25;

/** Of one guild, in all guilds and direct messages, or in direct messages alone. */
export type Place = "guild" | "everywhere" | "direct";

/** A guild's own commands carry no contexts: Discord knows where they are. */
const CONTEXTS: Readonly<Record<Place, readonly InteractionContextType[] | null>> = {
  guild: null,
  everywhere: [InteractionContextType.Guild, InteractionContextType.BotDM],
  direct: [InteractionContextType.BotDM],
};

export function slashCommands(commands: readonly Command[], place: Place): readonly SlashCommand[] {
  const contexts = CONTEXTS[place];
  return commands.map((command) => ({
    type: ApplicationCommandType.ChatInput,
    name: command.name,
    description: described(command.summary),
    // Who sees it, as a hint to people; servers can change it, and rights are ours alone.
    default_member_permissions:
      command.role === "operator" || command.role === "admin"
        ? String(PermissionFlagsBits.ManageGuild)
        : null,
    options: optionsOf(commands, command),
    ...(contexts && {
      contexts: [...contexts],
      integration_types: [ApplicationIntegrationType.GuildInstall],
    }),
  }));
}

function optionsOf(commands: readonly Command[], command: Command): APIApplicationCommandStringOption[] {
  const options = argumentsOf(command.args).map((argument, place) => {
    const words = argument.options ?? [];
    const common = {
      type: ApplicationCommandOptionType.String as const,
      name: optionName(argument),
      description: described(argument.help || argument.hint),
      required: !argument.isOptional,
    };
    if (words.length > 0 && words.length <= MOST_CHOICES)
      return { ...common, choices: words.map((word) => ({ name: word, value: word })) };
    return hasCompletions(commands, command, place) ? { ...common, autocomplete: true as const } : common;
  });
  return options.toSorted((one, other) => Number(other.required) - Number(one.required));
}

function hasCompletions(commands: readonly Command[], { name }: Command, place: number): boolean {
  const line = [`/${name}`, ...Array<string>(place).fill("x"), ""].join(" ");
  return completionsOf(commands, line).length > 0;
}

/** `timeZone` as Discord takes it: `time-zone`. */
const optionName = ({ name }: Pick<Argument, "name">): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const described = (text: string): string =>
  text.length <= LONGEST_DESCRIPTION ? text || "…" : `${text.slice(0, LONGEST_DESCRIPTION - 1)}…`;

/** What was chosen and typed, by option. */
export type Given = ReadonlyMap<string, string>;

/** The line that a person would have typed; one that was left out before another stands as empty quotes. */
export function lineOf(commands: readonly Command[], name: string, given: Given): string {
  return joined(name, wordsOf(commands, name, given));
}

/** The line as far as it goes while the option is being typed. */
export function lineUpTo(commands: readonly Command[], name: string, given: Given, focused: string): string {
  const places = namesOf(commands, name);
  const before = wordsOf(commands, name, given).slice(0, Math.max(0, places.indexOf(focused)));
  return joined(name, [...before, given.get(focused) ?? ""]);
}

const joined = (name: string, words: readonly string[]): string => [`/${name}`, ...words].join(" ");

function wordsOf(commands: readonly Command[], name: string, given: Given): readonly string[] {
  const args = argumentsFor(commands, name);
  // A command that is no longer ours is refused by its name, whatever was given.
  if (args === null) return [...given.values()].map(quoteArgument);
  const last = args.findLastIndex((argument) => given.has(optionName(argument)));
  return args.slice(0, last + 1).map((argument) => {
    const typed = given.get(optionName(argument)) ?? "";
    return argument.rest ? typed : quoteArgument(typed);
  });
}

const namesOf = (commands: readonly Command[], name: string): readonly string[] =>
  (argumentsFor(commands, name) ?? []).map(optionName);

function argumentsFor(commands: readonly Command[], name: string): readonly Argument[] | null {
  const command = commands.find((one) => one.name === name);
  return command === undefined ? null : argumentsOf(command.args);
}
