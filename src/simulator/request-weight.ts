/** The exchange's limit on request weight: a window a minute, 429 beyond it, then bans (418) that grow. */
import { ApiError } from "./api-error.ts";

const WINDOW_MS = 60_000;
/** Requests refused with 429 in one window before the address is banned. The exchange does not publish its number. */
const REFUSALS_BEFORE_BAN = 10;
/** Bans "scale in duration for repeat offenders, from 2 minutes to 3 days". */
const FIRST_BAN_MS = 2 * 60_000;
const LONGEST_BAN_MS = 3 * 24 * 60 * 60_000;

export const USUAL_WEIGHT_PER_MINUTE = 6000;

export class RequestWeight {
  /** Null counts the weight but never refuses, for markets that run faster than real time. */
  readonly perMinute: number | null;
  readonly #now: () => number;
  #windowStart = 0;
  #used = 0;
  #refusals = 0;
  #bans = 0;
  #bannedUntil = 0;
  #waitUntil = 0;
  #requests = 0;
  #impatient = 0;

  constructor(perMinute: number | null, now: () => number) {
    this.perMinute = perMinute;
    this.#now = now;
  }

  /** Requests so far, and those that came before a Retry-After they had been given was over. */
  get counts(): { requests: number; insideRetryAfter: number; used: number } {
    this.#turnWindow(this.#now());
    return { requests: this.#requests, insideRetryAfter: this.#impatient, used: this.#used };
  }

  /** Counts a request; the refusal to answer with, or null. */
  charge(weight: number): ApiError | null {
    const now = this.#now();
    this.#requests++;
    if (now < this.#waitUntil) this.#impatient++;
    this.#turnWindow(now);
    if (now < this.#bannedUntil) return this.#banned(now);
    this.#used += weight;
    if (this.perMinute === null || this.#used <= this.perMinute) return null;
    if (++this.#refusals > REFUSALS_BEFORE_BAN) {
      this.#bannedUntil = now + Math.min(LONGEST_BAN_MS, FIRST_BAN_MS * 2 ** this.#bans++);
      return this.#banned(now);
    }
    return this.tooMuch(this.#windowStart + WINDOW_MS - now);
  }

  tooMuch(waitMs: number): ApiError {
    const limit = `current limit is ${this.perMinute ?? USUAL_WEIGHT_PER_MINUTE} request weight per 1 MINUTE`;
    const advice = "Please use WebSocket Streams for live updates to avoid polling the API.";
    return this.#refuse(429, waitMs, `Too much request weight used; ${limit}. ${advice}`);
  }

  ban(waitMs: number): ApiError {
    const until = `IP banned until ${this.#now() + waitMs}`;
    const advice = "Please use WebSocket Streams for live updates to avoid bans.";
    return this.#refuse(418, waitMs, `Way too much request weight used; ${until}. ${advice}`);
  }

  #banned(now: number): ApiError {
    return this.ban(this.#bannedUntil - now);
  }

  #refuse(status: number, waitMs: number, message: string): ApiError {
    const seconds = Math.ceil(waitMs / 1000);
    this.#waitUntil = Math.max(this.#waitUntil, this.#now() + seconds * 1000);
    return new ApiError(-1003, message, status, seconds);
  }

  #turnWindow(now: number): void {
    const start = now - (now % WINDOW_MS);
    if (start === this.#windowStart) return;
    this.#windowStart = start;
    this.#used = 0;
    this.#refusals = 0;
  }
}
