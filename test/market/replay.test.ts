import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../src/clock.ts";
import { candleAt } from "../../src/core/candles.ts";
import { OutsideError } from "../../src/core/errors.ts";
import type { Timeframe } from "../../src/core/timeframe.ts";
import { aggregateColumns } from "../../src/market/aggregate.ts";
import { ReplayCandles, ReplayFeed, ReplayStream } from "../../src/market/replay.ts";
import { REPLAY_INSTRUMENT } from "../../src/market/replay-instrument.ts";
import { HOUR, START, walk } from "./candles.ts";

describe("a replayed market", () => {
  const base = walk(48);
  const feedAt = (now: number) => new ReplayFeed(new ReplayCandles(base), new VirtualClock(now));

  test("shows a candle from the instant it closes, not a millisecond before", async () => {
    expect(await feedAt(START + 5 * HOUR - 1).candles("1h", START, 100)).toHaveLength(4);
    const closed = await feedAt(START + 5 * HOUR).candles("1h", START, 100);
    expect(closed).toEqual([0, 1, 2, 3, 4].map((i) => candleAt(base, i)));
  });

  test("gives candles from an instant on and no more than asked for", async () => {
    const some = await feedAt(START + 40 * HOUR).candles("1h", START + 3 * HOUR, 2);
    expect(some.map((candle) => candle.openAt)).toEqual([START + 3 * HOUR, START + 4 * HOUR]);
    expect(await feedAt(START + 4 * HOUR).candles("1h", START + 30 * HOUR, 5)).toEqual([]);
  });

  test("never shows a slower candle before all of it has happened", async () => {
    const fourHours = aggregateColumns(base, "4h").columns;
    expect(await feedAt(START + 8 * HOUR - 1).candles("4h", START, 10)).toEqual([candleAt(fourHours, 0)]);
    expect(await feedAt(START + 8 * HOUR).candles("4h", START, 10)).toHaveLength(2);
  });

  test("quotes the last close, as old as that candle's end", async () => {
    const quote = await feedAt(START + 5.5 * HOUR).quote();
    expect(quote).toEqual({ price: base.close[4]!, at: START + 5 * HOUR });
  });

  test.each([
    ["a quote before any candle has closed", "no_quote", (feed: ReplayFeed) => feed.quote()],
    ["an order book", "no_book", (feed: ReplayFeed) => feed.book()],
    ["faster candles than it has", "timeframe_not_replayed", (feed: ReplayFeed) => feed.candles("1m", 0, 1)],
  ])("refuses %s", async (_, code, ask) => {
    const failure = await ask(feedAt(START)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OutsideError);
    expect(failure).toMatchObject({ code });
  });

  test("has the filters that were captured, in ticks and lots", async () => {
    const instrument = await feedAt(START).instrument();
    expect(instrument).toBe(REPLAY_INSTRUMENT);
    // 0.01 USDT × 0.00001 BTC = 1e-7 USDT = 10 units; notional from 5 USDT; quantity to 9,000 BTC; price to 1,000,000.
    expect(instrument).toMatchObject({
      tickUnits: 1e6,
      lotUnits: 1e3,
      unitsPerTickLot: 10,
      minNotionalUnits: 5e8,
    });
    expect((instrument.lotSize.maxLots * instrument.lotUnits) / 1e8).toBe(9_000);
    expect((instrument.maxTicks * instrument.tickUnits) / 1e8).toBe(1_000_000);
    expect(await feedAt(START + 7).serverTime()).toBe(START + 7);
  });
});

describe("a replayed stream", () => {
  async function run(from: number, to: number, timeframes: readonly Timeframe[], hours = 8) {
    const candles = new ReplayCandles(walk(hours));
    const clock = new VirtualClock(from);
    const stream = new ReplayStream(candles, clock);
    const said: string[] = [];
    stream.start(timeframes, {
      onCandle: (timeframe, candle) => {
        said.push(`${(clock.now() - START) / HOUR} ${timeframe} ${(candle.openAt - START) / HOUR}`);
      },
      onPrice: (price) => said.push(`price ${price}`),
      onStatus: (status) => said.push(status),
    });
    await clock.advanceTo(to);
    return { said, stream, clock, closes: Array.from(candles.base.close) };
  }

  test("says each candle when it closes, the slower one first when two close together", async () => {
    const { said, closes } = await run(START + 2.5 * HOUR, START + 5 * HOUR, ["1h", "4h"]);
    expect(said).toEqual([
      "connected",
      `price ${closes[2]}`,
      "3 1h 2",
      `price ${closes[3]}`,
      "4 4h 0",
      "4 1h 3",
      `price ${closes[4]}`,
      "5 1h 4",
    ]);
  });

  test("leaves out what had closed before it began", async () => {
    const { said } = await run(START + 6 * HOUR, START + 7 * HOUR, ["1h"]);
    expect(said.filter((line) => line.includes("1h"))).toEqual(["7 1h 6"]);
  });

  test("says that it ended after the last candle", async () => {
    const { said } = await run(START + 7 * HOUR, START + 100 * HOUR, ["1h"]);
    expect(said.slice(-2)).toEqual(["8 1h 7", "disconnected"]);
  });

  test("says nothing more once stopped", async () => {
    const { said, stream, clock } = await run(START, START + 2 * HOUR, ["1h"]);
    const before = said.length;
    await stream.stop();
    await clock.advanceTo(START + 8 * HOUR);
    expect(said).toHaveLength(before);
  });

  test("can be stopped by whoever hears a candle", async () => {
    const clock = new VirtualClock(START);
    const stream = new ReplayStream(new ReplayCandles(walk(8)), clock);
    let heard = 0;
    const onCandle = () => {
      heard += 1;
      void stream.stop();
    };
    stream.start(["1h"], { onCandle, onPrice: () => {}, onStatus: () => {} });
    await clock.advanceTo(START + 8 * HOUR);
    expect(heard).toBe(1);
  });
});
