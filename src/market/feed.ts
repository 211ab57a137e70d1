/** What the market must offer us. Implemented by the exchange adapter and by replay. */
import type { OrderBook } from "../core/book.ts";
import type { Candle } from "../core/candles.ts";
import type { Instrument } from "../core/instrument.ts";
import type { Timeframe } from "../core/timeframe.ts";

export interface Quote {
  readonly price: number;
  /** When we received it, epoch ms. */
  readonly at: number;
}

export interface MarketFeed {
  /** Closed candles with `openAt >= fromAt`, oldest first, at most `limit` (the feed pages as it must). Throws OutsideError. */
  candles(timeframe: Timeframe, fromAt: number, limit: number): Promise<readonly Candle[]>;
  /** The last traded price. Throws OutsideError. */
  quote(): Promise<Quote>;
  /** A depth snapshot. Throws OutsideError; a replayed market has none and throws `no_book`. */
  book(levels: number): Promise<OrderBook>;
  /** Scales and filters as the exchange states them now. Throws OutsideError. */
  instrument(): Promise<Instrument>;
  /** The market's own clock, epoch ms. Throws OutsideError. */
  serverTime(): Promise<number>;
}

export interface StreamEvents {
  /** A candle closed. At least once, in order, while connected; gaps after a reconnect are the caller's to backfill by REST. */
  readonly onCandle: (timeframe: Timeframe, candle: Candle) => void;
  /** The latest price, as often as the exchange says it. */
  readonly onPrice: (price: number) => void;
  /** Connection changes, with a short reason without secrets. */
  readonly onStatus: (status: "connected" | "disconnected", reason: string) => void;
}

/** A live stream of one symbol; reconnects by itself until stopped. */
export interface MarketStream {
  start(timeframes: readonly Timeframe[], events: StreamEvents): void;
  stop(): Promise<void>;
}
