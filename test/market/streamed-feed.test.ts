import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../src/clock.ts";
import { type Candle, candleAt } from "../../src/core/candles.ts";
import { OutsideError } from "../../src/core/errors.ts";
import type { Timeframe } from "../../src/core/timeframe.ts";
import type { MarketFeed, MarketStream, Quote, StreamEvents } from "../../src/market/feed.ts";
import { ReplayCandles, ReplayFeed } from "../../src/market/replay.ts";
import { REPLAY_INSTRUMENT } from "../../src/market/replay-instrument.ts";
import { StreamedFeed } from "../../src/market/streamed-feed.ts";
import { HOUR, START, walk } from "./candles.ts";

const base = walk(48);
const AT = START + 24 * HOUR;

/** A stream that says what the test tells it to. */
class ToldStream implements MarketStream {
  events: StreamEvents | null = null;
  timeframes: readonly Timeframe[] = [];

  start(timeframes: readonly Timeframe[], events: StreamEvents): void {
    this.timeframes = timeframes;
    this.events = events;
  }

  async stop(): Promise<void> {
    this.events = null;
  }

  say(index: number): void {
    this.events!.onCandle("1h", candleAt(base, index));
  }
}

/** The replayed market behind it, counting what it is asked. */
class CountingFeed extends ReplayFeed implements MarketFeed {
  asked: string[] = [];

  override async candles(timeframe: Timeframe, fromAt: number, limit: number): Promise<readonly Candle[]> {
    this.asked.push("candles");
    return super.candles(timeframe, fromAt, limit);
  }

  override async quote(): Promise<Quote> {
    this.asked.push("quote");
    return super.quote();
  }
}

function streamed() {
  const clock = new VirtualClock(AT);
  const stream = new ToldStream();
  const requests = new CountingFeed(new ReplayCandles(base), clock);
  const heard: Timeframe[] = [];
  const feed = new StreamedFeed({ requests, stream, clock, onCandle: (timeframe) => heard.push(timeframe) });
  feed.start(["1h", "4h"]);
  return { clock, stream, requests, feed, heard };
}

const indexes = (candles: readonly Candle[]): number[] =>
  candles.map(({ openAt }) => (openAt - START) / HOUR);

describe("candles", () => {
  test("come from the stream when it holds every one asked for", async () => {
    const { stream, requests, feed, heard } = streamed();
    for (const index of [21, 22, 23]) stream.say(index);
    expect(await feed.candles("1h", START + 22 * HOUR, 100)).toEqual([
      candleAt(base, 22),
      candleAt(base, 23),
    ]);
    expect(requests.asked).toEqual([]);
    expect(heard).toEqual(["1h", "1h", "1h"]);
  });

  test.each([
    ["nothing was streamed yet", [], 22, 100],
    ["the stream began later", [23], 22, 100],
    ["the newest is not there yet", [21, 22], 22, 100],
    ["there is a gap before the newest", [21, 23], 21, 100],
    ["fewer are wanted than it holds", [20, 21, 22, 23], 20, 2],
  ])("are asked for when %s", async (_name, said, from, limit) => {
    const { stream, requests, feed } = streamed();
    for (const index of said) stream.say(index);
    const candles = await feed.candles("1h", START + from * HOUR, limit);
    const expected = Array.from({ length: Math.min(limit, 24 - from) }, (_, i) => from + i);
    expect(indexes(candles)).toEqual(expected);
    expect(requests.asked).toEqual(["candles"]);
  });

  test("after a gap come from the stream again once they reach back to what is asked", async () => {
    const { clock, stream, requests, feed } = streamed();
    for (const index of [20, 22, 23]) stream.say(index);
    expect(indexes(await feed.candles("1h", START + 22 * HOUR, 100))).toEqual([22, 23]);
    expect(requests.asked).toEqual([]);
    await clock.advanceTo(AT + HOUR);
    stream.say(24);
    expect(indexes(await feed.candles("1h", START + 22 * HOUR + 1, 100))).toEqual([23, 24]);
    expect(requests.asked).toEqual([]);
  });

  test("before one has closed by our clock are not taken from a stream that is ahead", async () => {
    const { stream, requests, feed } = streamed();
    for (const index of [23, 24]) stream.say(index);
    expect(indexes(await feed.candles("1h", START + 23 * HOUR, 100))).toEqual([23]);
    expect(requests.asked).toEqual(["candles"]);
  });

  test("are the same whether streamed or asked for, at any point and length", async () => {
    const { clock, stream, requests, feed } = streamed();
    for (let index = 24; index < 40; index++) {
      await clock.advanceTo(START + (index + 1) * HOUR);
      stream.say(index);
      for (const from of [20, index - 2, index, index + 1]) {
        const ours = await feed.candles("1h", START + from * HOUR, 100);
        expect(ours).toEqual(await requests.candles("1h", START + from * HOUR, 100));
      }
    }
  });

  test("of a long run keep the newest only", async () => {
    const { clock, stream, requests, feed } = streamed();
    const minutes = walk(600, "1m", "long", AT);
    for (let i = 0; i < 600; i++) stream.events!.onCandle("1m", candleAt(minutes, i));
    await clock.advanceTo(AT + 600 * 60_000);
    expect(await feed.candles("1m", AT + 100 * 60_000, 1000)).toHaveLength(500);
    expect(requests.asked).toEqual([]);
    await expect(feed.candles("1m", AT + 99 * 60_000, 1000)).rejects.toThrow(OutsideError);
  });
});

describe("the price", () => {
  test("is the streamed one for ten seconds, then it is asked for", async () => {
    const { clock, stream, requests, feed } = streamed();
    stream.events!.onPrice(61_234.56);
    expect(await feed.quote()).toEqual({ price: 61_234.56, at: AT });
    await clock.advanceTo(AT + 10_000);
    expect((await feed.quote()).price).toBe(61_234.56);
    await clock.advanceTo(AT + 10_001);
    expect((await feed.quote()).price).toBe(base.close[23]!);
    expect(requests.asked).toEqual(["quote"]);
  });

  test("is asked for before the stream has said one", async () => {
    const { requests, feed } = streamed();
    await feed.quote();
    expect(requests.asked).toEqual(["quote"]);
  });
});

test("the connection is told as it changes", async () => {
  const { clock, stream, feed } = streamed();
  expect(feed.connection).toEqual({ isConnected: false, since: AT, detail: "not connected yet" });
  await clock.advanceTo(AT + 5);
  stream.events!.onStatus("connected", "listening");
  expect(feed.connection).toEqual({ isConnected: true, since: AT + 5, detail: "listening" });
  await clock.advanceTo(AT + 9);
  stream.events!.onStatus("disconnected", "the connection closed (1006)");
  expect(feed.connection).toMatchObject({ isConnected: false, since: AT + 9 });
});

test("everything else is asked of the market, and stop ends the stream", async () => {
  const { stream, feed } = streamed();
  expect(stream.timeframes).toEqual(["1h", "4h"]);
  expect(await feed.instrument()).toBe(REPLAY_INSTRUMENT);
  expect(await feed.serverTime()).toBe(AT);
  await expect(feed.book(5)).rejects.toThrow("no order book");
  await feed.stop();
  expect(stream.events).toBeNull();
});
