// The feed over real sockets against a scripted exchange: paging, open candles, books, and every field of every payload made wrong.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type BinanceFeed, createBinanceFeed } from "../../src/binance/binance-feed.ts";
import { type BinanceClient, createBinanceClient } from "../../src/binance/client.ts";
import { InputError, OutsideError } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import { timeframeMs } from "../../src/core/timeframe.ts";
import {
  answer,
  type FakeBinance,
  JumpingClock,
  klineRow,
  klinesUpTo,
  startFakeBinance,
} from "../support/fake-binance.ts";
import captures from "./fixtures/exchange-info.json";

const KLINES = "api/v3/klines";
const TICKER = "api/v3/ticker/price";
const DEPTH = "api/v3/depth";
const INFO = "api/v3/exchangeInfo";
const TIME = "api/v3/time";
const HOUR = 3_600_000;
const START_AT = Date.UTC(2024, 0, 10) + 60_000;

const depth = {
  lastUpdateId: 1_027_024,
  bids: [
    ["42000.00000000", "0.50000000"],
    ["41999.99000000", "1.00001000"],
  ],
  asks: [["42000.01000000", "0.00001000"]],
};

let clock: JumpingClock;
let exchange: FakeBinance;
let client: BinanceClient;
let feed: BinanceFeed;

beforeEach(() => {
  clock = new JumpingClock(START_AT);
  exchange = startFakeBinance(clock);
  exchange.always(KLINES, klinesUpTo(clock, HOUR));
  exchange.always(TICKER, answer({ symbol: "BTCUSDT", price: "42000.50000000" }));
  exchange.always(DEPTH, answer(depth));
  exchange.always(INFO, answer(captures["2023-08-13"]));
  client = createBinanceClient({
    clock,
    random: seededRandom(1),
    baseUrl: exchange.restUrl,
    failureLimit: 1_000,
  });
  feed = createBinanceFeed({ client, clock, symbol: "BTCUSDT" });
});
afterEach(() => exchange.stop());

const klineRequests = () => exchange.requests.filter((request) => request.path === KLINES);

async function failureOf(attempt: Promise<unknown>): Promise<OutsideError> {
  const outcome = await attempt.then(
    () => "it did not fail",
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(OutsideError);
  return outcome as OutsideError;
}

describe("candles", () => {
  test("come oldest first, exact, and without the one still open", async () => {
    const fromAt = Date.UTC(2024, 0, 9, 22);
    const candles = await feed.candles("1h", fromAt, 100);
    expect(candles.map((candle) => candle.openAt)).toEqual([fromAt, fromAt + HOUR]);
    const [openAt, open, high, low, close, volume] = klineRow(fromAt, HOUR);
    expect(candles[0]).toEqual({
      openAt: openAt as number,
      open: Number(open),
      high: Number(high),
      low: Number(low),
      close: Number(close),
      volume: Number(volume),
    });
  });

  test("are paged by 1,000 without a gap or a repeat", async () => {
    const fromAt = START_AT - 60_000 - 2_500 * HOUR;
    const candles = await feed.candles("1h", fromAt, 5_000);
    expect(candles.map((candle) => candle.openAt)).toEqual(
      Array.from({ length: 2_500 }, (_, i) => fromAt + i * HOUR),
    );
    expect(klineRequests().map((request) => request.query["limit"])).toEqual(["1000", "1000", "1000"]);
  });

  test.each([1, 24, 999, 1_000, 1_001])("are at most the %d asked for", async (limit) => {
    const candles = await feed.candles("1h", START_AT - 60_000 - 1_500 * HOUR, limit);
    expect(candles).toHaveLength(limit);
  });

  test("at the very end of an hour its candle counts as closed only once the exchange's clock says so", async () => {
    exchange.always(TIME, () => Response.json({ serverTime: clock.now() - 400 }));
    const fromAt = START_AT - 60_000;
    await clock.advanceTo(fromAt + HOUR + 399);
    expect(await feed.candles("1h", fromAt, 10)).toEqual([]);
    await clock.advanceTo(fromAt + HOUR + 400);
    expect(await feed.candles("1h", fromAt, 10)).toHaveLength(1);
  });

  test("of the future are not even asked for", async () => {
    expect(await feed.candles("1h", START_AT + HOUR, 10)).toEqual([]);
    expect(klineRequests()).toEqual([]);
  });

  test("missing over an outage stay missing", async () => {
    const fromAt = START_AT - 60_000 - 10 * HOUR;
    exchange.next(KLINES, answer([klineRow(fromAt, HOUR), klineRow(fromAt + 5 * HOUR, HOUR)]));
    const candles = await feed.candles("1h", fromAt, 10);
    expect(candles.map((candle) => (candle.openAt - fromAt) / HOUR)).toEqual([0, 5]);
  });

  // Opened by the exchange itself at 09:28:14.789 on 2018-02-09 (issue 77 of binance/binance-public-data).
  test("off the grid are left out where the exchange's history has them", async () => {
    const odd = klineRow(1_518_168_494_789, HOUR);
    exchange.next(
      KLINES,
      answer([klineRow(Date.UTC(2018, 1, 8), HOUR), odd, klineRow(Date.UTC(2018, 1, 12), HOUR)]),
    );
    const candles = await feed.candles("1h", Date.UTC(2018, 1, 8), 3);
    expect(candles.map((candle) => candle.openAt)).toEqual([Date.UTC(2018, 1, 8), Date.UTC(2018, 1, 12)]);
  });

  test("cut short by a trading halt are candles", async () => {
    const openAt = Date.UTC(2023, 2, 24, 12);
    exchange.next(KLINES, answer([klineRow(openAt, HOUR).with(6, openAt + 2_381_646)]));
    expect(await feed.candles("1h", openAt, 1)).toHaveLength(1);
  });

  const fromAt = Date.UTC(2024, 0, 9);
  const row = (hours: number) => klineRow(fromAt + hours * HOUR, HOUR);
  test.each<[string, readonly unknown[], string, string]>([
    ["told twice", [row(0), row(1), row(1)], "[2][0]", "the same candle twice"],
    ["out of order", [row(0), row(2), row(1)], "[2][0]", "out of order"],
    ["newest first", [row(2), row(1), row(0)], "[1][0]", "out of order"],
    ["before what was asked", [row(-1)], "[0][0]", "out of order"],
    ["more than asked", Array.from({ length: 12 }, (_, i) => row(i)), "[11]", "more candles than asked for"],
    ["off the grid", [row(0.5)], "[0][0]", "not at the start of its timeframe"],
    ["closing later", [row(0).with(6, fromAt + HOUR)], "[0][6]", "outside its timeframe"],
    ["closing before", [row(0).with(6, fromAt)], "[0][6]", "outside its timeframe"],
    ["of another timeframe", [row(0).with(6, fromAt + 4 * HOUR - 1)], "[0][6]", "outside its timeframe"],
    ["with a high below", [row(0).with(2, "1.00")], "[0][2]", "below the open, low or close"],
    [
      "with a low above",
      [row(0).with(3, "20000.5").with(1, "20000.4").with(4, "20001")],
      "[0][3]",
      "above the open, high or close",
    ],
    ["of 11 columns", [row(0).slice(0, 11)], "[0]", "Too small: expected array to have >=12 items"],
    ["of 13 columns", [[...row(0), "0"]], "[0]", "Too big: expected array to have <=12 items"],
  ])("%s are refused with the row and column named", async (_name, rows, path, problem) => {
    exchange.next(KLINES, answer(rows));
    expect(await failureOf(feed.candles("1h", fromAt, 10))).toMatchObject({
      code: "bad_payload",
      facts: { endpoint: KLINES, path, problem },
    });
  });
});

describe("quote and book", () => {
  test("the last price carries the instant we received it", async () => {
    expect(await feed.quote()).toEqual({ price: 42_000.5, at: START_AT });
  });

  test("of another symbol is refused", async () => {
    exchange.next(TICKER, answer({ symbol: "ETHUSDT", price: "2000" }));
    expect(await failureOf(feed.quote())).toMatchObject({ code: "bad_payload", facts: { path: "symbol" } });
  });

  test("a book is in whole ticks and lots, best first", async () => {
    expect(await feed.book(20)).toEqual({
      at: START_AT,
      bids: [
        { ticks: 4_200_000, lots: 50_000 },
        { ticks: 4_199_999, lots: 100_001 },
      ],
      asks: [{ ticks: 4_200_001, lots: 1 }],
    });
  });

  test("the instrument behind books is read once an hour", async () => {
    await feed.book(20);
    await clock.advanceTo(START_AT + HOUR - 1);
    await feed.book(20);
    expect(exchange.requests.filter((request) => request.path === INFO)).toHaveLength(1);
    await clock.advanceTo(START_AT + HOUR);
    await feed.book(20);
    expect(exchange.requests.filter((request) => request.path === INFO)).toHaveLength(2);
  });

  test.each<[string, Partial<typeof depth>, string, string]>([
    ["crossed", { asks: [["42000.00000000", "1"]] }, "asks[0]", "not above the best bid"],
    ["off the tick", { asks: [["42000.01100000", "1"]] }, "asks[0][0]", "off the price tick"],
    ["unsorted", { bids: depth.bids.toReversed() }, "bids[1][0]", "out of order"],
    ["too large to count", { bids: [["42000", "99999999999"]] }, "bids[0][1]", "too large"],
  ])("a %s book is refused", async (_name, part, path, problem) => {
    exchange.next(DEPTH, answer({ ...depth, ...part }));
    expect(await failureOf(feed.book(20))).toMatchObject({ code: "bad_payload", facts: { path, problem } });
  });

  test("an empty side is an empty side", async () => {
    exchange.next(DEPTH, answer({ lastUpdateId: 1, bids: [], asks: [] }));
    expect(await feed.book(20)).toEqual({ at: START_AT, bids: [], asks: [] });
  });

  // Weights of GET /api/v3/depth by limit, from the exchange's documentation.
  test.each([
    [100, 5],
    [101, 25],
    [500, 25],
    [501, 50],
    [1_000, 50],
    [1_001, 250],
    [5_000, 250],
  ])("a book of %d levels weighs %d", async (levels, weight) => {
    await feed.instrument();
    const before = client.health().usedWeight;
    await feed.book(levels);
    expect(client.health().usedWeight - before).toBe(weight);
  });

  test.each([0, -1, 1.5, 5_001, Number.NaN])("%p levels cannot be asked for", (levels) => {
    expect(feed.book(levels)).rejects.toThrow(InputError);
  });
});

const WRONG: readonly (readonly [string, unknown])[] = [
  ["missing", undefined],
  ["null", null],
  ["true", true],
  ["an object", {}],
  ["a list", []],
  ["an empty text", ""],
  ["a word", "abc"],
  ["1e3", "1e3"],
  ["negative", "-1"],
  ["NaN", "NaN"],
  ["Infinity", "Infinity"],
  ["nine decimals", "1.000000001"],
  ["a negative number", -1],
  ["a fraction", 1.5],
];

/** A copy of JSON data with what stands at a path replaced (left out when the value is undefined). */
function replaced(data: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const copy = structuredClone(data) as Record<string | number, unknown>;
  copy[key] = replaced(copy[key], rest, value);
  return JSON.parse(JSON.stringify(copy));
}

const dotted = (path: readonly (string | number)[]): string =>
  path.map((key, i) => (typeof key === "number" ? `[${key}]` : i === 0 ? key : `.${key}`)).join("");

describe("a field of the wrong type is named, whichever it is", () => {
  const openAt = Date.UTC(2024, 0, 9);
  const info = captures["2023-08-13"];
  const cases: [string, string, unknown, (string | number)[], () => Promise<unknown>][] = [];
  const add = (endpoint: string, good: unknown, path: (string | number)[], ask: () => Promise<unknown>) =>
    cases.push([`${endpoint} ${dotted(path)}`, endpoint, good, path, ask]);
  for (let column = 0; column < 11; column++) {
    add(KLINES, [klineRow(openAt, HOUR)], [0, column], () => feed.candles("1h", openAt, 1));
  }
  add(TICKER, { symbol: "BTCUSDT", price: "1" }, ["price"], () => feed.quote());
  add(TIME, { serverTime: START_AT }, ["serverTime"], () => feed.serverTime());
  for (const path of [
    ["bids"],
    ["asks"],
    ["bids", 0],
    ["bids", 0, 0],
    ["bids", 1, 1],
    ["asks", 0, 0],
    ["asks", 0, 1],
  ]) {
    add(DEPTH, depth, path, () => feed.book(20));
  }
  for (const key of ["isSpotTradingAllowed", "filters"]) {
    add(INFO, info, ["symbols", 0, key], () => feed.instrument());
  }
  for (const [i, filter] of info.symbols[0]!.filters.entries()) {
    add(INFO, info, ["symbols", 0, "filters", i], () => feed.instrument());
    const used = Object.entries(filter).filter(
      ([key]) => !/^(filterType|avgPriceMins|limit|.*Delta|maxNumAlgo.*)$/.test(key),
    );
    for (const [key] of used) add(INFO, info, ["symbols", 0, "filters", i, key], () => feed.instrument());
  }
  add(INFO, info, ["symbols", 0, "filters", 0, "filterType"], () => feed.instrument());

  test.each(cases)("%s", async (_name, endpoint, good, path, ask) => {
    await feed.book(20);
    for (const [_kind, wrong] of WRONG) {
      if (isAlsoGood(valueAt(good, path), wrong, path)) continue;
      exchange.next(endpoint, answer(replaced(good, path, wrong)));
      const error = await failureOf(ask());
      expect(error).toMatchObject({ code: "bad_payload", facts: { endpoint } });
      const [named, changed] = [String(error.facts["path"]), dotted(path)];
      expect(changed.startsWith(named) || named.startsWith(changed)).toBe(true);
    }
  });
});

/** A flag may be either, a list may be empty, a filter may have any name. */
function isAlsoGood(own: unknown, wrong: unknown, path: readonly (string | number)[]): boolean {
  if (path.at(-1) === "filterType") return typeof wrong === "string";
  return (
    (typeof own === "boolean" && typeof wrong === "boolean") || (Array.isArray(own) && Array.isArray(wrong))
  );
}

function valueAt(data: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], data);
}

test("fields nobody asked for are ignored", async () => {
  exchange.next(TICKER, answer({ symbol: "BTCUSDT", price: "1.5", venue: "new", extra: [{}] }));
  expect((await feed.quote()).price).toBe(1.5);
});

test("reading the instrument takes over the exchange's weight limit", async () => {
  await feed.instrument();
  expect(client.health().weightLimit).toBe(1_200);
});

test.each(["btcusdt", "BTC/USDT"])("a feed of %p is refused", (symbol) => {
  expect(() => createBinanceFeed({ client, clock, symbol })).toThrow(InputError);
});

test("all timeframes are asked for under the exchange's own names", async () => {
  exchange.always(KLINES, ({ query }) =>
    Response.json([klineRow(Number(query["startTime"]), timeframeMs(query["interval"] as "1h"))]),
  );
  for (const timeframe of ["1m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d"] as const) {
    expect(await feed.candles(timeframe, Date.UTC(2024, 0, 1), 1)).toHaveLength(1);
  }
});
