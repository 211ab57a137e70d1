import { describe, expect, test } from "bun:test";
import { SystemClock } from "../../src/clock.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { HOUR_MS, MINUTE_MS, startAt, stepped } from "./stepped-simulator.ts";
import { type Frame, listen } from "./stream-client.ts";

const closedOnly = (frames: Frame[]): Frame[] => frames.filter(({ k }) => k?.x === true);

describe("kline streams", () => {
  test("each candle that closes is sent once, in order, and equals what REST says", async () => {
    const simulator = await stepped();
    const client = await listen(`${simulator.wsUrl}/ws/btcusdt@kline_1m`);
    await client.ask({ method: "LIST_SUBSCRIPTIONS" });
    await simulator.advanceTo(startAt + 3 * MINUTE_MS + 10_000);
    await simulator.advanceTo(startAt + 5 * MINUTE_MS);
    // Five closed candles and the open one after each of the two steps.
    const frames = closedOnly(await client.heard(7));
    const { body: rows } = await simulator.get(
      `/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=${startAt}&limit=5`,
    );
    expect(frames.map(({ k }) => [k.t, k.o, k.h, k.l, k.c, k.v, k.T, k.q, k.n, k.V, k.Q, k.B])).toEqual(rows);
    for (const { e, E, s, k } of frames) {
      expect([e, E, s, k.s, k.i, k.L - k.f + 1]).toEqual(["kline", k.T + 1, "BTCUSDT", "BTCUSDT", "1m", k.n]);
    }
    for (const [i, { k }] of frames.slice(1).entries()) expect(k.f).toBe(frames[i].k.L + 1);
  });

  test("the open candle follows each step, not closed", async () => {
    const simulator = await stepped();
    const client = await listen(`${simulator.wsUrl}/ws/btcusdt@kline_1h`);
    await client.ask({ method: "LIST_SUBSCRIPTIONS" });
    await simulator.advanceTo(startAt + 20_000);
    const [frame] = await client.heard(1);
    expect(frame).toMatchObject({ E: startAt + 20_000, k: { t: startAt, i: "1h", x: false } });
    expect(frame.k.c).toBe((await simulator.get("/api/v3/ticker/price?symbol=BTCUSDT")).body.price);
  });

  test("over a leap, candles of several lengths come in the order they closed, the shorter first", async () => {
    const simulator = await stepped();
    const names = ["btcusdt@kline_4h", "btcusdt@kline_1h", "btcusdt@kline_30m"];
    const client = await listen(`${simulator.wsUrl}/stream?streams=${names.join("/")}`);
    await client.ask({ method: "LIST_SUBSCRIPTIONS" });
    await simulator.advanceTo(startAt + 2 * HOUR_MS);
    const frames = await client.heard(4 + 2 + 1 + 3);
    const closings = frames
      .filter(({ data }) => data.k.x)
      .map(({ stream, data }) => `${stream} ${data.E - startAt}`);
    expect(closings).toEqual([
      `btcusdt@kline_30m ${0.5 * HOUR_MS}`,
      `btcusdt@kline_30m ${HOUR_MS}`,
      `btcusdt@kline_1h ${HOUR_MS}`,
      `btcusdt@kline_30m ${1.5 * HOUR_MS}`,
      `btcusdt@kline_30m ${2 * HOUR_MS}`,
      `btcusdt@kline_1h ${2 * HOUR_MS}`,
      `btcusdt@kline_4h ${2 * HOUR_MS}`,
    ]);
  });

  test("a clock advanced from elsewhere in the program sends closed candles too", async () => {
    const simulator = await stepped();
    const client = await listen(`${simulator.wsUrl}/ws/btcusdt@kline_1m`);
    await client.ask({ method: "LIST_SUBSCRIPTIONS" });
    await simulator.clock.advanceTo(startAt + 2 * MINUTE_MS);
    expect((await client.heard(2)).map(({ k }) => [k.t - startAt, k.x])).toEqual([
      [0, true],
      [MINUTE_MS, true],
    ]);
  });

  test("who comes later hears nothing of what closed before", async () => {
    const simulator = await stepped();
    await simulator.advanceTo(startAt + HOUR_MS);
    const client = await listen(`${simulator.wsUrl}/ws/btcusdt@kline_1m`);
    await client.ask({ method: "LIST_SUBSCRIPTIONS" });
    await simulator.advanceTo(startAt + HOUR_MS + MINUTE_MS);
    expect(closedOnly(await client.heard(2)).map(({ k }) => k.t)).toEqual([startAt + HOUR_MS]);
  });
});

describe("other streams", () => {
  test("bookTicker and miniTicker say what REST says", async () => {
    const simulator = await stepped();
    const client = await listen(`${simulator.wsUrl}/stream?streams=btcusdt@bookTicker/btcusdt@miniTicker`);
    await client.ask({ method: "LIST_SUBSCRIPTIONS" });
    await simulator.advanceTo(startAt + 90_000);
    const [book, mini] = await client.heard(2);
    const { body: offers } = await simulator.get("/api/v3/ticker/bookTicker?symbol=BTCUSDT");
    const { body: depth } = await simulator.get("/api/v3/depth?symbol=BTCUSDT&limit=5");
    const { body: day } = await simulator.get("/api/v3/ticker/24hr?symbol=BTCUSDT");
    expect(book).toEqual({
      stream: "btcusdt@bookTicker",
      data: {
        ...{ u: depth.lastUpdateId, s: "BTCUSDT", b: offers.bidPrice, B: offers.bidQty },
        ...{ a: offers.askPrice, A: offers.askQty },
      },
    });
    expect(mini.data).toMatchObject({
      e: "24hrMiniTicker",
      c: day.lastPrice,
      h: day.highPrice,
      v: day.volume,
    });
  });
});

describe("requests over a stream", () => {
  test("subscribing, listing and unsubscribing take effect at once", async () => {
    const simulator = await stepped();
    const client = await listen(`${simulator.wsUrl}/ws`);
    const params = ["btcusdt@kline_1m"];
    expect(await client.ask({ method: "SUBSCRIBE", params })).toEqual({ result: null, id: 1 });
    expect(await client.ask({ method: "LIST_SUBSCRIPTIONS" })).toEqual({ result: params, id: 2 });
    await simulator.advanceTo(startAt + 1000);
    await client.heard(1);
    expect(await client.ask({ method: "UNSUBSCRIBE", params })).toEqual({ result: null, id: 3 });
    await simulator.advanceTo(startAt + HOUR_MS);
    expect((await client.ask({ method: "LIST_SUBSCRIPTIONS" })).result).toEqual([]);
    expect(client.frames).toHaveLength(1);
  });

  test("the combined shape can be switched on and is told", async () => {
    const simulator = await stepped();
    const client = await listen(`${simulator.wsUrl}/ws/btcusdt@kline_1m`);
    expect((await client.ask({ method: "GET_PROPERTY", params: ["combined"] })).result).toBe(false);
    await client.ask({ method: "SET_PROPERTY", params: ["combined", true] });
    await simulator.advanceTo(startAt + 1000);
    expect((await client.heard(1))[0].stream).toBe("btcusdt@kline_1m");
  });

  test.each([
    ["no JSON", "hello", 3],
    ["no object", "7", 2],
    ["an unknown method", '{"method":"SHOUT"}', 2],
    ["params that are no list", '{"method":"SUBSCRIBE","params":"btcusdt@kline_1m"}', 2],
    ["an id that is no id", '{"method":"LIST_SUBSCRIPTIONS","id":{}}', 2],
    [
      "more than 1,024 streams",
      JSON.stringify({ method: "SUBSCRIBE", params: Array.from({ length: 1025 }, (_, i) => `s${i}@trade`) }),
      2,
    ],
  ])("%s is answered with an error, and the connection goes on", async (_, text, code) => {
    const simulator = await stepped();
    const client = await listen(`${simulator.wsUrl}/ws`);
    client.send(text);
    expect((await client.heard(1))[0].error.code).toBe(code);
    expect((await client.ask({ method: "LIST_SUBSCRIPTIONS" })).result).toEqual([]);
  });
});

test("on a clock of its own at high speed, candles close and update by themselves", async () => {
  const clock = new SystemClock({ startAt, speed: 1200 });
  await using resources = new AsyncDisposableStack();
  const simulator = await startSimulator({ clock, historyDays: 1, updateEveryMs: 30_000 });
  resources.defer(() => simulator.stop());
  const client = await listen(`${simulator.wsUrl}/ws/btcusdt@kline_1m`);
  const frames = await client.heard(12);
  const opens = closedOnly(frames).map(({ k }) => k.t);
  expect(opens.length).toBeGreaterThan(1);
  expect(opens).toEqual(opens.map((_, i) => opens[0] + i * MINUTE_MS));
  expect(frames.some(({ k }) => !k.x)).toBe(true);
});
