/** The methods that put messages into chats and change them: send, edit, delete, pin. */
import type { Message } from "grammy/types";
import { badRequest } from "./bot-api-refusal.ts";
import type { Call } from "./call.ts";
import { forcedReply, inlineKeyboard } from "./inline-keyboard.ts";
import { type FormattedText, messageCaption, messageText, photoSize } from "./message-content.ts";
import type { Room, Rooms, StoredMessage } from "./rooms.ts";
import type { ServerTime } from "./server-time.ts";

const DELETABLE_SECONDS = 48 * 3600;
const NOT_MODIFIED =
  "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";

type Photo = { readonly bytes: Uint8Array; readonly sizes: NonNullable<Message["photo"]> };

export class MessageMethods {
  readonly #photos = new Map<string, Photo>();

  constructor(
    readonly rooms: Rooms,
    readonly time: ServerTime,
    /** Hears of what Telegram lets pass but the product should not do. */
    readonly fault: (what: string) => void,
  ) {}

  sendMessage(call: Call): Message {
    const room = this.rooms.reach(call.integer("chat_id"));
    const content = messageText(call, this.fault);
    return this.#post(call, room, { text: content.text, ...entitiesOf(content, "entities") }, content);
  }

  sendPhoto(call: Call): Message {
    const room = this.rooms.reach(call.integer("chat_id"));
    const photo = this.#photo(call, call.has("photo") ? call.text("photo") : "attach://photo");
    const caption = messageCaption(call.text("caption"), call.text("parse_mode"), this.fault);
    return this.#post(call, room, { photo: photo.sizes, ...captionOf(caption) }, caption, photo.bytes);
  }

  editMessageText(call: Call): Message {
    const stored = this.#editable(call);
    const content = messageText(call, this.fault);
    if (stored.message.text === undefined) throw badRequest("there is no text in the message to edit");
    const { text: _text, entities: _entities, ...rest } = stored.message;
    return this.#change(
      call,
      stored,
      { ...rest, text: content.text, ...entitiesOf(content, "entities") },
      content,
    );
  }

  editMessageCaption(call: Call): Message {
    const stored = this.#editable(call);
    if (!stored.message.photo) throw badRequest("there is no caption in the message to edit");
    const caption = messageCaption(call.text("caption"), call.text("parse_mode"), this.fault);
    return this.#change(call, stored, { ...withoutContent(stored.message), ...captionOf(caption) }, caption);
  }

  /** Turns a text message into a photo, or changes the photo; the Bot API knows no way back to text. */
  editMessageMedia(call: Call): Message {
    const stored = this.#editable(call);
    const media = call.structure("media") as Record<string, unknown> | undefined;
    if (media?.["type"] !== "photo") throw badRequest("can't parse InputMedia: the fake takes photos only");
    const photo = this.#photo(call, String(media["media"] ?? ""));
    const caption = messageCaption(
      String(media["caption"] ?? ""),
      String(media["parse_mode"] ?? ""),
      this.fault,
    );
    const { photo: _photo, ...rest } = withoutContent(stored.message);
    return this.#change(
      call,
      stored,
      { ...rest, photo: photo.sizes, ...captionOf(caption) },
      caption,
      photo.bytes,
    );
  }

  editMessageReplyMarkup(call: Call): Message {
    const stored = this.#editable(call);
    return this.#change(call, stored, stored.message);
  }

  deleteMessage(call: Call): true {
    const room = this.rooms.reach(call.integer("chat_id"));
    const stored = room.messages.get(call.integer("message_id") ?? 0);
    if (!stored) throw badRequest("message to delete not found");
    const isMine = stored.isFromBot || room.chat.type === "private";
    const isTooOld = stored.message.date < this.time.seconds() - DELETABLE_SECONDS;
    if (isTooOld || !(isMine || this.rooms.isAdministrator(room, this.rooms.bot.id)))
      throw badRequest("message can't be deleted for everyone");
    room.messages.delete(stored.message.message_id);
    room.pinned.delete(stored.message.message_id);
    return true;
  }

  pinChatMessage(call: Call): true {
    const room = this.rooms.reach(call.integer("chat_id"));
    const id = call.integer("message_id") ?? 0;
    if (!room.messages.has(id)) throw badRequest("message to pin not found");
    if (room.chat.type !== "private" && !this.rooms.isAdministrator(room, this.rooms.bot.id))
      throw badRequest("not enough rights to manage pinned messages in the chat");
    room.pinned.add(id);
    return true;
  }

  unpinChatMessage(call: Call): true {
    const room = this.rooms.reach(call.integer("chat_id"));
    const id = call.integer("message_id") ?? [...room.pinned].at(-1) ?? 0;
    if (!room.pinned.delete(id)) throw badRequest("message to unpin not found");
    return true;
  }

  #post(
    call: Call,
    room: Room,
    content: Partial<Message>,
    written: FormattedText,
    photo?: Uint8Array,
  ): Message {
    const asked = call.structure("reply_markup");
    const forced = forcedReply(asked);
    const markup = forced === undefined ? inlineKeyboard(asked) : undefined;
    const stored = this.rooms.add(
      room,
      {
        from: this.rooms.bot,
        ...content,
        ...this.#topic(call, room),
        ...this.#replyTo(call, room),
        ...(markup ? { reply_markup: markup } : {}),
      },
      {
        isFromBot: true,
        isSilent: call.isTrue("disable_notification"),
        ...(written.html === undefined ? {} : { html: written.html }),
        ...(photo ? { photo } : {}),
        ...(forced ? { forcedReply: forced } : {}),
      },
    );
    return stored.message;
  }

  #topic(call: Call, room: Room): Pick<Message, "message_thread_id" | "is_topic_message"> {
    const threadId = call.integer("message_thread_id");
    if (threadId === undefined) return {};
    if (!room.topics.has(threadId)) throw badRequest("message thread not found");
    return { message_thread_id: threadId, is_topic_message: true };
  }

  #replyTo(call: Call, room: Room): Partial<Pick<Message, "reply_to_message">> {
    const reply = call.structure("reply_parameters") as Record<string, unknown> | undefined;
    if (reply === undefined) return {};
    const target = room.messages.get(Number(reply["message_id"]));
    if (!target && reply["allow_sending_without_reply"] === true) return {};
    if (!target) throw badRequest("message to be replied not found");
    const { reply_to_message: _nested, ...message } = target.message;
    // One level only, as the Bot API gives it; the type says "without its own reply".
    return { reply_to_message: { ...message, reply_to_message: undefined } as never };
  }

  #editable(call: Call): StoredMessage {
    if (call.has("inline_message_id")) throw badRequest("MESSAGE_ID_INVALID");
    const id = call.integer("message_id");
    if (id === undefined) throw badRequest("message identifier is not specified");
    const stored = this.rooms.reach(call.integer("chat_id")).messages.get(id);
    if (!stored) throw badRequest("message to edit not found");
    if (!stored.isFromBot) throw badRequest("message can't be edited");
    return stored;
  }

  /** A keyboard that the edit does not give again is removed. */
  #change(
    call: Call,
    stored: StoredMessage,
    content: Message,
    written?: FormattedText,
    photo?: Uint8Array,
  ): Message {
    const markup = inlineKeyboard(call.structure("reply_markup"));
    const { reply_markup: _markup, edit_date: editedAt, ...rest } = content;
    const next = { ...rest, ...(markup ? { reply_markup: markup } : {}) } as Message;
    const { edit_date: _editedAt, ...current } = stored.message;
    if (Bun.deepEquals(next, current)) throw badRequest(NOT_MODIFIED);
    const isContentChanged = written !== undefined;
    stored.message = isContentChanged
      ? { ...next, edit_date: this.time.seconds() }
      : { ...next, ...(editedAt === undefined ? {} : { edit_date: editedAt }) };
    stored.edits += 1;
    if (photo) stored.photo = photo;
    if (written?.html !== undefined) stored.html = written.html;
    else if (isContentChanged) delete stored.html;
    return stored.message;
  }

  #photo(call: Call, reference: string): Photo {
    const file = call.file(reference);
    if (typeof file === "string") {
      const known = this.#photos.get(file);
      if (!known) throw badRequest("wrong remote file identifier specified: Wrong string length");
      return known;
    }
    const fileId = `photo-${this.#photos.size + 1}`;
    const photo: Photo = { bytes: file, sizes: [photoSize(file, fileId)] };
    this.#photos.set(fileId, photo);
    return photo;
  }
}

function entitiesOf(written: FormattedText, field: "entities" | "caption_entities"): Partial<Message> {
  return written.entities.length > 0 ? { [field]: [...written.entities] } : {};
}

function captionOf(caption: FormattedText): Partial<Message> {
  return caption.text === "" ? {} : { caption: caption.text, ...entitiesOf(caption, "caption_entities") };
}

function withoutContent(message: Message): Message {
  const {
    text: _text,
    entities: _entities,
    caption: _caption,
    caption_entities: _captionEntities,
    ...rest
  } = message;
  return rest as Message;
}
