/** The commands a bot shows: kept by scope and language, validated as Telegram does, and read as a person sees them. */
import type { BotCommand, BotCommandScope } from "grammy/types";
import { badRequest } from "./bot-api-refusal.ts";
import type { Call } from "./call.ts";
import type { Rooms } from "./rooms.ts";

const MOST_COMMANDS = 100;
const LONGEST_DESCRIPTION = 256;
const SCOPES = [
  "default",
  "all_private_chats",
  "all_group_chats",
  "all_chat_administrators",
  "chat",
  "chat_administrators",
  "chat_member",
];

export class CommandMenu {
  /** By scope, written as `default`, `chat:7`, `chat_member:-5:7`, and `default@de` for a language. */
  readonly byScope = new Map<string, readonly BotCommand[]>();

  constructor(readonly rooms: Rooms) {}

  setMyCommands(call: Call): true {
    const scope = this.#scope(call);
    const commands = call.structure("commands");
    if (!Array.isArray(commands)) throw badRequest("can't parse commands: expected an Array of BotCommand");
    if (commands.length > MOST_COMMANDS) throw badRequest("BOT_COMMANDS_TOO_MUCH");
    this.byScope.set(scope, commands.map(checkedCommand));
    return true;
  }

  getMyCommands(call: Call): readonly BotCommand[] {
    return this.byScope.get(this.#scope(call)) ?? [];
  }

  deleteMyCommands(call: Call): true {
    this.byScope.delete(this.#scope(call));
    return true;
  }

  /** The first list that is set, from the narrowest scope to the widest. */
  seenBy(userId: number, chatId: number): readonly BotCommand[] {
    const room = this.rooms.room(chatId);
    const isAdministrator = this.rooms.isAdministrator(room, userId);
    const scopes =
      room.chat.type === "private"
        ? [`chat:${chatId}`, "all_private_chats", "default"]
        : [
            `chat_member:${chatId}:${userId}`,
            ...(isAdministrator ? [`chat_administrators:${chatId}`] : []),
            `chat:${chatId}`,
            ...(isAdministrator ? ["all_chat_administrators"] : []),
            "all_group_chats",
            "default",
          ];
    const language = this.rooms.people.get(userId)?.language_code;
    const keys = scopes.flatMap((scope) => (language ? [`${scope}@${language}`, scope] : [scope]));
    const found = keys.find((key) => this.byScope.has(key));
    return found === undefined ? [] : this.byScope.get(found)!;
  }

  #scope(call: Call): string {
    const scope = (call.structure("scope") ?? { type: "default" }) as BotCommandScope;
    if (!SCOPES.includes(scope.type))
      throw badRequest("can't parse BotCommandScope: Unsupported type specified");
    const parts: string[] = [scope.type];
    if ("chat_id" in scope) parts.push(String(this.rooms.reach(Number(scope.chat_id)).chat.id));
    if ("user_id" in scope) parts.push(String(scope.user_id));
    const partCount = scope.type === "chat_member" ? 3 : scope.type.startsWith("chat") ? 2 : 1;
    if (parts.length !== partCount) throw badRequest("can't parse BotCommandScope: a field is missing");
    const language = call.text("language_code");
    return parts.join(":") + (language === "" ? "" : `@${language}`);
  }
}

function checkedCommand(command: unknown): BotCommand {
  const { command: name, description } = (command ?? {}) as Partial<BotCommand>;
  if (typeof name !== "string" || !/^[a-z0-9_]{1,32}$/.test(name)) throw badRequest("BOT_COMMAND_INVALID");
  const length = typeof description === "string" ? description.trim().length : 0;
  if (length === 0 || length > LONGEST_DESCRIPTION) throw badRequest("BOT_COMMAND_DESCRIPTION_INVALID");
  return { command: name, description: description! };
}
