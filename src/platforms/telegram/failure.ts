/** What it means for a message when Telegram refuses or cannot be reached; no words of it hold the bot's token. */
import { GrammyError, HttpError } from "grammy";
import { DeliveryError, type DeliveryFailure } from "../../chat/platform.ts";
import { readable } from "../../chat/readable.ts";

const LONGEST_WORDS = 200;

/** An error of grammY holds the address with the token in its depths: this reads the few parts that are safe. */
export function failureWords(error: unknown, token: string): string {
  return readable(rawWords(error)).replaceAll(token, "[secret]").slice(0, LONGEST_WORDS);
}

/** For the log: of an error that is not Telegram's, its name and message. */
export function loggedWords(error: unknown, token: string): string {
  if (error instanceof GrammyError || error instanceof HttpError || !(error instanceof Error))
    return failureWords(error, token);
  return `${error.name}: ${readable(error.message)}`.replaceAll(token, "[secret]").slice(0, LONGEST_WORDS);
}

function rawWords(error: unknown): string {
  if (error instanceof GrammyError) return `Telegram: ${error.description || `error ${error.error_code}`}`;
  if (!(error instanceof HttpError)) return "Telegram answered in a way that cannot be read.";
  const cause = error.error as {
    readonly code?: unknown;
    readonly message?: unknown;
    readonly name?: unknown;
  } | null;
  const isSlow = cause?.name === "AbortError" || /timed out|abort/i.test(String(cause?.message ?? ""));
  if (isSlow) return "Telegram did not answer in time.";
  const code = typeof cause?.code === "string" && /^\w{3,40}$/.test(cause.code) ? ` (${cause.code})` : "";
  return `Telegram could not be reached${code}.`;
}

export function deliveryError(error: unknown, token: string): DeliveryError {
  if (error instanceof DeliveryError) return error;
  return new DeliveryError(failureOf(error), failureWords(error, token));
}

function failureOf(error: unknown): DeliveryFailure {
  if (!(error instanceof GrammyError)) return { kind: "unreachable" };
  const { error_code: code, parameters } = error;
  if (parameters.migrate_to_chat_id !== undefined)
    return { kind: "moved", chatId: String(parameters.migrate_to_chat_id) };
  if (code === 429) return { kind: "later", afterMs: retryAfterMs(error) };
  if (isNotEditable(error)) return { kind: "not_editable" };
  if (code >= 500) return { kind: "troubled" };
  // A token that Telegram does not know: no message is to blame.
  const isMessageToBlame = code >= 400 && code < 500 && code !== 401 && code !== 404;
  return { kind: isMessageToBlame ? "unacceptable" : "unreachable" };
}

/** How long Telegram asks to wait; null when it does not say. */
export function retryAfterMs(error: unknown): number | null {
  if (!(error instanceof GrammyError) || error.error_code !== 429) return null;
  const seconds = error.parameters.retry_after;
  return typeof seconds === "number" && seconds >= 0 ? seconds * 1000 : null;
}

const saysOf = (error: unknown, code: number, words: RegExp): boolean =>
  error instanceof GrammyError && error.error_code === code && words.test(error.description);

const isNotEditable = (error: unknown): boolean =>
  saysOf(error, 400, /message to edit not found|message can't be (edited|deleted)|MESSAGE_ID_INVALID/i) ||
  saysOf(error, 400, /there is no (text|caption|media) in the message to edit/i);

export const isNotModified = (error: unknown): boolean => saysOf(error, 400, /message is not modified/i);

export const isGone = (error: unknown): boolean =>
  saysOf(error, 400, /message to delete not found|message identifier is not specified/i);

export const isMarkupRefused = (error: unknown): boolean => saysOf(error, 400, /can't parse entities/i);

export const isChatUnknown = (error: unknown): boolean => saysOf(error, 400, /chat not found/i);

/** Telegram cannot show the picture, or not in this chat; the words can still be sent. */
export const isPictureRefused = (error: unknown): boolean =>
  saysOf(error, 413, /./) || saysOf(error, 400, /photo|image|media|file/i);

export const hasCode = (error: unknown, ...codes: readonly number[]): boolean =>
  error instanceof GrammyError && codes.includes(error.error_code);
