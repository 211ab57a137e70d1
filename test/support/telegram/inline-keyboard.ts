/** Inline keyboards: refuses what Telegram refuses of their shape, and reads them as a person sees them. */
import type { InlineKeyboardButton, InlineKeyboardMarkup } from "grammy/types";
import { badRequest } from "./bot-api-refusal.ts";

export interface Button {
  readonly label: string;
  /** What a press sends back; absent on links. */
  readonly data?: string;
  readonly url?: string;
}

const LONGEST_DATA_BYTES = 64;
/** Not in the documentation; what the server refuses in practice with REPLY_MARKUP_TOO_LONG. */
const MOST_BUTTONS = 100;
const BUTTON_KINDS = ["callback_data", "url", "copy_text", "web_app", "login_url", "switch_inline_query"];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The keyboard of a message; undefined for none, which is also what an empty keyboard means. */
export function inlineKeyboard(markup: unknown): InlineKeyboardMarkup | undefined {
  if (markup === undefined) return undefined;
  if (!isRecord(markup)) throw badRequest("object expected as reply markup");
  const rows = markup["inline_keyboard"];
  if (rows === undefined) throw badRequest("inline keyboard expected");
  if (!Array.isArray(rows))
    throw badRequest(`can't parse inline keyboard: Field "inline_keyboard" must be of type Array`);
  const keyboard = rows.map((row: unknown) => {
    if (!Array.isArray(row))
      throw badRequest("can't parse inline keyboard button: Expected an Array of buttons");
    return row.map(checkedButton);
  });
  if (keyboard.flat().length > MOST_BUTTONS) throw badRequest("REPLY_MARKUP_TOO_LONG");
  const filled = keyboard.filter((row) => row.length > 0);
  return filled.length === 0 ? undefined : { inline_keyboard: filled };
}

/** What a new message may ask for in the place of buttons: that the person replies to it. */
export interface ForcedReply {
  readonly placeholder: string;
  readonly isSelective: boolean;
}

const LONGEST_PLACEHOLDER = 64;

export function forcedReply(markup: unknown): ForcedReply | undefined {
  if (!isRecord(markup) || markup["force_reply"] !== true) return undefined;
  const placeholder = markup["input_field_placeholder"] ?? "";
  if (typeof placeholder !== "string" || placeholder.length > LONGEST_PLACEHOLDER)
    throw badRequest("reply keyboard input field placeholder is too long");
  return { placeholder, isSelective: markup["selective"] === true };
}

function checkedButton(button: unknown): InlineKeyboardButton {
  if (!isRecord(button)) throw badRequest("can't parse inline keyboard button: Object expected");
  const label = button["text"];
  if (typeof label !== "string")
    throw badRequest(`can't parse inline keyboard button: Can't find field "text"`);
  if (label.trim() === "") throw badRequest("inline keyboard button text must be non-empty");
  if (!label.isWellFormed()) throw badRequest("strings must be encoded in UTF-8");
  const kinds = BUTTON_KINDS.filter((kind) => kind in button);
  if (kinds.length !== 1)
    throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
  if (kinds[0] === "callback_data") checkData(button["callback_data"]);
  if (kinds[0] === "url" && !/^(https?:\/\/|tg:\/\/)\S+$/.test(String(button["url"])))
    throw badRequest(
      `inline keyboard button URL '${String(button["url"])}' is invalid: Wrong HTTP URL specified`,
    );
  return button as unknown as InlineKeyboardButton;
}

function checkData(data: unknown): void {
  const bytes = typeof data === "string" ? Buffer.byteLength(data) : 0;
  if (bytes === 0 || bytes > LONGEST_DATA_BYTES) throw badRequest("BUTTON_DATA_INVALID");
}

export function buttonRows(markup: InlineKeyboardMarkup | undefined): Button[][] {
  return (markup?.inline_keyboard ?? []).map((row) =>
    row.map((button) => ({
      label: button.text,
      ...("callback_data" in button ? { data: button.callback_data } : {}),
      ...("url" in button ? { url: button.url } : {}),
    })),
  );
}
