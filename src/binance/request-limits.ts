/** Keeps requests inside the exchange's limits: used weight a minute, and the time it told us to keep away. */
import { InvariantError } from "../core/errors.ts";

/** REQUEST_WEIGHT in the documentation's sample of 2026-07-21; the real one is read from exchangeInfo. */
const DEFAULT_WEIGHT_LIMIT = 6_000;
/** The rest is left to whatever else runs behind the same address. */
const USABLE_SHARE = 0.8;
const MINUTE_MS = 60_000;
/** A window counts as new only this long after the minute: the exchange's clock is known to some milliseconds only. */
const NEW_MINUTE_MARGIN_MS = 250;

/** Bans last from 2 minutes to 3 days (documentation); a header that says more is not believed. */
const LONGEST_BAN_MS = 3 * 24 * 3_600_000;
const DEFAULT_BAN_MS: Readonly<Record<number, number>> = { 418: 120_000, 429: 60_000 };

export class RequestLimits {
  weightLimit = DEFAULT_WEIGHT_LIMIT;
  /** Our clock, epoch ms; null when never banned. */
  bannedUntilAt: number | null = null;
  #usedWeight = 0;
  #inFlightWeight = 0;
  #minute = Number.NaN;

  /** Weight used in the current minute, requests without an answer included. `serverAt`: the exchange's time, epoch ms. */
  usedWeight(serverAt: number): number {
    this.#turn(serverAt);
    return this.#usedWeight + this.#inFlightWeight;
  }

  /** How long to wait until a request of this weight fits, 0 when it fits now. */
  waitMs(weight: number, serverAt: number): number {
    const usable = Math.floor(this.weightLimit * USABLE_SHARE);
    if (weight > usable) {
      throw new InvariantError("weight_above_limit", "One request weighs more than a minute allows.", {
        weight,
        usable,
      });
    }
    if (this.usedWeight(serverAt) + weight <= usable) return 0;
    return Math.ceil(MINUTE_MS - ((serverAt - NEW_MINUTE_MARGIN_MS) % MINUTE_MS));
  }

  reserve(weight: number): void {
    this.#inFlightWeight += weight;
  }

  /** Ends a reservation; `reported` is the weight the exchange counts for this minute, null when it did not say. */
  settle(weight: number, reported: number | null, serverAt: number): void {
    this.#turn(serverAt);
    this.#inFlightWeight -= weight;
    // Answers overtake each other, but within a minute the exchange's count only rises.
    this.#usedWeight = reported === null ? this.#usedWeight + weight : Math.max(this.#usedWeight, reported);
  }

  /** Takes a 429 or 418 with its Retry-After header (whole seconds). Returns the end of the ban, our clock. */
  ban(status: number, retryAfter: string | null, now: number): number {
    const isSeconds = retryAfter !== null && /^\d{1,9}$/.test(retryAfter);
    const banMs = isSeconds ? Math.max(1, Number(retryAfter)) * 1_000 : DEFAULT_BAN_MS[status]!;
    return this.banUntil(now + banMs, now);
  }

  /** Lengthens the ban, never shortens it. */
  banUntil(untilAt: number, now: number): number {
    this.bannedUntilAt = Math.max(this.bannedUntilAt ?? 0, Math.min(untilAt, now + LONGEST_BAN_MS));
    return this.bannedUntilAt;
  }

  #turn(serverAt: number): void {
    const minute = Math.floor((serverAt - NEW_MINUTE_MARGIN_MS) / MINUTE_MS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#usedWeight = 0;
  }
}
