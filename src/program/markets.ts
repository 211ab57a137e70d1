/** The markets a process can run on: the exchange (or a simulator that looks like it) over the wire, or replayed candles. */
import type { Market } from "../app.ts";
import { createBinanceFeed } from "../binance/binance-feed.ts";
import { createBinanceClient } from "../binance/client.ts";
import { createKlineStream } from "../binance/kline-stream.ts";
import type { Clock } from "../core/clock.ts";
import type { Random } from "../core/random.ts";
import { type ReplayCandles, ReplayFeed } from "../market/replay.ts";
import { StreamedFeed } from "../market/streamed-feed.ts";

export interface ExchangeMarketOptions {
  readonly restUrl: string;
  readonly streamUrl: string;
  readonly symbol: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Without the stream every candle is asked for: a stepped market has no use for pushing. */
  readonly hasStream: boolean;
  /** How many times faster than real time the clock runs: time-outs are stretched by as much. */
  readonly speed?: number;
  readonly onBadFrame?: (problem: string) => void;
}

const TIMEOUT_MS = 10_000;
const STALL_MS = 60_000;

export function exchangeMarket(options: ExchangeMarketOptions): Market {
  const { clock, random, symbol, speed = 1 } = options;
  const ending = new AbortController();
  const client = createBinanceClient({
    clock,
    random: random.fork("client"),
    baseUrl: options.restUrl,
    timeoutMs: TIMEOUT_MS * speed,
    signal: ending.signal,
  });
  const requests = createBinanceFeed({ client, clock, symbol });
  const startedAt = clock.now();
  const health = () => {
    const { state, lastError, lastErrorAt } = client.health();
    if (state !== "open") return { isConnected: true, since: startedAt, detail: "answers" };
    return { isConnected: false, since: lastErrorAt ?? startedAt, detail: lastError ?? "does not answer" };
  };
  const stop = async (): Promise<void> => ending.abort();
  if (!options.hasStream) return { feed: requests, connection: health, stop };
  let onClosed: () => void = () => {};
  const stream = createKlineStream({
    clock,
    random: random.fork("stream"),
    symbol,
    baseUrl: options.streamUrl,
    stallMs: STALL_MS * speed,
    onBadFrame: (_path, problem) => options.onBadFrame?.(problem),
  });
  const feed = new StreamedFeed({ requests, stream, clock, onCandle: () => onClosed() });
  return {
    feed,
    connection: () => (health().isConnected ? feed.connection : health()),
    start(timeframes, onCandle) {
      onClosed = onCandle;
      feed.start(timeframes);
    },
    async stop() {
      await feed.stop();
      await stop();
    },
  };
}

/** Stored candles as a market; the clock decides how far it has come. */
export function replayMarket(candles: ReplayCandles, clock: Clock): Market {
  const feed = new ReplayFeed(candles, clock);
  return { feed, connection: () => ({ isConnected: true, since: 0, detail: "replayed candles" }) };
}
