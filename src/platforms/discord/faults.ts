/** What went wrong between us and Discord, in words without a secret: the library's own errors carry tokens in their address. */
import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";
import { DeliveryError, type DeliveryFailure } from "../../chat/platform.ts";
import type { Facts } from "../../core/errors.ts";

export interface Fault {
  readonly status: number | null;
  /** Discord's own number for it; null when Discord did not say. */
  readonly code: number | null;
  /** How long Discord wants to be left alone; null when it did not say. */
  readonly retryAfterMs: number | null;
  /** Short, for people and the log. */
  readonly words: string;
}

/** Discord's numbers: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
export const DiscordCode = {
  unknownChannel: 10_003,
  unknownMessage: 10_008,
  unknownWebhook: 10_015,
  unknownInteraction: 10_062,
  requestTooLarge: 40_005,
  alreadyAcknowledged: 40_060,
  foreignMessage: 50_005,
  invalidWebhookToken: 50_027,
  invalidForm: 50_035,
} as const;

const LONGEST_WORDS = 200;

export function faultOf(error: unknown): Fault {
  if (error instanceof RateLimitError) {
    const retryAfterMs = Math.max(0, Math.ceil(error.retryAfter));
    return { status: 429, code: null, retryAfterMs, words: "rate limited" };
  }
  if (error instanceof DiscordAPIError) {
    const code = typeof error.code === "number" && error.code > 0 ? error.code : null;
    const words = `${code ?? `HTTP ${error.status}`} ${error.message}`.replaceAll("\n", "; ");
    return { status: error.status, code, retryAfterMs: null, words: words.slice(0, LONGEST_WORDS) };
  }
  if (error instanceof HTTPError) {
    return { status: error.status, code: null, retryAfterMs: null, words: `HTTP ${error.status}` };
  }
  return { status: null, code: null, retryAfterMs: null, words: networkWords(error) };
}

export const factsOf = ({ status, code, words }: Fault): Facts => ({ status, code, words });

/** The name and the system's code alone: messages of the network carry addresses. */
function networkWords(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  const code: unknown = "code" in error ? error.code : undefined;
  if (error.name === "AbortError") return "no answer in time";
  return typeof code === "string" && /^[A-Za-z_]{1,40}$/.test(code) ? code : error.name.slice(0, 40);
}

/** Whether an interaction can no more be answered in its own place. */
export const isOver = ({ status, code }: Fault): boolean =>
  status === 404 || code === DiscordCode.invalidWebhookToken || code === DiscordCode.unknownInteraction;

/** Whether the same message without its embed and picture may be taken. */
export const isAboutForm = ({ code, status }: Fault): boolean =>
  code === DiscordCode.invalidForm || code === DiscordCode.requestTooLarge || status === 413;

export type Doing = "send" | "edit" | "remove";

export function deliveryErrorOf(error: unknown, doing: Doing): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const fault = faultOf(error);
  const failure = failureOf(fault, doing);
  const sentences = {
    unreachable: `Discord cannot be reached (${fault.words}).`,
    troubled: `Discord has a fault of its own (${fault.words}).`,
    later: `Discord asks to wait (${fault.words}).`,
    not_editable: `The message cannot be edited any more (${fault.words}).`,
    unacceptable: `Discord does not take the message (${fault.words}).`,
  };
  return new DeliveryError(failure, sentences[failure.kind], factsOf(fault));
}

type Failure = Exclude<DeliveryFailure, { kind: "moved" }>;

function failureOf({ status, code, retryAfterMs }: Fault, doing: Doing): Failure {
  if (status === 429) return { kind: "later", afterMs: retryAfterMs };
  if (status === null || status === 401 || status === 408) return { kind: "unreachable" };
  if (status >= 500) return { kind: "troubled" };
  // A proxy before Discord's API says no without one of its numbers.
  if (status === 403 && code === null) return { kind: "unreachable" };
  const isGone = code === DiscordCode.unknownMessage || code === DiscordCode.foreignMessage;
  return { kind: doing !== "send" && isGone ? "not_editable" : "unacceptable" };
}
