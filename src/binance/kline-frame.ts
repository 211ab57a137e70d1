/**
 * One text frame of the combined kline stream, checked by hand: zod would cost more than twice the parsing here.
 * The tests keep the same rules as a zod schema and compare verdicts.
 */
import type { Candle } from "../core/candles.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import { type CandleFault, candleFault, isInstant } from "./candle-fault.ts";
import { plainDecimal } from "./plain-decimal.ts";

export interface KlineFrame {
  readonly kind: "kline";
  readonly timeframe: Timeframe;
  /** When the exchange said it, its clock, epoch ms. */
  readonly eventAt: number;
  readonly isClosed: boolean;
  readonly candle: Candle;
}

export type StreamFrame =
  | KlineFrame
  /** The server announces that it goes away: reconnect at once. */
  | { readonly kind: "shutdown" }
  | { readonly kind: "bad"; readonly path: string; readonly problem: string };

/** What was subscribed: the only frames that are believed. */
export interface Subscription {
  readonly symbol: string;
  /** By stream name, such as `btcusdt@kline_1m`. */
  readonly streams: ReadonlyMap<string, { readonly timeframe: Timeframe; readonly lengthMs: number }>;
}

/** A kline frame has about 400 characters. */
const LONGEST_FRAME = 16_384;

const KEY: Readonly<Record<CandleFault["field"], string>> = {
  openAt: "t",
  open: "o",
  high: "h",
  low: "l",
  close: "c",
  volume: "v",
  closeAt: "T",
};

interface RawFrame {
  readonly stream?: unknown;
  readonly data?: RawEvent;
  readonly e?: unknown;
}

interface RawEvent {
  readonly e?: unknown;
  readonly E?: unknown;
  readonly s?: unknown;
  readonly k?: RawKline;
}

interface RawKline {
  readonly t?: unknown;
  readonly T?: unknown;
  readonly s?: unknown;
  readonly i?: unknown;
  readonly o?: unknown;
  readonly h?: unknown;
  readonly l?: unknown;
  readonly c?: unknown;
  readonly v?: unknown;
  readonly x?: unknown;
}

export function klineSubscription(symbol: string, timeframes: readonly Timeframe[]): Subscription {
  const streams = new Map(
    timeframes.map((timeframe) => [
      `${symbol.toLowerCase()}@kline_${timeframe}`,
      { timeframe, lengthMs: timeframeMs(timeframe) },
    ]),
  );
  return { symbol, streams };
}

export function readStreamFrame(text: unknown, subscription: Subscription): StreamFrame {
  if (typeof text !== "string") return bad("", "not a text frame");
  if (text.length > LONGEST_FRAME) return bad("", "longer than any frame subscribed to");
  let frame: RawFrame | null;
  try {
    frame = JSON.parse(text);
  } catch {
    return bad("", "not JSON");
  }
  if (typeof frame !== "object" || frame === null) return bad("", "not an object");
  const event = frame.data;
  if (typeof event !== "object" || event === null) {
    return frame.e === "serverShutdown" ? { kind: "shutdown" } : bad("data", "not an object");
  }
  if (event.e === "kline") return readKline(frame.stream, event, subscription);
  return event.e === "serverShutdown" ? { kind: "shutdown" } : bad("data.e", "not an event subscribed to");
}

function readKline(stream: unknown, event: RawEvent, subscription: Subscription): StreamFrame {
  const subscribed = subscription.streams.get(stream as string);
  if (subscribed === undefined) return bad("stream", "not a stream subscribed to");
  if (!isInstant(event.E)) return bad("data.E", "not an instant in milliseconds");
  if (event.s !== subscription.symbol) return bad("data.s", "another symbol than subscribed to");
  const kline = event.k;
  if (typeof kline !== "object" || kline === null) return bad("data.k", "not an object");
  if (kline.s !== subscription.symbol) return bad("data.k.s", "another symbol than subscribed to");
  if (kline.i !== subscribed.timeframe) return bad("data.k.i", "another timeframe than its stream");
  if (typeof kline.x !== "boolean") return bad("data.k.x", "neither true nor false");
  const candle: Candle = {
    openAt: kline.t as number,
    open: plainDecimal(kline.o),
    high: plainDecimal(kline.h),
    low: plainDecimal(kline.l),
    close: plainDecimal(kline.c),
    volume: plainDecimal(kline.v),
  };
  const fault = candleFault(candle, kline.T, subscribed.lengthMs);
  if (fault !== null) return bad(`data.k.${KEY[fault.field]}`, fault.problem);
  if (event.E < candle.openAt) return bad("data.E", "before the candle opened");
  if (kline.x && event.E < (kline.T as number)) return bad("data.k.x", "closed before its close time");
  return { kind: "kline", timeframe: subscribed.timeframe, eventAt: event.E, isClosed: kline.x, candle };
}

const bad = (path: string, problem: string): StreamFrame => ({ kind: "bad", path, problem });
