/** The chats as people have them: who is where, what is on the screen, and waiting for what comes next. */
import type { Chat, ChatMember, User } from "grammy/types";
import { Happenings } from "./happenings.ts";
import { type Button, buttonRows, type ForcedReply } from "./inline-keyboard.ts";
import type { Room, Rooms, StoredMessage } from "./rooms.ts";
import type { UpdateQueue } from "./update-queue.ts";

/** A message as a person sees it now. */
export interface SeenMessage {
  readonly id: number;
  readonly from: User | undefined;
  readonly isFromBot: boolean;
  /** What is read, without markup; empty for a photo. */
  readonly text: string;
  readonly caption: string;
  /** The text or caption as it was sent, when it was sent as HTML. */
  readonly html: string | undefined;
  readonly photo: Uint8Array | undefined;
  readonly buttons: readonly (readonly Button[])[];
  readonly isSilent: boolean;
  readonly forcedReply: ForcedReply | undefined;
  readonly isPinned: boolean;
  readonly threadId: number | undefined;
  readonly replyToId: number | undefined;
  readonly edits: number;
}

export interface PersonDetails {
  readonly id: number;
  readonly firstName: string;
  readonly username?: string;
  readonly languageCode?: string;
  readonly isBot?: boolean;
  /** False for somebody who never wrote to the bot: it may not write first. */
  readonly hasStarted?: boolean;
}

export interface GroupDetails {
  readonly id: number;
  readonly title: string;
  readonly members?: readonly User[];
}

export abstract class TelegramChats {
  protected readonly happenings = new Happenings();
  protected abstract readonly rooms: Rooms;
  protected abstract readonly updates: UpdateQueue;

  /** A person, with a private chat of the same id. */
  person(details: PersonDetails): User {
    const { id, firstName, username, languageCode, isBot = false, hasStarted = true } = details;
    const named = { first_name: firstName, ...(username === undefined ? {} : { username }) };
    const user: User = { id, is_bot: isBot, ...named };
    if (languageCode !== undefined) user.language_code = languageCode;
    this.rooms.people.set(id, user);
    const room = this.rooms.open({ id, type: "private", ...named }, [user]);
    if (!hasStarted) room.isClosedBecause = "bot can't initiate conversation with a user";
    return user;
  }

  group({ id, title, members }: GroupDetails): Chat {
    return this.rooms.open({ id, type: "group", title }, members).chat;
  }

  supergroup({ id, title, members, isForum = false }: GroupDetails & { readonly isForum?: boolean }): Chat {
    const forum = isForum ? { is_forum: true as const } : {};
    return this.rooms.open({ id, type: "supergroup", title, ...forum }, members).chat;
  }

  channel({ id, title }: GroupDetails): Chat {
    return this.rooms.open({ id, type: "channel", title }).chat;
  }

  topic(chatId: number, threadId: number): void {
    this.rooms.room(chatId).topics.add(threadId);
  }

  deleteTopic(chatId: number, threadId: number): void {
    this.rooms.room(chatId).topics.delete(threadId);
  }

  /** What getChatMember says of a user (or of the bot) in a chat from now on. */
  setMember(chatId: number, userId: number, status: ChatMember["status"]): void {
    this.rooms.room(chatId).members.set(userId, status);
  }

  /** The person blocks the bot. */
  block(userId: number): void {
    this.rooms.room(userId).isClosedBecause = "bot was blocked by the user";
  }

  /** The bot is thrown out of a group. */
  kickBot(chatId: number): void {
    const { type } = this.rooms.room(chatId).chat;
    const what = type === "channel" ? "channel" : type === "group" ? "group" : "supergroup";
    this.rooms.room(chatId).isClosedBecause = `bot was kicked from the ${what} chat`;
  }

  /** The bot may write again: unblocked, started or let back in. */
  readmit(chatId: number): void {
    delete this.rooms.room(chatId).isClosedBecause;
  }

  /** The group becomes a supergroup: the old id answers where it moved to, and both chats tell of it. */
  migrate(groupId: number, supergroupId: number): Chat {
    const old = this.rooms.room(groupId);
    const title = old.chat.title ?? "";
    const next = this.rooms.open({ id: supergroupId, type: "supergroup", title });
    for (const [userId, status] of old.members) next.members.set(userId, status);
    old.movedTo = supergroupId;
    this.#announceMove(old, { migrate_to_chat_id: supergroupId });
    this.#announceMove(next, { migrate_from_chat_id: groupId });
    return next.chat;
  }

  #announceMove(room: Room, move: { migrate_to_chat_id: number } | { migrate_from_chat_id: number }): void {
    this.updates.push({ message: this.rooms.add(room, move).message } as never);
  }

  /** An administrator deletes a message. */
  removeMessage(chatId: number, messageId: number): void {
    this.rooms.room(chatId).messages.delete(messageId);
    this.happenings.announce();
  }

  /** Every message a person finds in the chat now, oldest first. */
  messages(chatId: number): SeenMessage[] {
    const room = this.rooms.room(chatId);
    return [...room.messages.values()].map((stored) => seen(room, stored));
  }

  message(chatId: number, messageId: number): SeenMessage {
    const found = this.messages(chatId).find(({ id }) => id === messageId);
    if (!found) throw new Error(`there is no message ${messageId} in chat ${chatId}`);
    return found;
  }

  /** Looks at every change until it finds something. */
  waitFor<T>(look: () => T | undefined | null | false, timeoutMs?: number, what?: string): Promise<T> {
    return this.happenings.waitFor(look, timeoutMs, what);
  }

  /** The bot's first message after that id; by default after the newest message there is. */
  nextMessage(
    chatId: number,
    afterId = this.rooms.room(chatId).lastId,
    timeoutMs?: number,
  ): Promise<SeenMessage> {
    const look = () => this.messages(chatId).find(({ id, isFromBot }) => isFromBot && id > afterId);
    return this.waitFor(look, timeoutMs, `a message in chat ${chatId} after ${afterId}`);
  }

  /** The message, once it looks as wanted. */
  messageOnce(
    chatId: number,
    messageId: number,
    isWanted: (message: SeenMessage) => boolean,
    timeoutMs?: number,
  ): Promise<SeenMessage> {
    const look = () => this.messages(chatId).find((each) => each.id === messageId && isWanted(each));
    return this.waitFor(look, timeoutMs, `message ${messageId} of chat ${chatId} to change`);
  }
}

function seen(room: Room, stored: StoredMessage): SeenMessage {
  const { message } = stored;
  return {
    id: message.message_id,
    from: message.from,
    isFromBot: stored.isFromBot,
    text: message.text ?? "",
    caption: message.caption ?? "",
    html: stored.html,
    photo: stored.photo,
    buttons: buttonRows(message.reply_markup),
    isSilent: stored.isSilent,
    forcedReply: stored.forcedReply,
    isPinned: room.pinned.has(message.message_id),
    threadId: message.message_thread_id,
    replyToId: message.reply_to_message?.message_id,
    edits: stored.edits,
  };
}
