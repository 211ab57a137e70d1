import { describe, expect, test } from "bun:test";
import { coverage, knownGaps, loadColumns, upsertCandles } from "../../db/candles.ts";
import type { Database } from "../../db/database.ts";
import { VirtualClock } from "../../src/clock.ts";
import { type CandleColumns, candleAt } from "../../src/core/candles.ts";
import { OutsideError } from "../../src/core/errors.ts";
import { syncCandles } from "../../src/engine/data-sync.ts";
import { ReplayCandles, ReplayFeed } from "../../src/market/replay.ts";
import { CandleSeries } from "../../src/market/series.ts";
import { memoryDatabase } from "../db/test-database.ts";
import { HOUR, START, walk } from "../market/candles.ts";

const COUNT = 2500;
const whole = walk(COUNT);
const END = START + COUNT * HOUR;

/** The candles without those of these hours. */
function without(hours: readonly number[]): CandleSeries {
  const series = new CandleSeries("1h");
  for (let i = 0; i < COUNT; i++) if (!hours.includes(i)) series.append(candleAt(whole, i));
  return series;
}

function market(candles: CandleColumns, now = END) {
  const clock = new VirtualClock(now);
  const database = memoryDatabase();
  const feed = new ReplayFeed(new ReplayCandles(candles), clock);
  let asked = 0;
  let failsAfter = Number.POSITIVE_INFINITY;
  const ask = feed.candles.bind(feed);
  feed.candles = (timeframe, fromAt, limit) => {
    if (++asked > failsAfter)
      return Promise.reject(new OutsideError("no_answer", "The market does not answer."));
    return ask(timeframe, fromAt, limit);
  };
  return {
    clock,
    database,
    requests: () => asked,
    failAfter(requests: number) {
      failsAfter = requests;
    },
    sync: (fromAt = START, onProgress?: (share: number) => void) =>
      syncCandles({ database, feed, clock, symbol: "BTCUSDT" }, "1h", fromAt, onProgress),
  };
}

const stored = (database: Database) => database.read((reader) => loadColumns(reader, "BTCUSDT", "1h"));
const gaps = (database: Database) =>
  database
    .read((reader) => knownGaps(reader, "BTCUSDT", "1h"))
    .map(({ fromAt, toAt }) => [(fromAt - START) / HOUR, (toAt - START) / HOUR]);

describe("an empty cache", () => {
  test("is filled up to the last candle that has closed, page by page, with progress", async () => {
    const { database, sync, requests } = market(whole, END - 1);
    const progress: number[] = [];
    expect(await sync(START, (share) => progress.push(share))).toEqual({ added: COUNT - 1, missing: 0 });
    expect(requests()).toBe(3);
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    const columns = stored(database);
    expect([columns.length, columns.close[COUNT - 2]]).toEqual([COUNT - 1, whole.close[COUNT - 2]!]);
  });

  test("takes from an instant within a candle the next one on", async () => {
    const { database, sync } = market(whole);
    await sync(START + 10 * HOUR + 1);
    expect(stored(database).openAt[0]).toBe(START + 11 * HOUR);
  });
});

describe("what is cached already", () => {
  test("is not asked for again", async () => {
    const { sync, requests } = market(whole);
    await sync();
    const before = requests();
    expect(await sync()).toEqual({ added: 0, missing: 0 });
    expect(requests()).toBe(before);
  });

  test("is not overtaken: newer candles are the cycle's, so that none slips past the engine", async () => {
    const { clock, database, sync } = market(whole, START + 100 * HOUR);
    await sync();
    await clock.advanceTo(START + 200 * HOUR);
    expect(await sync()).toEqual({ added: 0, missing: 0 });
    expect(database.read((reader) => coverage(reader, "BTCUSDT", "1h"))?.count).toBe(100);
  });

  test("with holes has them filled", async () => {
    const { database, sync } = market(whole);
    const kept = without([5, 6, 7, 900, 2000]);
    database.transact(END, (tx) =>
      upsertCandles(
        tx,
        "BTCUSDT",
        "1h",
        Array.from({ length: kept.length }, (_, i) => candleAt(kept, i)),
      ),
    );
    expect(await sync()).toEqual({ added: 5, missing: 0 });
    expect(stored(database).length).toBe(COUNT);
  });
});

describe("what the market itself lacks", () => {
  test("is recorded, never invented, and asked for once", async () => {
    const { database, sync, requests } = market(without([5, 6, 7, 900]));
    expect(await sync()).toEqual({ added: COUNT - 4, missing: 4 });
    expect(gaps(database)).toEqual([
      [5, 8],
      [900, 901],
    ]);
    const before = requests();
    expect(await sync()).toEqual({ added: 0, missing: 0 });
    expect(requests()).toBe(before);
    expect(stored(database).length).toBe(COUNT - 4);
  });

  test("just now may still come: it is not recorded yet", async () => {
    const { database, sync } = market(without([COUNT - 1]), END + 60_000);
    expect(await sync()).toMatchObject({ missing: 1 });
    expect(gaps(database)).toEqual([]);
  });
});

test("when the market fails midway, what came before stays and the next sync brings all the rest", async () => {
  const { database, failAfter, sync } = market(whole);
  failAfter(1);
  await expect(sync()).rejects.toThrow("does not answer");
  expect(stored(database).length).toBe(1000);
  expect(gaps(database)).toEqual([]);
  failAfter(Number.POSITIVE_INFINITY);
  expect(await sync()).toEqual({ added: COUNT - 1000, missing: 0 });
  expect(stored(database).length).toBe(COUNT);
});
