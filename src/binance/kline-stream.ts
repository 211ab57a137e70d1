/** The exchange's kline stream as a MarketStream: checked frames, closed candles once and in order, reconnecting until stopped. */
import type { Clock } from "../core/clock.ts";
import { InputError, invariant } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import type { MarketStream, StreamEvents } from "../market/feed.ts";
import { backoffMs } from "./backoff.ts";
import { exchangeOrigin, exchangeSymbol, MARKET_DATA_STREAM_URL } from "./endpoint.ts";
import { type KlineFrame, klineSubscription, readStreamFrame, type Subscription } from "./kline-frame.ts";

export interface KlineStreamOptions {
  readonly clock: Clock;
  /** Jitter of the backoff. */
  readonly random: Random;
  readonly symbol: string;
  readonly baseUrl?: string;
  /** Without one good frame for this long, connecting included, the connection counts as dead. */
  readonly stallMs?: number;
  /** A frame that was refused: told at most once a minute, with the number refused so far. */
  readonly onBadFrame?: (path: string, problem: string, badFrames: number) => void;
}

export interface KlineStreamCounts {
  readonly connections: number;
  readonly frames: number;
  readonly candles: number;
  readonly badFrames: number;
  /** Closed candles told again, and candles or prices older than one already told: dropped. */
  readonly duplicates: number;
  readonly outOfOrder: number;
  /** Closed candles that did not follow the one before: the caller backfills. */
  readonly gaps: number;
}

export interface KlineStream extends MarketStream {
  counts(): KlineStreamCounts;
}

/** A live market speaks every one or two seconds; a halted one is silent, and reconnecting to it does no harm. */
const STALL_MS = 60_000;
/** The exchange ends every connection after 24 hours; we leave earlier, at a moment of our own. */
const LONGEST_LIFE_MS = 24 * 3_600_000 - 600_000;
/** A connection that ended sooner counts as a failed attempt, however it ended. */
const SETTLED_MS = 10_000;
/** 300 connections in 5 minutes from one address are allowed: even the fastest retries stay far below. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const REPORT_EVERY_MS = 60_000;

export function createKlineStream(options: KlineStreamOptions): KlineStream {
  return new ReconnectingKlineStream(options);
}

class ReconnectingKlineStream implements KlineStream {
  readonly #options: KlineStreamOptions;
  readonly #clock: Clock;
  readonly #origin: string;
  readonly #stallMs: number;
  readonly #counts = {
    connections: 0,
    frames: 0,
    candles: 0,
    badFrames: 0,
    duplicates: 0,
    outOfOrder: 0,
    gaps: 0,
  };
  readonly #lastOpenAt = new Map<Timeframe, number>();
  #subscription: Subscription | null = null;
  #priceTimeframe: Timeframe = "1m";
  #events: StreamEvents | null = null;
  #socket: WebSocket | null = null;
  #connectedAt = 0;
  #lastGoodAt = 0;
  #lastPriceAt = 0;
  #failedAttempts = 0;
  #status: "connected" | "disconnected" | null = null;
  #reportedAt = Number.NEGATIVE_INFINITY;
  #cancelTimers: (() => void)[] = [];

  constructor(options: KlineStreamOptions) {
    this.#options = { ...options, symbol: exchangeSymbol(options.symbol) };
    this.#clock = options.clock;
    this.#origin = exchangeOrigin(options.baseUrl ?? MARKET_DATA_STREAM_URL, "stream");
    this.#stallMs = options.stallMs ?? STALL_MS;
  }

  start(timeframes: readonly Timeframe[], events: StreamEvents): void {
    invariant(this.#events === null, "stream_started_twice", "The stream is running already.");
    if (timeframes.length === 0)
      throw new InputError("no_timeframes", "Name at least one timeframe to stream.");
    this.#subscription = klineSubscription(this.#options.symbol, timeframes);
    this.#priceTimeframe = timeframes.reduce((a, b) => (timeframeMs(a) <= timeframeMs(b) ? a : b));
    this.#events = events;
    this.#connect();
  }

  async stop(): Promise<void> {
    this.#events = null;
    this.#status = null;
    this.#failedAttempts = 0;
    this.#lastOpenAt.clear();
    this.#letGo();
  }

  counts(): KlineStreamCounts {
    return { ...this.#counts };
  }

  #connect(): void {
    const subscription = this.#subscription!;
    const socket = new WebSocket(
      `${this.#origin}/stream?streams=${[...subscription.streams.keys()].join("/")}`,
    );
    this.#socket = socket;
    this.#counts.connections++;
    this.#connectedAt = this.#lastGoodAt = this.#clock.now();
    this.#lastPriceAt = 0;
    socket.onopen = () => {
      if (this.#socket === socket) this.#tell("connected", "listening");
    };
    socket.onmessage = (message) => {
      if (this.#socket === socket) this.#receive(message.data, subscription);
    };
    // An error is always followed by a close; its own text holds the address.
    socket.onclose = (closing) => {
      if (this.#socket === socket) this.#reconnect(`the connection closed (${closing.code})`);
    };
    this.#after(LONGEST_LIFE_MS, () => this.#reconnect("renewed before the exchange's 24 hours end", true));
    this.#watchForSilence(this.#stallMs);
  }

  #watchForSilence(delayMs: number): void {
    this.#after(delayMs, () => {
      const silentMs = this.#clock.now() - this.#lastGoodAt;
      if (silentMs < this.#stallMs) this.#watchForSilence(this.#stallMs - silentMs);
      else this.#reconnect(`no good frame for ${Math.round(silentMs / 1_000)} s`);
    });
  }

  #reconnect(reason: string, isAtOnce = false): void {
    const livedMs = this.#clock.now() - this.#connectedAt;
    const hasSettled = this.#lastGoodAt > this.#connectedAt && livedMs >= SETTLED_MS;
    this.#letGo();
    this.#tell("disconnected", reason);
    if (this.#events === null) return;
    this.#failedAttempts = hasSettled ? 0 : this.#failedAttempts + 1;
    const delayMs =
      isAtOnce && hasSettled
        ? 0
        : backoffMs(this.#failedAttempts + 1, FIRST_RETRY_MS, LONGEST_RETRY_MS, this.#options.random);
    this.#after(delayMs, () => this.#connect());
  }

  #receive(data: unknown, subscription: Subscription): void {
    this.#counts.frames++;
    const frame = readStreamFrame(data, subscription);
    if (frame.kind === "bad") {
      this.#countBad(frame.path, frame.problem);
      return;
    }
    this.#lastGoodAt = this.#clock.now();
    if (frame.kind === "shutdown") this.#reconnect("the exchange shuts this server down", true);
    else this.#takeKline(frame);
  }

  #takeKline(frame: KlineFrame): void {
    if (frame.timeframe === this.#priceTimeframe) this.#takePrice(frame);
    if (frame.isClosed) this.#takeClosed(frame);
  }

  #takePrice(frame: KlineFrame): void {
    if (frame.eventAt < this.#lastPriceAt) {
      this.#counts.outOfOrder++;
      return;
    }
    this.#lastPriceAt = frame.eventAt;
    this.#events?.onPrice(frame.candle.close);
  }

  #takeClosed(frame: KlineFrame): void {
    const { candle, timeframe } = frame;
    const lastAt = this.#lastOpenAt.get(timeframe);
    if (lastAt !== undefined) {
      if (candle.openAt === lastAt) {
        this.#counts.duplicates++;
        return;
      }
      if (candle.openAt < lastAt) {
        this.#counts.outOfOrder++;
        return;
      }
      if (candle.openAt > lastAt + timeframeMs(timeframe)) this.#counts.gaps++;
    }
    this.#lastOpenAt.set(timeframe, candle.openAt);
    this.#counts.candles++;
    this.#events?.onCandle(timeframe, candle);
  }

  #countBad(path: string, problem: string): void {
    this.#counts.badFrames++;
    const now = this.#clock.now();
    if (now - this.#reportedAt < REPORT_EVERY_MS) return;
    this.#reportedAt = now;
    this.#options.onBadFrame?.(path, problem, this.#counts.badFrames);
  }

  #tell(status: "connected" | "disconnected", reason: string): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#events?.onStatus(status, reason);
  }

  #letGo(): void {
    for (const cancel of this.#cancelTimers.splice(0)) cancel();
    const socket = this.#socket;
    this.#socket = null;
    socket?.terminate();
  }

  #after(delayMs: number, run: () => void): void {
    this.#cancelTimers.push(this.#clock.after(delayMs, run));
  }
}
