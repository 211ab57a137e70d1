/** The one way out to the exchange's REST interface: it obeys bans and weight limits, retries reads, pauses when all fails, and says how it is. */
import ky, { type KyInstance } from "ky";
import type { z } from "zod";
import type { Clock } from "../core/clock.ts";
import { CountersignError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { banNamedIn, payloadOf, readBody } from "./answer.ts";
import { backoffMs } from "./backoff.ts";
import { CircuitBreaker, type CircuitState } from "./circuit-breaker.ts";
import { exchangeOrigin, MARKET_DATA_REST_URL } from "./endpoint.ts";
import {
  CircuitOpenError,
  ExchangeFailedError,
  ExchangeRefusedError,
  ExchangeUnreachableError,
  RateLimitedError,
} from "./errors.ts";
import { RequestLimits } from "./request-limits.ts";
import { checkPayload, serverTimeSchema } from "./schemas.ts";
import { ServerClock } from "./server-clock.ts";

export interface BinanceClientOptions {
  readonly clock: Clock;
  /** Jitter of the backoff. */
  readonly random: Random;
  readonly baseUrl?: string;
  /** For one attempt, its body included. */
  readonly timeoutMs?: number;
  /** Further attempts after the first. */
  readonly retries?: number;
  /** Consecutive failures that open the circuit, and for how long. */
  readonly failureLimit?: number;
  readonly coolDownMs?: number;
  /** Ends requests and waits; what is under way throws `exchange_unreachable`. */
  readonly signal?: AbortSignal;
}

export interface ReadRequest<T> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  /** What the exchange counts for it. */
  readonly weight: number;
  readonly schema: z.ZodType<T>;
}

/** A checked answer, and when the attempt that brought it was sent and complete (our clock, epoch ms). */
export interface Answer<T> {
  readonly value: T;
  readonly sentAt: number;
  readonly receivedAt: number;
}

export interface ExchangeHealth {
  readonly state: CircuitState;
  /** In the current minute of the exchange's clock. */
  readonly usedWeight: number;
  readonly weightLimit: number;
  /** Epoch ms while a ban lasts, else null. */
  readonly bannedUntilAt: number | null;
  readonly lastError: string | null;
  readonly lastErrorAt: number | null;
  readonly consecutiveFailures: number;
}

export interface BinanceClient {
  /** GET. Waits while the minute's weight is used up; throws OutsideError otherwise (at once during a ban or an open circuit). */
  read<T>(request: ReadRequest<T>): Promise<Answer<T>>;
  /** Asks the exchange for its time, epoch ms. */
  serverTime(): Promise<number>;
  /** The earliest time it can be at the exchange now; asks only when what is known is old or contradicted. */
  earliestServerTime(): Promise<number>;
  /** Takes the REQUEST_WEIGHT a minute that exchangeInfo states. */
  useWeightLimit(limit: number): void;
  health(): ExchangeHealth;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8_000;

export function createBinanceClient(options: BinanceClientOptions): BinanceClient {
  return new RestClient(options);
}

class RestClient implements BinanceClient {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #timeoutMs: number;
  readonly #retries: number;
  readonly #signal: AbortSignal;
  readonly #http: KyInstance;
  readonly #breaker: CircuitBreaker;
  readonly #limits = new RequestLimits();
  readonly #serverClock = new ServerClock();
  #lastError: { readonly text: string; readonly at: number } | null = null;

  constructor(options: BinanceClientOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#retries = options.retries ?? 2;
    this.#signal = options.signal ?? new AbortController().signal;
    this.#breaker = new CircuitBreaker(
      options.clock,
      options.failureLimit ?? 5,
      options.coolDownMs ?? 30_000,
    );
    // ky's own retries and time-outs run on setTimeout and cannot be given our clock: both are off, and done here.
    // Bun itself repeats a GET, never a POST, when a kept connection is reset before the answer: harmless for reading.
    // Redirects are refused: fetch would carry an API key header along to another host.
    this.#http = ky.create({
      prefix: exchangeOrigin(options.baseUrl ?? MARKET_DATA_REST_URL, "rest"),
      retry: 0,
      timeout: false,
      throwHttpErrors: false,
      redirect: "error",
    });
  }

  async read<T>(request: ReadRequest<T>): Promise<Answer<T>> {
    for (let attempt = 1; ; attempt++) {
      await this.#admit(request);
      try {
        const answer = await this.#attempt(request);
        this.#breaker.succeeded();
        return answer;
      } catch (error) {
        this.#note(error);
        const mayRetry = isTransient(error) && attempt <= this.#retries && this.#breaker.state === "closed";
        if (!mayRetry || this.#signal.aborted) throw error;
      }
      await this.#sleep(request, backoffMs(attempt, FIRST_RETRY_MS, LONGEST_RETRY_MS, this.#random));
    }
  }

  async serverTime(): Promise<number> {
    const answer = await this.read({ path: "api/v3/time", weight: 1, schema: serverTimeSchema });
    this.#serverClock.learn(answer.value.serverTime, answer.sentAt, answer.receivedAt);
    return answer.value.serverTime;
  }

  async earliestServerTime(): Promise<number> {
    if (this.#serverClock.isStale(this.#clock.now())) await this.serverTime();
    return this.#serverClock.earliestAt(this.#clock.now());
  }

  useWeightLimit(limit: number): void {
    this.#limits.weightLimit = limit;
  }

  health(): ExchangeHealth {
    const { bannedUntilAt } = this.#limits;
    return {
      state: this.#breaker.state,
      usedWeight: this.#limits.usedWeight(this.#likelyServerAt()),
      weightLimit: this.#limits.weightLimit,
      bannedUntilAt: bannedUntilAt !== null && bannedUntilAt > this.#clock.now() ? bannedUntilAt : null,
      lastError: this.#lastError?.text ?? null,
      lastErrorAt: this.#lastError?.at ?? null,
      consecutiveFailures: this.#breaker.consecutiveFailures,
    };
  }

  /** Returns when the request may leave, its weight reserved. Nothing here awaits after the last check. */
  async #admit(request: ReadRequest<unknown>): Promise<void> {
    for (;;) {
      if (this.#signal.aborted) throw stopped(request);
      const { bannedUntilAt } = this.#limits;
      if (bannedUntilAt !== null && this.#clock.now() < bannedUntilAt) {
        throw new RateLimitedError(request.path, bannedUntilAt, null);
      }
      const waitMs = this.#limits.waitMs(request.weight, this.#likelyServerAt());
      if (waitMs === 0) break;
      await this.#sleep(request, waitMs);
    }
    if (!this.#breaker.tryEnter()) {
      throw new CircuitOpenError(request.path, this.#breaker.openUntilAt ?? this.#clock.now());
    }
    this.#limits.reserve(request.weight);
  }

  async #attempt<T>(request: ReadRequest<T>): Promise<Answer<T>> {
    const timeout = new AbortController();
    const cancelTimeout = this.#clock.after(this.#timeoutMs, () => timeout.abort());
    const sentAt = this.#clock.now();
    let reportedWeight: number | null = null;
    try {
      const response = await this.#http.get(request.path, {
        signal: AbortSignal.any([this.#signal, timeout.signal]),
        searchParams: { ...request.query },
      });
      reportedWeight = usedWeightOf(response.headers);
      this.#serverClock.observeDateHeader(response.headers.get("date"), sentAt, this.#clock.now());
      if (response.status === 429 || response.status === 418) throw await this.#obeyBan(response, request);
      const payload = payloadOf(response.status, await readBody(response, request.path), request.path);
      return {
        value: checkPayload(request.schema, payload, request.path),
        sentAt,
        receivedAt: this.#clock.now(),
      };
    } catch (error) {
      if (this.#signal.aborted) throw stopped(request);
      throw asOutsideError(error, request.path, timeout.signal.aborted ? this.#timeoutMs : null);
    } finally {
      cancelTimeout();
      this.#limits.settle(request.weight, reportedWeight, this.#likelyServerAt());
    }
  }

  /** The ban holds from its header on, whatever becomes of the body, and longer when the body says so. */
  async #obeyBan(response: Response, request: ReadRequest<unknown>): Promise<RateLimitedError> {
    const receivedAt = this.#clock.now();
    let untilAt = this.#limits.ban(response.status, response.headers.get("retry-after"), receivedAt);
    const named = banNamedIn(await readBody(response, request.path).catch(() => ""));
    if (named !== null) {
      const clockOffsetMs = this.#likelyServerAt() - this.#clock.now();
      untilAt = this.#limits.banUntil(Math.ceil(named - clockOffsetMs), receivedAt);
    }
    return new RateLimitedError(request.path, untilAt, response.status);
  }

  #note(error: unknown): void {
    if (this.#signal.aborted || error instanceof RateLimitedError) this.#breaker.learnedNothing();
    else if (error instanceof ExchangeRefusedError && error.exchangeCode !== null) this.#breaker.succeeded();
    else this.#breaker.failed();
    if (error instanceof CountersignError) {
      this.#lastError = { text: `${error.code}: ${error.message}`, at: this.#clock.now() };
    }
  }

  async #sleep(request: ReadRequest<unknown>, delayMs: number): Promise<void> {
    try {
      await this.#clock.sleep(delayMs, this.#signal);
    } catch {
      throw stopped(request);
    }
  }

  #likelyServerAt(): number {
    return this.#serverClock.likelyAt(this.#clock.now());
  }
}

const STOPPED = "stopped";
const REDIRECTED = "it redirects, which is refused";

const stopped = (request: ReadRequest<unknown>): ExchangeUnreachableError =>
  new ExchangeUnreachableError(request.path, STOPPED);

const isTransient = (error: unknown): boolean =>
  error instanceof ExchangeFailedError ||
  (error instanceof ExchangeUnreachableError && error.facts["reason"] !== REDIRECTED);

/** Keeps our own errors; of the library's only the code is told, since its message and request hold the URL. */
function asOutsideError(error: unknown, endpoint: string, timedOutAfterMs: number | null): CountersignError {
  if (error instanceof CountersignError) return error;
  if (timedOutAfterMs !== null) {
    return new ExchangeUnreachableError(endpoint, `not complete within ${timedOutAfterMs} ms`);
  }
  const code = (error as { code?: unknown } | null)?.code;
  if (code === "UnexpectedRedirect") return new ExchangeUnreachableError(endpoint, REDIRECTED);
  return new ExchangeUnreachableError(endpoint, typeof code === "string" ? code : "connection failed");
}

function usedWeightOf(headers: Headers): number | null {
  const text = headers.get("x-mbx-used-weight-1m");
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
