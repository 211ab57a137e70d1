/** One question to a platform's API: answered within a few seconds or not at all, and never in words that hold the token. */
import { readable } from "../chat/readable.ts";
import type { Clock } from "../core/clock.ts";

export type Json = Readonly<Record<string, unknown>>;

/** `status` null: nobody answered, and `words` say why. */
export type Answer =
  | { readonly status: number; readonly body: Json }
  | { readonly status: null; readonly words: string };

interface Question {
  readonly address: string;
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
}

export class Wire {
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** A body that is no JSON object counts as empty. */
  async ask({ address, method = "GET", headers = {} }: Question): Promise<Answer> {
    const ending = new AbortController();
    const cancel = this.#clock.after(this.#timeoutMs, () => ending.abort());
    try {
      // A redirect would carry the token along to another host.
      const response = await fetch(address, { method, headers, redirect: "error", signal: ending.signal });
      return { status: response.status, body: jsonOf(await response.json().catch(() => null)) };
    } catch (error) {
      return { status: null, words: ending.signal.aborted ? this.#late() : codeOf(error) };
    } finally {
      cancel();
    }
  }

  #late = (): string => `no answer within ${this.#timeoutMs / 1000} s`;
}

export const jsonOf = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};

const LONGEST_WORDS = 120;

/** What others wrote, on one line of the terminal; empty for anything but text. */
export const wordsOf = (value: unknown): string =>
  typeof value === "string" ? readable(value).replace(/\s+/g, " ").trim().slice(0, LONGEST_WORDS) : "";

/** The system's short code alone: messages of the network carry addresses. */
function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" && /^\w{3,40}$/.test(code) ? code : "no connection";
}
