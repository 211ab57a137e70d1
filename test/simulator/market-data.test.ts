// What the market says over HTTP, held against itself: slower candles, the open one, price, book and averages must agree.
import { describe, expect, test } from "bun:test";
import { HOUR_MS, MINUTE_MS, startAt, stepped } from "./stepped-simulator.ts";

type Row = [number, string, string, string, string, string, number, string, number, string, string, string];
const KLINES = "/api/v3/klines?symbol=BTCUSDT";

/** One candle from several by the definition, in exact integers of 1e-8. */
function together(rows: readonly Row[]): unknown[] {
  const units = (text: string) => BigInt(text.replace(".", ""));
  const text = (value: bigint) => `${value / 100_000_000n}.${String(value % 100_000_000n).padStart(8, "0")}`;
  const sum = (field: 5 | 7 | 9 | 10) => text(rows.reduce((total, row) => total + units(row[field]), 0n));
  const by = (field: 2 | 3) => rows.map((row) => row[field]).sort((a, b) => Number(a) - Number(b));
  return [
    ...[rows[0]![0], rows[0]![1], by(2).at(-1), by(3)[0], rows.at(-1)![4], sum(5)],
    ...[rows.at(-1)![6], sum(7), rows.reduce((total, row) => total + row[8], 0), sum(9), sum(10)],
  ];
}

describe("klines", () => {
  test.each([
    ["5m", 5],
    ["1h", 60],
    ["4h", 240],
  ] as const)("a closed %s candle is exactly its %i minutes together", async (interval, minutes) => {
    const { get } = await stepped();
    const closeAt = Date.UTC(2026, 0, 15, 8, 0);
    const openAt = closeAt - minutes * MINUTE_MS;
    const { body: fast } = await get(`${KLINES}&interval=1m&startTime=${openAt}&limit=${minutes}`);
    const { body: slow } = await get(`${KLINES}&interval=${interval}&startTime=${openAt}&limit=1`);
    expect(fast).toHaveLength(minutes);
    expect(slow[0].slice(0, 11)).toEqual(together(fast));
    expect(slow[0][11]).toBe("0");
  });

  test("the open candle comes last and is exactly its minutes so far together", async () => {
    const { get, advanceTo } = await stepped();
    await advanceTo(startAt + 37 * MINUTE_MS + 21_500);
    const { body: hours } = await get(`${KLINES}&interval=1h&limit=2`);
    const { body: minutes } = await get(`${KLINES}&interval=1m&startTime=${startAt}`);
    expect(hours.map(([openAt]: Row) => openAt)).toEqual([startAt - HOUR_MS, startAt]);
    expect(minutes).toHaveLength(38);
    const expected = together(minutes);
    expected[6] = startAt + HOUR_MS - 1;
    expect(hours[1].slice(0, 11)).toEqual(expected);
  });

  test("an open candle only ever widens, and closes as what it was becoming", async () => {
    const { get, advanceTo } = await stepped();
    const seen: Row[] = [];
    for (const seconds of [0, 1, 7, 20, 33, 48, 59.999]) {
      await advanceTo(startAt + seconds * 1000);
      seen.push((await get(`${KLINES}&interval=1m&limit=1`)).body[0]);
    }
    await advanceTo(startAt + MINUTE_MS);
    const closed: Row = (await get(`${KLINES}&interval=1m&limit=2`)).body[0];
    for (const [i, row] of [...seen.slice(1), closed].entries()) {
      expect(row[0]).toBe(startAt);
      expect(row[1]).toBe(closed[1]);
      expect(Number(row[2])).toBeGreaterThanOrEqual(Number(seen[i]![2]));
      expect(Number(row[3])).toBeLessThanOrEqual(Number(seen[i]![3]));
      expect(Number(row[5])).toBeGreaterThanOrEqual(Number(seen[i]![5]));
      expect(Number(closed[2])).toBeGreaterThanOrEqual(Number(row[2]));
    }
    expect(Number(seen[0]![5])).toBe(0);
    expect(Number(closed[5])).toBeGreaterThan(0);
  });

  test("startTime pages forward without a gap or a repeat, the way a backfill reads", async () => {
    const { get } = await stepped();
    const opened: number[] = [];
    let from = startAt - 2 * 24 * HOUR_MS;
    for (;;) {
      const { body } = await get(`${KLINES}&interval=1m&startTime=${from}&endTime=${startAt - 1}&limit=1000`);
      opened.push(...body.map(([openAt]: Row) => openAt));
      if (body.length < 1000) break;
      from = opened.at(-1)! + 1;
    }
    const expected = Array.from({ length: 2880 }, (_, i) => startAt - (2880 - i) * MINUTE_MS);
    expect(opened).toEqual(expected);
  });

  test.each([
    ["the latest 500 when nothing else is said", "", 500, startAt],
    ["the latest before endTime", `&endTime=${startAt - 1}&limit=3`, 3, startAt - MINUTE_MS],
    ["an endTime on an opening time includes it", `&endTime=${startAt}&limit=3`, 3, startAt],
    ["at most 1000, whatever is asked", "&limit=5000", 1000, startAt],
    [
      "the oldest from startTime",
      `&startTime=${startAt - 5 * MINUTE_MS}&limit=2`,
      2,
      startAt - 4 * MINUTE_MS,
    ],
    ["nothing from the future", `&startTime=${startAt + 1}`, 0, undefined],
    [
      "nothing when the end is before the start",
      `&startTime=${startAt}&endTime=${startAt - 1}`,
      0,
      undefined,
    ],
    ["nothing before history", "&endTime=1000", 0, undefined],
  ])("%s", async (_, range, length, last) => {
    const { get } = await stepped();
    const { status, body } = await get(`${KLINES}&interval=1m${range}`);
    expect(status).toBe(200);
    expect(body).toHaveLength(length);
    expect(body.at(-1)?.[0]).toBe(last);
  });

  test("uiKlines answers the same", async () => {
    const { get } = await stepped();
    const plain = await get(`${KLINES}&interval=15m&limit=7`);
    expect((await get("/api/v3/uiKlines?symbol=BTCUSDT&interval=15m&limit=7")).body).toEqual(plain.body);
  });
});

describe("price and book", () => {
  test("price, open candle, best offers and depth agree at every instant", async () => {
    const { get, advanceTo } = await stepped();
    for (const seconds of [0, 0.4, 13, 47, 61, 3599, 3600]) {
      await advanceTo(startAt + seconds * 1000);
      const price = Number((await get("/api/v3/ticker/price?symbol=BTCUSDT")).body.price);
      const [open] = (await get(`${KLINES}&interval=4h&limit=1`)).body;
      const offers = (await get("/api/v3/ticker/bookTicker?symbol=BTCUSDT")).body;
      const depth = (await get("/api/v3/depth?symbol=BTCUSDT&limit=5")).body;
      expect(Number(open[4])).toBe(price);
      expect([offers.bidPrice, offers.bidQty]).toEqual(depth.bids[0]);
      expect([offers.askPrice, offers.askQty]).toEqual(depth.asks[0]);
      expect(Number(offers.bidPrice)).toBeLessThanOrEqual(price);
      expect(Number(offers.askPrice)).toBeGreaterThanOrEqual(price);
      expect(Number(offers.askPrice)).toBeGreaterThan(Number(offers.bidPrice));
      expect((Number(offers.askPrice) - Number(offers.bidPrice)) / price).toBeLessThan(0.001);
    }
  });

  test("the average price is the volume-weighted one of the last five minutes", async () => {
    const { get } = await stepped();
    const { body: rows } = await get(`${KLINES}&interval=1m&startTime=${startAt - 5 * MINUTE_MS}`);
    const total = (field: 5 | 7) => rows.reduce((sum: number, row: Row) => sum + Number(row[field]), 0);
    const { body } = await get("/api/v3/avgPrice?symbol=BTCUSDT");
    expect(Number(body.price)).toBeCloseTo(total(7) / total(5), 4);
    expect(body).toMatchObject({ mins: 5, closeTime: startAt });
  });

  test("the 24-hour ticker sums up the last day's candles", async () => {
    const { get } = await stepped();
    const rows: Row[] = [];
    for (const hoursAgo of [24, 12]) {
      const from = startAt - hoursAgo * HOUR_MS;
      const range = `startTime=${from}&endTime=${from + 12 * HOUR_MS - 1}&limit=1000`;
      rows.push(...(await get(`${KLINES}&interval=1m&${range}`)).body);
    }
    const [, open, high, low, , volume] = together(rows.slice(1));
    const { body } = await get("/api/v3/ticker/24hr?symbol=BTCUSDT");
    expect(body).toMatchObject({
      symbol: "BTCUSDT",
      openPrice: open,
      highPrice: high,
      lowPrice: low,
      volume,
    });
    expect(body.prevClosePrice).toBe(rows[0]![4]);
    expect(Number(body.priceChange)).toBeCloseTo(Number(body.lastPrice) - Number(open), 6);
  });

  test.each(["price", "bookTicker", "24hr"])(
    "ticker/%s gives one object for symbol and a list otherwise",
    async (name) => {
      const { get } = await stepped();
      const one = (await get(`/api/v3/ticker/${name}?symbol=BTCUSDT`)).body;
      expect(one.symbol).toBe("BTCUSDT");
      expect((await get(`/api/v3/ticker/${name}`)).body).toEqual([one]);
      expect((await get(`/api/v3/ticker/${name}?symbols=${encodeURIComponent('["BTCUSDT"]')}`)).body).toEqual(
        [one],
      );
    },
  );
});

describe("repeatability", () => {
  const view = ["klines?symbol=BTCUSDT&interval=1h", "depth?symbol=BTCUSDT", "ticker/24hr?symbol=BTCUSDT"];

  test("the same seed shows the same market, however its time was advanced", async () => {
    const [leaping, walking] = [await stepped({ seed: 5 }), await stepped({ seed: 5 })];
    await leaping.advanceTo(startAt + 5 * HOUR_MS + 12_345);
    for (let at = startAt; at < startAt + 5 * HOUR_MS; at += 17 * MINUTE_MS) {
      await walking.advanceTo(at);
      await walking.get(`${KLINES}&interval=5m&limit=3`);
    }
    await walking.advanceTo(startAt + 5 * HOUR_MS + 12_345);
    for (const path of view) {
      expect((await leaping.get(`/api/v3/${path}`)).body).toEqual(
        (await walking.get(`/api/v3/${path}`)).body,
      );
    }
  });

  test("another seed shows another", async () => {
    const [one, other] = [await stepped({ seed: 5 }), await stepped({ seed: 6 })];
    for (const path of view) {
      expect((await one.get(`/api/v3/${path}`)).body).not.toEqual((await other.get(`/api/v3/${path}`)).body);
    }
  });
});
