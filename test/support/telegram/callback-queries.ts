/** Presses that wait for their answer: each can be answered until it is too old. */
import { badRequest } from "./bot-api-refusal.ts";
import type { Call } from "./call.ts";
import type { ServerTime } from "./server-time.ts";

export interface CallbackAnswer {
  readonly callbackQueryId: string;
  /** Empty when the press was only acknowledged. */
  readonly text: string;
  /** Shown as a window to close, not as a line that fades. */
  readonly isAlert: boolean;
  readonly at: number;
}

const LONGEST_ANSWER = 200;
const TOO_OLD = "query is too old and response timeout expired or query ID is invalid";

export class CallbackQueries {
  readonly answers: CallbackAnswer[] = [];
  readonly #askedAt = new Map<string, number>();
  readonly #time: ServerTime;
  readonly #lifetimeMs: number;
  #lastId = 4_000_000_000_000_000_000n;

  constructor(time: ServerTime, lifetimeMs: number) {
    this.#time = time;
    this.#lifetimeMs = lifetimeMs;
  }

  open(): string {
    this.#lastId += 1n;
    this.#askedAt.set(String(this.#lastId), this.#time.now());
    return String(this.#lastId);
  }

  /** Makes every press so far too old to answer. */
  expire(): void {
    this.#askedAt.clear();
  }

  answerCallbackQuery(call: Call): true {
    const callbackQueryId = call.text("callback_query_id");
    const askedAt = this.#askedAt.get(callbackQueryId);
    if (askedAt === undefined || this.#time.now() - askedAt > this.#lifetimeMs) throw badRequest(TOO_OLD);
    const text = call.text("text");
    if (text.length > LONGEST_ANSWER) throw badRequest("MESSAGE_TOO_LONG");
    this.answers.push({
      callbackQueryId,
      text,
      isAlert: call.isTrue("show_alert"),
      at: this.#time.now(),
    });
    return true;
  }
}
