/** Every method of the Bot API that the fake answers, with the parameters it knows. */
import type { ApiMethods, ChatFullInfo, Message, Opts, UserFromGetMe } from "grammy/types";
import { BotApiRefusal, badRequest } from "./bot-api-refusal.ts";
import type { Call } from "./call.ts";
import type { CallbackQueries } from "./callback-queries.ts";
import type { CommandMenu } from "./command-menu.ts";
import type { MessageMethods } from "./message-methods.ts";
import type { Rooms } from "./rooms.ts";
import type { Webhook } from "./webhook.ts";

export interface MethodRooms {
  readonly me: UserFromGetMe;
  readonly rooms: Rooms;
  readonly messages: MessageMethods;
  readonly queries: CallbackQueries;
  readonly menu: CommandMenu;
  readonly webhook: Webhook;
}

type KnownParameters = {
  readonly [Method in keyof ApiMethods]?: readonly (keyof Opts<Method>)[];
};

const edited = ["chat_id", "message_id", "inline_message_id", "reply_markup"] as const;
const sent = [
  ...(["chat_id", "message_thread_id", "parse_mode", "disable_notification"] as const),
  ...(["protect_content", "reply_parameters", "reply_markup"] as const),
] as const;

const known = {
  getMe: [],
  getUpdates: ["offset", "limit", "timeout", "allowed_updates"],
  setWebhook: ["url", "max_connections", "allowed_updates", "drop_pending_updates", "secret_token"],
  deleteWebhook: ["drop_pending_updates"],
  getWebhookInfo: [],
  sendMessage: [...sent, "text", "link_preview_options"],
  sendPhoto: [...sent, "photo", "caption"],
  editMessageText: [...edited, "text", "parse_mode", "link_preview_options"],
  editMessageCaption: [...edited, "caption", "parse_mode"],
  editMessageMedia: [...edited, "media"],
  editMessageReplyMarkup: edited,
  deleteMessage: ["chat_id", "message_id"],
  pinChatMessage: ["chat_id", "message_id", "disable_notification"],
  unpinChatMessage: ["chat_id", "message_id"],
  answerCallbackQuery: ["callback_query_id", "text", "show_alert", "cache_time"],
  setMyCommands: ["commands", "scope", "language_code"],
  getMyCommands: ["scope", "language_code"],
  deleteMyCommands: ["scope", "language_code"],
  sendChatAction: ["chat_id", "message_thread_id", "action"],
  getChat: ["chat_id"],
  getChatMember: ["chat_id", "user_id"],
} as const satisfies KnownParameters;

export type BotMethod = keyof typeof known;

const ACTIONS = ["typing", "upload_photo", "upload_document", "choose_sticker", "find_location"];

export function isBotMethod(name: string): name is BotMethod {
  return Object.hasOwn(known, name);
}

export const methodNotFound = () => new BotApiRefusal(404, "Not Found: method not found");

/** Parameters given that the method does not have, or that the fake does not honour. */
export function unknownParameters(method: BotMethod, call: Call): string[] {
  const names: readonly string[] = known[method];
  return Object.keys(call.parameters).filter((name) => !names.includes(name));
}

/** Telegram's limits count what people get to see: messages and their edits. */
export function isRateLimited(method: string): boolean {
  return /^(send|edit)/.test(method) && method !== "sendChatAction";
}

/** Carries a call out; getUpdates, which waits, is the server's own. */
export function carryOut(method: Exclude<BotMethod, "getUpdates">, call: Call, of: MethodRooms): unknown {
  switch (method) {
    case "getMe":
      return of.me;
    case "sendChatAction":
      return sendChatAction(call, of.rooms);
    case "getChat":
      return chatInfo(call, of.rooms);
    case "getChatMember":
      return of.rooms.member(of.rooms.reach(call.integer("chat_id")).chat.id, call.integer("user_id") ?? 0);
    case "answerCallbackQuery":
      return of.queries.answerCallbackQuery(call);
    case "setWebhook":
    case "deleteWebhook":
      return of.webhook[method](call);
    case "getWebhookInfo":
      return of.webhook.getWebhookInfo();
    case "setMyCommands":
    case "getMyCommands":
    case "deleteMyCommands":
      return of.menu[method](call);
    default:
      return of.messages[method](call);
  }
}

function sendChatAction(call: Call, rooms: Rooms): true {
  const room = rooms.reach(call.integer("chat_id"));
  const threadId = call.integer("message_thread_id");
  if (threadId !== undefined && !room.topics.has(threadId)) throw badRequest("message thread not found");
  if (!ACTIONS.includes(call.text("action"))) throw badRequest("wrong parameter action in request");
  return true;
}

function chatInfo(call: Call, rooms: Rooms): ChatFullInfo {
  const room = rooms.reach(call.integer("chat_id"));
  const pinned = room.messages.get([...room.pinned].at(-1) ?? 0)?.message;
  const info = {
    ...room.chat,
    accent_color_id: 0,
    max_reaction_count: 11,
    accepted_gift_types: {
      unlimited_gifts: false,
      limited_gifts: false,
      unique_gifts: false,
      premium_subscription: false,
      gifts_from_channels: false,
    },
    ...(pinned ? { pinned_message: pinned satisfies Message } : {}),
  };
  return info as ChatFullInfo;
}
