/** What a bot may put into a message: formatted text within Telegram's limits, and photos that are photos. */
import type { MessageEntity, PhotoSize } from "grammy/types";
import { badRequest } from "./bot-api-refusal.ts";
import type { Call } from "./call.ts";
import { parseHtml } from "./html-entities.ts";

const LONGEST_TEXT = 4096;
const LONGEST_CAPTION = 1024;

export interface FormattedText {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
  readonly html?: string;
}

/** Reads a text with its parse mode; `fault` hears of markup that Telegram accepts but a careful bot never sends. */
function formatted(text: string, parseMode: string, fault: (what: string) => void): FormattedText {
  if (parseMode === "") return trimmed({ text, entities: [] });
  if (parseMode.toLowerCase() !== "html") {
    fault(`the fake reads no parse_mode ${parseMode}`);
    throw badRequest("unsupported parse_mode");
  }
  const parsed = parseHtml(text);
  if (parsed.bareAmpersands > 0) fault(`an unescaped & in ${JSON.stringify(text)}`);
  return trimmed({ text: parsed.text, entities: parsed.entities, html: text });
}

/** Telegram cuts white space off both ends; entities shrink with it. */
function trimmed(whole: FormattedText): FormattedText {
  const text = whole.text.trim();
  const cut = whole.text.length - whole.text.trimStart().length;
  const entities = whole.entities.flatMap((entity) => {
    const from = Math.max(0, entity.offset - cut);
    const to = Math.min(text.length, entity.offset - cut + entity.length);
    return to > from ? [{ ...entity, offset: from, length: to - from }] : [];
  });
  return { ...whole, text, entities };
}

export function messageText(call: Call, fault: (what: string) => void): FormattedText {
  const content = formatted(call.text("text"), call.text("parse_mode"), fault);
  if (content.text === "") throw badRequest("message text is empty");
  if (content.text.length > LONGEST_TEXT) throw badRequest("message is too long");
  return content;
}

export function messageCaption(
  caption: string,
  parseMode: string,
  fault: (what: string) => void,
): FormattedText {
  const content = formatted(caption, parseMode, fault);
  if (content.text.length > LONGEST_CAPTION) throw badRequest("message caption is too long");
  return content;
}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const LARGEST_PHOTO_BYTES = 10 * 1024 * 1024;

/** The size of a PNG, refused as Telegram refuses what it cannot show. */
export function photoSize(bytes: Uint8Array, fileId: string): PhotoSize {
  const isPng = bytes.length > 24 && PNG_SIGNATURE.every((byte, index) => bytes[index] === byte);
  if (!isPng) throw badRequest("IMAGE_PROCESS_FAILED");
  if (bytes.length > LARGEST_PHOTO_BYTES) throw badRequest("file is too big");
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = header.getUint32(16);
  const height = header.getUint32(20);
  const isShowable = width + height <= 10_000 && Math.max(width, height) <= 20 * Math.min(width, height);
  if (!isShowable) throw badRequest("PHOTO_INVALID_DIMENSIONS");
  return { file_id: fileId, file_unique_id: `unique-${fileId}`, width, height, file_size: bytes.length };
}
