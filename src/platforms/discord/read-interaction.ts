/** What somebody did on Discord, in the house's words. Takes anything: what is not understood is null, and nothing throws. */
import {
  ApplicationCommandType,
  ChannelType,
  ComponentType,
  InteractionType,
  SnowflakeUtil,
} from "discord.js";
import type { Command } from "../../chat/command.ts";
import type { Incoming } from "../../chat/platform.ts";
import { type InteractionKey, isId } from "./api.ts";
import { type Given, lineOf, lineUpTo } from "./slash-commands.ts";

export type Interaction =
  /** `isOnCard`: it happened on a message of ours, which stays as it is while the answer is made. */
  | {
      readonly kind: "command" | "press" | "answers";
      readonly key: InteractionKey;
      readonly incoming: Incoming;
      readonly isOnCard: boolean;
    }
  | {
      readonly kind: "typing";
      readonly key: InteractionKey;
      readonly sender: Incoming["sender"];
      readonly line: string;
    };

type Fields = Readonly<Record<string, unknown>>;

export function readInteraction(interaction: unknown, commands: readonly Command[]): Interaction | null {
  const all = fieldsOf(interaction);
  const key = keyOf(all);
  const from = senderOf(all);
  if (key === null || from === null) return null;
  const data = fieldsOf(all["data"]);
  const incoming = (content: Incoming["content"]): Incoming | null => {
    const chat = chatOf(all);
    if (chat === null) return null;
    const { sender, isBot } = from;
    const sentAt = SnowflakeUtil.timestampFrom(key.id);
    return {
      ...{ platform: "discord", updateId: key.id, chat, sender, sentAt, content },
      oddities: isBot ? ["bot"] : [],
    };
  };
  const taken = (kind: "command" | "press" | "answers", content: Incoming["content"]): Interaction | null => {
    const read = incoming(content);
    const isOnCard = kind !== "command" && textOf(fieldsOf(all["message"])["id"]) !== null;
    return read && { kind, key, incoming: read, isOnCard };
  };
  switch (all["type"]) {
    case InteractionType.ApplicationCommand: {
      const command = commandOf(data);
      if (command === null) return null;
      return taken("command", { kind: "line", text: lineOf(commands, command.name, command.given) });
    }
    case InteractionType.ApplicationCommandAutocomplete: {
      const command = commandOf(data);
      if (command?.focused == null) return null;
      const line = lineUpTo(commands, command.name, command.given, command.focused);
      return { kind: "typing", key, sender: from.sender, line };
    }
    case InteractionType.MessageComponent: {
      const payload = textOf(data["custom_id"]);
      if (payload === null || data["component_type"] !== ComponentType.Button) return null;
      return taken("press", { kind: "press", payload });
    }
    case InteractionType.ModalSubmit: {
      const payload = textOf(data["custom_id"]);
      if (payload === null) return null;
      const answers = Object.fromEntries(answersIn(data["components"]));
      return taken("answers", { kind: "press", payload, answers });
    }
    default:
      return null;
  }
}

function keyOf(all: Fields): InteractionKey | null {
  const [id, applicationId, token] = [all["id"], all["application_id"], all["token"]].map(textOf);
  if (!id || !isId(id) || !applicationId || !isId(applicationId) || !token) return null;
  return { id, applicationId, token };
}

function senderOf(all: Fields): { readonly sender: Incoming["sender"]; readonly isBot: boolean } | null {
  const user = fieldsOf(fieldsOf(all["member"])["user"] ?? all["user"]);
  const accountId = textOf(user["id"]);
  if (accountId === null || !isId(accountId)) return null;
  return { sender: { accountId, label: textOf(user["username"]) ?? accountId }, isBot: user["bot"] === true };
}

/** A thread is a channel of its own on Discord, so it is a chat of its own here. */
function chatOf(all: Fields): Incoming["chat"] | null {
  const channel = fieldsOf(all["channel"]);
  const chatId = textOf(all["channel_id"]) ?? textOf(channel["id"]);
  if (chatId === null || !isId(chatId)) return null;
  const isPrivate = all["guild_id"] == null && channel["type"] === ChannelType.DM;
  return { platform: "discord", chatId, threadId: "", isPrivate };
}

interface Chosen {
  readonly name: string;
  readonly given: Given;
  readonly focused: string | null;
}

function commandOf(data: Fields): Chosen | null {
  const name = textOf(data["name"]);
  if (
    name === null ||
    (data["type"] ?? ApplicationCommandType.ChatInput) !== ApplicationCommandType.ChatInput
  )
    return null;
  const given = new Map<string, string>();
  let focused: string | null = null;
  for (const option of listOf(data["options"]).map(fieldsOf)) {
    const optionName = textOf(option["name"]);
    const value = option["value"];
    if (optionName === null || !["string", "number", "boolean"].includes(typeof value)) continue;
    given.set(optionName, String(value));
    if (option["focused"] === true) focused = optionName;
  }
  return { name, given, focused };
}

/** Text inputs stand in rows or under labels, depending on how the modal was made. */
function answersIn(components: unknown): readonly (readonly [string, string])[] {
  return listOf(components).flatMap((component) => {
    const { component: labelled, components: inRow } = fieldsOf(component);
    return [...listOf(inRow), labelled].map(fieldsOf).flatMap((input) => {
      const name = textOf(input["custom_id"]);
      const value = input["value"];
      return name === null || typeof value !== "string" ? [] : [[name, value] as const];
    });
  });
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
