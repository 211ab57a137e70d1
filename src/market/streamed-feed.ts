/** A market whose closed candles and price come from the stream while it is whole, and from requests whenever it is not. */
import type { Candle } from "../core/candles.ts";
import type { Clock } from "../core/clock.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import type { MarketFeed, MarketStream, Quote } from "./feed.ts";

/** A streamed price counts as the latest for this long; then the market is asked. */
const PRICE_FRESH_MS = 10_000;
const CANDLES_KEPT = 500;

export interface StreamedFeedOptions {
  readonly requests: MarketFeed;
  readonly stream: MarketStream;
  readonly clock: Clock;
  /** A candle closed: the moment for a cycle. */
  readonly onCandle: (timeframe: Timeframe) => void;
}

export class StreamedFeed implements MarketFeed {
  readonly #options: StreamedFeedOptions;
  readonly #closed = new Map<Timeframe, Candle[]>();
  #quote: Quote | null = null;
  #connection: { readonly isConnected: boolean; readonly since: number; readonly detail: string };

  constructor(options: StreamedFeedOptions) {
    this.#options = options;
    this.#connection = { isConnected: false, since: options.clock.now(), detail: "not connected yet" };
  }

  get connection() {
    return this.#connection;
  }

  start(timeframes: readonly Timeframe[]): void {
    const { stream, clock, onCandle } = this.#options;
    stream.start(timeframes, {
      onCandle: (timeframe, candle) => {
        this.#keep(timeframe, candle);
        onCandle(timeframe);
      },
      onPrice: (price) => {
        this.#quote = { price, at: clock.now() };
      },
      onStatus: (status, detail) => {
        this.#connection = { isConnected: status === "connected", since: clock.now(), detail };
      },
    });
  }

  stop(): Promise<void> {
    return this.#options.stream.stop();
  }

  /** From the stream only when it holds every candle from `fromAt` to the last that can have closed; asked for otherwise. */
  async candles(timeframe: Timeframe, fromAt: number, limit: number): Promise<readonly Candle[]> {
    const stepMs = timeframeMs(timeframe);
    const held = (this.#closed.get(timeframe) ?? []).filter((candle) => candle.openAt >= fromAt);
    const due = Math.floor((this.#options.clock.now() - Math.ceil(fromAt / stepMs) * stepMs) / stepMs);
    const isWhole = held.length > 0 && held.length === due && held[0]!.openAt - fromAt < stepMs;
    return isWhole && held.length <= limit ? held : this.#options.requests.candles(timeframe, fromAt, limit);
  }

  async quote(): Promise<Quote> {
    const quote = this.#quote;
    const isFresh = quote !== null && this.#options.clock.now() - quote.at <= PRICE_FRESH_MS;
    return isFresh ? quote : this.#options.requests.quote();
  }

  book(levels: number) {
    return this.#options.requests.book(levels);
  }

  instrument() {
    return this.#options.requests.instrument();
  }

  serverTime() {
    return this.#options.requests.serverTime();
  }

  /** Only an unbroken run up to the newest is kept: what a gap left behind must be asked for. */
  #keep(timeframe: Timeframe, candle: Candle): void {
    const held = this.#closed.get(timeframe) ?? [];
    const last = held.at(-1);
    const follows = last === undefined || candle.openAt === last.openAt + timeframeMs(timeframe);
    this.#closed.set(timeframe, follows ? [...held, candle].slice(-CANDLES_KEPT) : [candle]);
  }
}
