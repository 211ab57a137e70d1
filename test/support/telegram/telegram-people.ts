/** What people do in the chats: they write, edit and press, and the bot gets the updates Telegram would make of it. */
import type { Message, MessageEntity, Update, User } from "grammy/types";
import type { CallbackAnswer, CallbackQueries } from "./callback-queries.ts";
import { GROUP_ANONYMOUS_BOT, type MessageContent, type Room } from "./rooms.ts";
import type { ServerTime } from "./server-time.ts";
import { TelegramChats } from "./telegram-chats.ts";

export interface SayOptions {
  /** Passed on from somebody else. */
  readonly forwarded?: User | true;
  /** Comes as an edit of an earlier message. */
  readonly edited?: boolean;
  readonly viaBot?: User;
  /** Sent by a group's administrator in the group's name. */
  readonly anonymous?: boolean;
  /** A post in a channel, which has no sender. */
  readonly channelPost?: boolean;
  readonly replyTo?: number;
  readonly threadId?: number;
  /** The text stands under a photo. */
  readonly caption?: boolean;
}

export interface PressOptions {
  /** False: the bot gets only the message's place, as for one that is too old or gone. */
  readonly accessible?: boolean;
  /** The button of a message sent by inline mode: comes without message. */
  readonly inlineMessageId?: string;
  /** A game's button: comes without data. */
  readonly gameShortName?: string;
}

export interface Said {
  readonly messageId: number;
  readonly updateId: number;
}

export abstract class TelegramPeople extends TelegramChats {
  abstract readonly time: ServerTime;
  protected abstract readonly queries: CallbackQueries;

  say(person: User, chatId: number, text: string, options: SayOptions = {}): Said {
    const room = this.rooms.room(chatId);
    const stored = this.rooms.add(room, this.#content(person, room, text, options));
    const { message } = stored;
    if (options.edited) {
      stored.message = { ...message, edit_date: message.date };
      stored.edits = 1;
    }
    return this.#tell(stored.message, options);
  }

  /** Changes what a person said. */
  edit(chatId: number, messageId: number, text: string): Said {
    const stored = this.rooms.room(chatId).messages.get(messageId);
    if (!stored || stored.isFromBot) throw new Error(`nobody said message ${messageId} of chat ${chatId}`);
    const isCaption = stored.message.photo !== undefined;
    const { entities: _entities, caption_entities: _captionEntities, ...rest } = stored.message;
    stored.message = { ...rest, ...worded(text, isCaption), edit_date: this.time.seconds() } as Message;
    stored.edits += 1;
    return this.#tell(stored.message, { edited: true, channelPost: stored.message.chat.type === "channel" });
  }

  /** Presses a button with this data, there or not: forged and late presses look the same. Returns the query's id. */
  press(
    person: User,
    chatId: number,
    messageId: number,
    data: string,
    { accessible = true, inlineMessageId, gameShortName }: PressOptions = {},
  ): string {
    const room = this.rooms.room(chatId);
    const stored = room.messages.get(messageId);
    const message =
      stored && accessible ? stored.message : { chat: room.chat, message_id: messageId, date: 0 as const };
    const id = this.queries.open();
    this.update({
      callback_query: {
        id,
        from: person,
        chat_instance: `instance-${chatId}`,
        ...(inlineMessageId === undefined ? { message } : { inline_message_id: inlineMessageId }),
        ...(gameShortName === undefined ? { data } : { game_short_name: gameShortName }),
      },
    } as Partial<Update>);
    return id;
  }

  /** Presses the button with this label, which must be on the message. Returns the query's id. */
  tap(person: User, chatId: number, messageId: number, label: string): string {
    const buttons = this.message(chatId, messageId).buttons.flat();
    const button = buttons.find((each) => each.label === label);
    if (button?.data === undefined)
      throw new Error(
        `no button "${label}" to press; there are: ${buttons.map((each) => each.label).join(", ")}`,
      );
    return this.press(person, chatId, messageId, button.data);
  }

  /** Queues any update; one without an id gets the next. Returns its id. */
  update(update: Partial<Update>): number {
    return this.updates.push(update);
  }

  /** Gives an update that was confirmed once more, with the same id. */
  redeliver(updateId: number): void {
    this.updates.repeat(updateId);
  }

  get answers(): readonly CallbackAnswer[] {
    return this.queries.answers;
  }

  /** Every press so far becomes too old to answer. */
  expireCallbacks(): void {
    this.queries.expire();
  }

  /** The first answer to a press. */
  answerTo(callbackQueryId: string, timeoutMs?: number): Promise<CallbackAnswer> {
    const look = () => this.answers.find((each) => each.callbackQueryId === callbackQueryId);
    return this.waitFor(look, timeoutMs, "an answer to the press");
  }

  /** Resolves when the bot has confirmed the update. */
  async confirmed(updateId: number, timeoutMs?: number): Promise<void> {
    await this.waitFor(() => !this.updates.has(updateId), timeoutMs, `update ${updateId} to be confirmed`);
  }

  #content(person: User, room: Room, text: string, options: SayOptions): MessageContent {
    const { forwarded, viaBot, anonymous, channelPost, replyTo, threadId, caption = false } = options;
    const sender = channelPost
      ? { sender_chat: room.chat }
      : anonymous
        ? { from: GROUP_ANONYMOUS_BOT, sender_chat: room.chat }
        : { from: person };
    const replied = replyTo === undefined ? undefined : room.messages.get(replyTo)?.message;
    const author = forwarded === true ? { id: 777, is_bot: false, first_name: "Somebody" } : forwarded;
    return {
      ...sender,
      ...(author ? { forward_origin: { type: "user", sender_user: author, date: this.time.seconds() } } : {}),
      ...(viaBot ? { via_bot: viaBot } : {}),
      ...(replied ? { reply_to_message: { ...replied, reply_to_message: undefined } } : {}),
      ...(threadId === undefined ? {} : { message_thread_id: threadId }),
      ...(threadId !== undefined && room.topics.has(threadId) ? { is_topic_message: true } : {}),
      ...worded(text, caption),
    } as MessageContent;
  }

  #tell(message: Message, { edited = false, channelPost = false }: SayOptions): Said {
    const kind = `${edited ? "edited_" : ""}${channelPost ? "channel_post" : "message"}`;
    const updateId = this.update({ [kind]: message } as Partial<Update>);
    return { messageId: message.message_id, updateId };
  }
}

const PHOTO = [{ file_id: "persons-photo", file_unique_id: "persons-photo", width: 90, height: 90 }];

function worded(text: string, isCaption: boolean): Partial<Message> {
  const entities = commandEntities(text);
  if (isCaption)
    return { photo: PHOTO, caption: text, ...(entities.length > 0 ? { caption_entities: entities } : {}) };
  return { text, ...(entities.length > 0 ? { entities } : {}) };
}

/** Telegram marks `/word` and `/word@bot` as commands wherever no letter or slash touches them. */
function commandEntities(text: string): MessageEntity[] {
  const found = text.matchAll(
    /(?<![\p{L}\p{N}_/<>])\/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w@/])/gu,
  );
  return [...found].map(({ index, 0: word }) => ({
    type: "bot_command",
    offset: index,
    length: word.length,
  }));
}
