import { describe, expect, test } from "bun:test";
import type { CandleColumns } from "../../src/core/candles.ts";
import { ReplayedCandles } from "../../src/simulator/replayed-candles.ts";
import { HOUR_MS, stepped } from "./stepped-simulator.ts";
import { listen } from "./stream-client.ts";

const firstOpenAt = Date.UTC(2025, 5, 1, 22);

/** Six hours around midnight with the fifth hour missing, as a halt leaves it. */
const rows = [
  [0, 100.01, 110, 99.5, 105.25, 2.5],
  [1, 105.25, 106, 101, 102, 1.25],
  [2, 102, 102, 90.1, 95, 12.00001],
  [3, 95.01, 97, 94, 96.5, 0],
  [5, 96.5, 99, 96, 98.75, 3],
  [6, 98.75, 120, 98, 119.99, 8],
] as const;

function hours(): CandleColumns {
  const column = (index: 1 | 2 | 3 | 4 | 5) => Float64Array.from(rows, (row) => row[index]);
  return {
    ...{ timeframe: "1h", length: rows.length },
    openAt: Float64Array.from(rows, ([hour]) => firstOpenAt + hour * HOUR_MS),
    ...{ open: column(1), high: column(2), low: column(3), close: column(4), volume: column(5) },
  };
}

const replay = () => stepped({ source: new ReplayedCandles(hours()), startAt: firstOpenAt });
const KLINES = "/api/v3/klines?symbol=BTCUSDT&interval=1h";

test("the replayed candles are served as they are, one by one as they close", async () => {
  const { get, advanceTo } = await replay();
  for (const [count, at] of [
    [0, 0],
    [1, 1],
    [3, 3],
    [4, 5],
    [6, 9],
  ] as const) {
    await advanceTo(firstOpenAt + at * HOUR_MS);
    const { body } = await get(`${KLINES}&endTime=${firstOpenAt + (at - 1) * HOUR_MS}`);
    expect(body.map((row: string[]) => row.slice(0, 6).map(Number))).toEqual(
      rows.slice(0, count).map(([hour, ...values]) => [firstOpenAt + hour * HOUR_MS, ...values]),
    );
  }
});

test("nothing of the future shows: the open candle stays within what it has reached", async () => {
  const { get, advanceTo } = await replay();
  await advanceTo(firstOpenAt + 6 * HOUR_MS + 60_000);
  const { body } = await get(KLINES);
  const open = body.at(-1);
  expect(open[0]).toBe(firstOpenAt + 6 * HOUR_MS);
  expect(Number(open[2])).toBeLessThan(120);
  expect(Number(open[5])).toBeWithin(0.13, 0.14);
});

test("slower candles come from what is there, and faster ones do not exist", async () => {
  const { get, advanceTo } = await replay();
  await advanceTo(firstOpenAt + 7 * HOUR_MS);
  const { body } = await get("/api/v3/klines?symbol=BTCUSDT&interval=4h");
  const [first, second] = body.map((row: string[]) => row.slice(1, 6).map(Number));
  expect(first).toEqual([100.01, 110, 99.5, 102, 3.75]);
  expect(second).toEqual([102, 102, 90.1, 98.75, 15.00001]);
  expect((await get("/api/v3/klines?symbol=BTCUSDT&interval=1m")).body).toEqual({
    code: -1120,
    msg: "Invalid interval.",
  });
});

describe("where the file has nothing", () => {
  test("a missing hour has no candle, and the price stands still", async () => {
    const { get, advanceTo } = await replay();
    await advanceTo(firstOpenAt + 4.5 * HOUR_MS);
    expect((await get(KLINES)).body.at(-1)[0]).toBe(firstOpenAt + 3 * HOUR_MS);
    expect((await get("/api/v3/ticker/price?symbol=BTCUSDT")).body.price).toBe("96.50000000");
  });

  test("after its end the market stands still and says when that was", async () => {
    const { get, advanceTo } = await replay();
    await advanceTo(firstOpenAt + 48 * HOUR_MS);
    const status = (await get("/sim/v1/status")).body;
    expect(status).toMatchObject({
      ...{ source: "replay", baseTimeframe: "1h", beginsAt: firstOpenAt },
      ...{ endsAt: firstOpenAt + 7 * HOUR_MS, lastPrice: "119.99000000" },
    });
    expect((await get(KLINES)).body).toHaveLength(rows.length);
    expect((await get("/api/v3/depth?symbol=BTCUSDT&limit=5")).body.bids).toHaveLength(5);
  });

  test("the stream skips it without inventing a candle", async () => {
    const simulator = await replay();
    const client = await listen(`${simulator.wsUrl}/ws/btcusdt@kline_1h`);
    await client.ask({ method: "LIST_SUBSCRIPTIONS" });
    await simulator.advanceTo(firstOpenAt + 9 * HOUR_MS);
    const frames = await client.heard(rows.length);
    expect(frames.map(({ k }) => (k.t - firstOpenAt) / HOUR_MS)).toEqual(rows.map(([hour]) => hour));
    // An hour without trades has no trade ids.
    expect([frames[3].k.f, frames[3].k.L, frames[3].k.n]).toEqual([-1, -1, 0]);
  });
});

test("an empty file is refused with what to do", () => {
  expect(() => new ReplayedCandles({ ...hours(), length: 0 })).toThrow("give one with at least one row");
});

test("a day after the file has ended the 24-hour ticker shows silence, not yesterday", async () => {
  const { get, advanceTo } = await replay();
  await advanceTo(firstOpenAt + 60 * HOUR_MS);
  const { body } = await get("/api/v3/ticker/24hr?symbol=BTCUSDT");
  expect(body).toMatchObject({ volume: "0.00000000", lastPrice: "119.99000000", count: 0 });
});
