/** The people, chats and messages of the fake Telegram: what is there, and whom the bot can reach. */
import type { Chat, ChatMember, Message, User } from "grammy/types";
import { BotApiRefusal, badRequest, forbidden } from "./bot-api-refusal.ts";
import type { ForcedReply } from "./inline-keyboard.ts";
import type { ServerTime } from "./server-time.ts";

export interface StoredMessage {
  /** As the Bot API gives it; `date` and `edit_date` are the server's. */
  message: Message;
  readonly isFromBot: boolean;
  /** The text or caption as the bot sent it, when it asked for HTML. */
  html?: string;
  photo?: Uint8Array;
  readonly isSilent: boolean;
  /** The message asks to be replied to. */
  readonly forcedReply?: ForcedReply;
  edits: number;
}

export interface Room {
  readonly chat: Chat;
  readonly messages: Map<number, StoredMessage>;
  readonly members: Map<number, ChatMember["status"]>;
  readonly topics: Set<number>;
  readonly pinned: Set<number>;
  lastId: number;
  /** Why the bot may not write here, in Telegram's words. */
  isClosedBecause?: string;
  movedTo?: number;
}

/** What a message is made of, beside what the room adds (its id, its date and its chat). */
export type MessageContent = Omit<Message, "message_id" | "date" | "chat">;

export const GROUP_ANONYMOUS_BOT: User = {
  id: 1087968824,
  is_bot: true,
  first_name: "Group",
  username: "GroupAnonymousBot",
};

const ADMINISTRATION: readonly ChatMember["status"][] = ["creator", "administrator"];

export class Rooms {
  readonly people = new Map<number, User>();
  readonly #rooms = new Map<number, Room>();
  readonly #time: ServerTime;

  constructor(
    readonly bot: User,
    time: ServerTime,
  ) {
    this.#time = time;
    this.people.set(bot.id, bot);
  }

  open(chat: Chat, members: readonly User[] = []): Room {
    if (this.#rooms.has(chat.id)) throw new Error(`there is a chat ${chat.id} already`);
    const room: Room = {
      chat,
      messages: new Map(),
      members: new Map(members.map(({ id }) => [id, "member"])),
      topics: new Set(),
      pinned: new Set(),
      lastId: 0,
    };
    room.members.set(this.bot.id, chat.type === "private" ? "member" : "administrator");
    this.#rooms.set(chat.id, room);
    return room;
  }

  /** For tests: a chat that must be there. */
  room(chatId: number): Room {
    const room = this.#rooms.get(chatId);
    if (!room) throw new Error(`the fake has no chat ${chatId}`);
    return room;
  }

  find(chatId: number | undefined): Room {
    const room = chatId === undefined ? undefined : this.#rooms.get(chatId);
    if (!room) throw badRequest("chat not found");
    return room;
  }

  /** A chat the bot may act in now. */
  reach(chatId: number | undefined): Room {
    const room = this.find(chatId);
    if (room.movedTo !== undefined)
      throw badRequest("group chat was upgraded to a supergroup chat", { migrate_to_chat_id: room.movedTo });
    if (room.isClosedBecause) throw forbidden(room.isClosedBecause);
    return room;
  }

  isAdministrator(room: Room, userId: number): boolean {
    return ADMINISTRATION.includes(room.members.get(userId) ?? "left");
  }

  add(
    room: Room,
    content: MessageContent,
    extra: Partial<Omit<StoredMessage, "message">> = {},
  ): StoredMessage {
    room.lastId += 1;
    const message: Message = {
      ...content,
      message_id: room.lastId,
      date: this.#time.seconds(),
      chat: room.chat,
    };
    const stored: StoredMessage = { isFromBot: false, isSilent: false, edits: 0, ...extra, message };
    room.messages.set(room.lastId, stored);
    return stored;
  }

  member(chatId: number, userId: number): ChatMember {
    const room = this.find(chatId);
    const user = this.people.get(userId);
    if (!user) throw badRequest("user not found");
    const isPrivateMember = room.chat.type === "private" && room.chat.id === userId;
    return chatMember(user, isPrivateMember ? "member" : (room.members.get(userId) ?? "left"));
  }
}

const RIGHTS = {
  can_manage_chat: true,
  can_delete_messages: true,
  can_manage_video_chats: true,
  can_restrict_members: true,
  can_promote_members: false,
  can_change_info: true,
  can_invite_users: true,
  can_post_stories: false,
  can_edit_stories: false,
  can_delete_stories: false,
  can_pin_messages: true,
};
const RESTRICTIONS = {
  is_member: true,
  can_send_messages: false,
  can_send_audios: false,
  can_send_documents: false,
  can_send_photos: false,
  can_send_videos: false,
  can_send_video_notes: false,
  can_send_voice_notes: false,
  can_send_polls: false,
  can_send_other_messages: false,
  can_add_web_page_previews: false,
};

function chatMember(user: User, status: ChatMember["status"]): ChatMember {
  const member =
    status === "creator"
      ? { status, user, is_anonymous: false }
      : status === "administrator"
        ? { status, user, can_be_edited: false, is_anonymous: false, ...RIGHTS }
        : status === "restricted"
          ? { status, user, ...RESTRICTIONS, until_date: 0 }
          : status === "kicked"
            ? { status, user, until_date: 0 }
            : { status, user };
  return member as ChatMember;
}

export const unauthorized = (): BotApiRefusal => new BotApiRefusal(401, "Unauthorized");
