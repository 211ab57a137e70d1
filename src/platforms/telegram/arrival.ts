/** Reads what Telegram delivers, whatever it holds: a line or a press that may concern the bot, or nothing. Never throws. */
import type { Incoming, Oddity } from "../../chat/platform.ts";
import { readable } from "../../chat/readable.ts";

/** What was read of an update, and all that is kept of it. Plain data. */
export interface Arrival {
  readonly incoming: Incoming;
  /** The message that holds the line, or the card that was pressed. */
  readonly messageId: number | null;
  /** A line that begins with a slash. */
  readonly isCommand: boolean;
  /** A line that answers a message of the bot's. */
  readonly isReply: boolean;
}

type Json = Readonly<Record<string, unknown>>;

const LONGEST_NAME = 64;
/** The account in whose name a group's administrators write. */
const ANONYMOUS_ID = 1087968824;

/** `now` stands for when a press was made, which Telegram does not tell. */
export function readArrival(update: unknown, username: string, now: number): Arrival | null {
  const whole = jsonOf(update);
  const updateId = idOf(whole?.["update_id"]);
  if (whole === null || updateId === null) return null;
  const query = jsonOf(whole["callback_query"]);
  if (query !== null) return readPress(query, updateId, now);
  const kind = KINDS.find((each) => jsonOf(whole[each]) !== null);
  return kind === undefined ? null : readMessage(jsonOf(whole[kind])!, { updateId, kind, username, now });
}

/** The press that waits for an acknowledgement, whether it could be read or not. */
export function queryIdOf(update: unknown): string | null {
  const id = jsonOf(jsonOf(update)?.["callback_query"])?.["id"];
  return typeof id === "string" && id !== "" ? id : null;
}

const KINDS = ["message", "edited_message", "channel_post", "edited_channel_post"] as const;

interface Source {
  readonly updateId: string;
  readonly kind: (typeof KINDS)[number];
  readonly username: string;
  readonly now: number;
}

function readMessage(message: Json, { updateId, kind, username, now }: Source): Arrival | null {
  const chat = chatOf(message);
  const from = jsonOf(message["from"]) ?? jsonOf(message["sender_chat"]);
  const sender = senderOf(from);
  const line = typeof message["text"] === "string" ? addressed(message["text"], username) : null;
  if (chat === null || sender === null || line === null || line === "") return null;
  const isCommand = line.startsWith("/");
  const repliedTo = jsonOf(jsonOf(message["reply_to_message"])?.["from"]);
  const isReply = repliedTo?.["is_bot"] === true && isSame(repliedTo["username"], username);
  const isEdited = kind.startsWith("edited");
  const concernsUs = isCommand || (!isEdited && (chat.isPrivate || isReply));
  if (!concernsUs) return null;
  const date = message["date"];
  return {
    incoming: {
      platform: "telegram",
      ...{ updateId, chat, sender },
      oddities: odditiesOf(message, kind),
      sentAt: typeof date === "number" && Number.isSafeInteger(date * 1000) ? date * 1000 : now,
      content: { kind: "line", text: line },
    },
    messageId: messageIdOf(message),
    ...{ isCommand, isReply },
  };
}

/** A press on a message that is out of reach has its chat all the same; one outside any chat has none. */
function readPress(query: Json, updateId: string, now: number): Arrival | null {
  const message = jsonOf(query["message"]);
  const chat = message === null ? null : chatOf(message);
  const from = jsonOf(query["from"]);
  const sender = senderOf(from);
  const payload = query["data"];
  if (message === null || chat === null || sender === null || typeof payload !== "string") return null;
  return {
    incoming: {
      platform: "telegram",
      ...{ updateId, chat, sender },
      oddities: from?.["is_bot"] === true ? ["bot"] : [],
      sentAt: now,
      content: { kind: "press", payload },
    },
    messageId: messageIdOf(message),
    isCommand: false,
    isReply: false,
  };
}

/** In groups people name the bot they mean: without its name when it is ours, null when it is another's. */
function addressed(text: string, username: string): string | null {
  const [whole, command, named] = /^(\/\w{1,64})@(\w{1,64})(?=\s|$)/.exec(text) ?? [];
  if (whole === undefined || command === undefined) return text;
  return isSame(named, username) ? command + text.slice(whole.length) : null;
}

const isSame = (name: unknown, username: string): boolean =>
  typeof name === "string" && name.toLowerCase() === username.toLowerCase();

function chatOf(message: Json): Incoming["chat"] | null {
  const chat = jsonOf(message["chat"]);
  const chatId = idOf(chat?.["id"]);
  if (chat === null || chatId === null) return null;
  const threadId = message["is_topic_message"] === true ? idOf(message["message_thread_id"]) : null;
  return {
    platform: "telegram",
    chatId,
    threadId: threadId ?? "",
    isPrivate: chat["type"] === "private",
  };
}

function senderOf(from: Json | null): Incoming["sender"] | null {
  const accountId = idOf(from?.["id"]);
  if (from === null || accountId === null) return null;
  const names = [from["first_name"], from["last_name"]].filter((name) => typeof name === "string");
  const shown = [names.join(" "), from["title"], from["username"]].find(
    (name) => typeof name === "string" && readable(name).trim() !== "",
  );
  const label = readable(String(shown ?? accountId)).trim();
  return { accountId, label: label.slice(0, LONGEST_NAME) };
}

function odditiesOf(message: Json, kind: Source["kind"]): readonly Oddity[] {
  const from = jsonOf(message["from"]);
  const senderChat = jsonOf(message["sender_chat"]);
  const isChannel = kind.endsWith("channel_post") || senderChat?.["type"] === "channel";
  const isAnonymous = !isChannel && (senderChat !== null || from?.["id"] === ANONYMOUS_ID);
  const forwarding = ["forward_origin", "forward_date", "is_automatic_forward"];
  const found: readonly (readonly [Oddity, boolean])[] = [
    ["channel_post", isChannel],
    ["anonymous", isAnonymous],
    ["bot", from?.["is_bot"] === true && !isAnonymous],
    ["forwarded", forwarding.some((name) => name in message)],
    ["via_bot", "via_bot" in message],
    ["edited", kind.startsWith("edited") || "edit_date" in message],
  ];
  return found.filter(([, isSo]) => isSo).map(([oddity]) => oddity);
}

const jsonOf = (value: unknown): Json | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;

const idOf = (value: unknown): string | null => (Number.isSafeInteger(value) ? String(value) : null);

const messageIdOf = (message: Json): number | null =>
  Number.isSafeInteger(message["message_id"]) ? (message["message_id"] as number) : null;
