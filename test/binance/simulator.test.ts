// Feed and stream against the exchange simulator, over the wire as against the exchange itself.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type BinanceFeed, createBinanceFeed } from "../../src/binance/binance-feed.ts";
import { type BinanceClient, createBinanceClient } from "../../src/binance/client.ts";
import { createKlineStream, type KlineStream } from "../../src/binance/kline-stream.ts";
import { VirtualClock } from "../../src/clock.ts";
import type { Candle } from "../../src/core/candles.ts";
import { priceOf } from "../../src/core/instrument.ts";
import { seededRandom } from "../../src/core/random.ts";
import { TIMEFRAMES, type Timeframe, timeframeMs } from "../../src/core/timeframe.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { until } from "../support/fake-binance.ts";

const START_AT = Date.UTC(2026, 0, 15, 10);
const MINUTE = 60_000;
const HOUR = 3_600_000;

let clock: VirtualClock;
let simulator: Simulator;
let client: BinanceClient;
let feed: BinanceFeed;
let stream: KlineStream;
let heard: string[];
let told: (readonly [Timeframe, Candle])[];
let prices: number[];

beforeEach(async () => {
  clock = new VirtualClock(START_AT);
  simulator = await startSimulator({ clock, historyDays: 3 });
  client = createBinanceClient({ clock, random: seededRandom(1), baseUrl: simulator.url, retries: 0 });
  feed = createBinanceFeed({ client, clock, symbol: "BTCUSDT" });
  stream = createKlineStream({
    clock,
    random: seededRandom(2),
    symbol: "BTCUSDT",
    baseUrl: simulator.wsUrl,
    // A stepped market speaks once a minute, when told to step.
    stallMs: 5 * MINUTE,
  });
  heard = [];
  told = [];
  prices = [];
});
afterEach(async () => {
  await stream.stop();
  await simulator.stop();
});

const addFault = (fault: object) =>
  fetch(`${simulator.url}/sim/v1/faults`, { method: "POST", body: JSON.stringify(fault) });

const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => "no error",
    (error: { code: string }) => error.code,
  );

async function listen(): Promise<void> {
  stream.start(["1m", "1h"], {
    onCandle: (timeframe, candle) => void told.push([timeframe, candle]),
    onPrice: (price) => void prices.push(price),
    onStatus: (status) => void heard.push(status),
  });
  await until(() => heard.at(-1) === "connected", "the stream is connected");
}

describe("the feed", () => {
  test.each(TIMEFRAMES.map((timeframe) => [timeframe]))(
    "pages all closed %s candles of the history",
    async (timeframe) => {
      const lengthMs = timeframeMs(timeframe);
      const fromAt = START_AT - (START_AT % 86_400_000) - 2 * 86_400_000;
      const candles = await feed.candles(timeframe, fromAt, 10_000);
      expect(candles.map((candle) => candle.openAt)).toEqual(
        Array.from({ length: Math.floor((START_AT - fromAt) / lengthMs) }, (_, i) => fromAt + i * lengthMs),
      );
    },
  );

  test("price, book and instrument agree with one another", async () => {
    const instrument = await feed.instrument();
    expect(instrument).toMatchObject({
      symbol: "BTCUSDT",
      status: "TRADING",
      tickUnits: 1_000_000,
      lotUnits: 1_000,
      unitsPerTickLot: 10,
    });
    const book = await feed.book(20);
    const { price } = await feed.quote();
    expect(book.bids).toHaveLength(20);
    expect(Math.abs(priceOf(instrument, book.bids[0]!.ticks) / price - 1)).toBeLessThan(0.01);
    expect(Math.abs(priceOf(instrument, book.asks[0]!.ticks) / price - 1)).toBeLessThan(0.01);
  });

  test("used weight is counted as the exchange counts it", async () => {
    await feed.serverTime();
    await feed.quote();
    await feed.book(20);
    const answer = await fetch(`${simulator.url}/api/v3/time`);
    expect(client.health().usedWeight + 1).toBe(Number(answer.headers.get("x-mbx-used-weight-1m")));
  });

  test.each([
    [{ kind: "http_503" }, "exchange_failed"],
    [{ kind: "reset" }, "exchange_unreachable"],
    [{ kind: "bad_json" }, "bad_payload"],
    [{ kind: "truncated" }, "exchange_unreachable"],
    [{ kind: "html" }, "bad_payload"],
    [{ kind: "http_429", retryAfterSeconds: 7 }, "rate_limited"],
    [{ kind: "http_418", retryAfterSeconds: 7 }, "rate_limited"],
    ...["openTime", "open", "high", "low", "close", "volume", "closeTime", "quoteVolume", "trades"].map(
      (field) => [{ kind: "bad_kline", field }, "bad_payload"] as const,
    ),
  ] as const)("meets %p with its own error, and reads again after it", async (fault, code) => {
    await feed.serverTime();
    // More than once, since Bun itself repeats a GET when a kept connection is reset before the answer.
    await addFault({ count: 5, ...fault, path: "/api/v3/klines" });
    const fromAt = START_AT - 3 * HOUR;
    expect(await codeOf(feed.candles("1h", fromAt, 3))).toBe(code);
    await fetch(`${simulator.url}/sim/v1/faults`, { method: "DELETE" });
    await clock.advanceTo(START_AT + 7_000);
    expect(await feed.candles("1h", fromAt, 3)).toHaveLength(3);
  });
});

describe("the stream", () => {
  test("tells every closed candle once and in order, equal to what REST says", async () => {
    await listen();
    for (let minute = 1; minute <= 60; minute++) {
      await simulator.advanceTo(START_AT + minute * MINUTE);
      await until(() => told.length >= minute, `minute ${minute} has come`);
    }
    await until(() => told.length === 61, "the hour has come");
    for (const timeframe of ["1m", "1h"] as const) {
      const streamed = told.filter(([of]) => of === timeframe).map(([, candle]) => candle);
      expect(await feed.candles(timeframe, START_AT, 100)).toEqual(streamed);
    }
    expect(prices.at(-1)).toBe(told.at(-1)![1].close);
    expect(stream.counts()).toMatchObject({ badFrames: 0, duplicates: 0, outOfOrder: 0, gaps: 0 });
  });

  test("passes a duplicate on once, and leaves a gap for REST to fill", async () => {
    await listen();
    await addFault({ kind: "stream_duplicate", count: 1 });
    await simulator.advanceTo(START_AT + MINUTE);
    await until(() => stream.counts().duplicates === 1, "the duplicate has come");
    await addFault({ kind: "stream_gap", count: 1 });
    await simulator.advanceTo(START_AT + 2 * MINUTE);
    await simulator.advanceTo(START_AT + 3 * MINUTE);
    await until(() => told.length === 2, "the candle after the gap has come");
    expect(told.map(([, candle]) => (candle.openAt - START_AT) / MINUTE)).toEqual([0, 2]);
    expect(stream.counts().gaps).toBe(1);
    expect(await feed.candles("1m", START_AT, 10)).toHaveLength(3);
  });

  test("reconnects after a drop", async () => {
    await listen();
    await addFault({ kind: "stream_drop" });
    await until(() => heard.at(-1) === "disconnected", "the drop is told");
    await clock.advanceTo(START_AT + 10_000);
    await until(() => heard.at(-1) === "connected", "it is back");
    await simulator.advanceTo(START_AT + MINUTE);
    await until(() => told.length === 1, "candles come again");
  });

  test("reconnects when the exchange falls silent", async () => {
    await listen();
    await addFault({ kind: "stream_silence", until: START_AT + 10 * MINUTE });
    await simulator.advanceTo(START_AT + 5 * MINUTE);
    expect(heard).toEqual(["connected", "disconnected"]);
  });
});
