import { describe, expect, test } from "bun:test";
import { MINUTE_MS, startAt, stepped } from "./stepped-simulator.ts";
import { listen } from "./stream-client.ts";

const KLINES = "/api/v3/klines?symbol=BTCUSDT&interval=1h&limit=3";

describe("request faults", () => {
  test.each([
    ["http_429", 429, -1003, "7"],
    ["http_418", 418, -1003, "7"],
    ["http_503", 503, -1001, null],
  ])("%s happens as often as asked, then all is well", async (kind, status, code, retryAfter) => {
    const { get, post } = await stepped();
    const extra = retryAfter === null ? {} : { retryAfterSeconds: Number(retryAfter) };
    expect((await post("/sim/v1/faults", { kind, count: 2, ...extra })).status).toBe(201);
    for (let i = 0; i < 2; i++) {
      const answer = await get("/api/v3/time");
      expect([answer.status, answer.body.code, answer.headers.get("Retry-After")]).toEqual([
        status,
        code,
        retryAfter,
      ]);
    }
    expect((await get("/api/v3/time")).status).toBe(200);
  });

  test("a 429 on demand counts as an order to wait", async () => {
    const { get, post } = await stepped();
    await post("/sim/v1/faults", { kind: "http_429", retryAfterSeconds: 5 });
    for (let i = 0; i < 3; i++) await get("/api/v3/ping");
    expect((await get("/sim/v1/status")).body.insideRetryAfter).toBe(2);
  });

  test("a hanging request is never answered", async () => {
    const { url, get, post } = await stepped();
    await post("/sim/v1/faults", { kind: "hang" });
    const signal = AbortSignal.timeout(150);
    await expect(fetch(`${url}/api/v3/time`, { signal })).rejects.toMatchObject({ name: "TimeoutError" });
    expect((await get("/api/v3/time")).status).toBe(200);
  });

  test("a reset ends the connection before any answer", async () => {
    const { url, post } = await stepped();
    await post("/sim/v1/faults", { kind: "reset" });
    // On a kept-alive connection Bun's fetch would quietly ask again.
    const attempt = fetch(`${url}/api/v3/time`, { keepalive: false });
    await expect(attempt).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  test("a truncated answer begins well and ends in a reset", async () => {
    const { url, post } = await stepped();
    await post("/sim/v1/faults", { kind: "truncated" });
    const raw = await rawAnswer(url, KLINES);
    expect(raw).toStartWith("HTTP/1.1 200 OK");
    expect(raw).toContain("[[");
    expect(raw).not.toContain("]]");
    // A chunked answer that is whole ends with an empty chunk.
    expect(raw).not.toEndWith("0\r\n\r\n");
  });

  test("bad JSON is whole as an answer and useless as JSON", async () => {
    const { url, post } = await stepped();
    await post("/sim/v1/faults", { kind: "bad_json" });
    const response = await fetch(url + KLINES);
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  test("a page of HTML comes with status 200, as a sign-in page of a network does", async () => {
    const { get, post } = await stepped();
    await post("/sim/v1/faults", { kind: "html" });
    const answer = await get(KLINES);
    expect([answer.status, answer.headers.get("Content-Type")]).toEqual([200, "text/html"]);
    expect(answer.body).toStartWith("<!doctype html>");
  });

  test.each([
    ["open", 1, "NaN"],
    ["high", 2, 0],
    ["volume", 5, null],
    ["closeTime", 6, -1],
  ])(
    "a bad kline has the wrong %s in its last closed row, and in no other place",
    async (field, column, value) => {
      const { get, post } = await stepped();
      const { body: good } = await get(KLINES);
      await post("/sim/v1/faults", { kind: "bad_kline", field, value });
      // Other requests do not use it up.
      expect((await get("/api/v3/ping")).body).toEqual({});
      const { body: spoilt } = await get(KLINES);
      good[1][column] = value;
      expect(spoilt).toEqual(good);
    },
  );

  test("a path keeps the fault to what is asked for there", async () => {
    const { get, post } = await stepped();
    await post("/sim/v1/faults", { kind: "http_503", path: "/api/v3/klines" });
    expect((await get("/api/v3/time")).status).toBe(200);
    expect((await get(KLINES)).status).toBe(503);
  });

  test("until an instant means until then", async () => {
    const { get, post, advanceTo } = await stepped();
    await post("/sim/v1/faults", { kind: "http_503", until: startAt + MINUTE_MS });
    for (let i = 0; i < 5; i++) expect((await get("/api/v3/time")).status).toBe(503);
    await advanceTo(startAt + MINUTE_MS);
    expect((await get("/api/v3/time")).status).toBe(200);
    expect((await get("/sim/v1/faults")).body).toEqual([]);
  });

  test("the control routes are never hit, and clearing ends everything", async () => {
    const { url, get, post } = await stepped();
    await post("/sim/v1/faults", { kind: "reset", count: 100 });
    expect((await get("/sim/v1/status")).body.faults).toMatchObject([{ kind: "reset", count: 100 }]);
    expect(await (await fetch(`${url}/sim/v1/faults`, { method: "DELETE" })).json()).toEqual([]);
    expect((await get("/api/v3/time")).status).toBe(200);
  });
});

test("a skewed clock shows in the stated time, not in the candles", async () => {
  const { get, post } = await stepped();
  const before = (await get(KLINES)).body;
  await post("/sim/v1/faults", { kind: "clock_skew", skewMs: -90_000 });
  for (let i = 0; i < 3; i++) {
    expect((await get("/api/v3/time")).body.serverTime).toBe(startAt - 90_000);
  }
  expect((await get("/api/v3/exchangeInfo")).body.serverTime).toBe(startAt - 90_000);
  expect((await get(KLINES)).body).toEqual(before);
});

describe("stream faults", () => {
  async function minutes(fault: object, steps: number): Promise<number[]> {
    const simulator = await stepped();
    const client = await listen(`${simulator.wsUrl}/ws/btcusdt@kline_1m`);
    await client.ask({ method: "LIST_SUBSCRIPTIONS" });
    await simulator.post("/sim/v1/faults", fault);
    await simulator.advanceTo(startAt + steps * MINUTE_MS);
    // The answer to this comes after every frame sent before it.
    await client.ask({ method: "LIST_SUBSCRIPTIONS" });
    return client.frames.filter(({ k }) => k.x).map(({ k }) => (k.t - startAt) / MINUTE_MS);
  }

  test("a gap leaves out the next closed candles", async () => {
    expect(await minutes({ kind: "stream_gap", count: 2 }, 5)).toEqual([2, 3, 4]);
  });

  test("a duplicate sends the next frames twice", async () => {
    expect(await minutes({ kind: "stream_duplicate", count: 2 }, 3)).toEqual([0, 0, 1, 1, 2]);
  });

  test("silence keeps the connection and sends nothing until it is over", async () => {
    expect(await minutes({ kind: "stream_silence" }, 5)).toEqual([]);
    expect(await minutes({ kind: "stream_silence", count: 3 }, 5)).toEqual([3, 4]);
  });

  test("a drop ends every connection at once, and the next can be made", async () => {
    const simulator = await stepped();
    const clients = [
      await listen(`${simulator.wsUrl}/ws/btcusdt@kline_1m`),
      await listen(`${simulator.wsUrl}/stream?streams=btcusdt@bookTicker`),
    ];
    await simulator.post("/sim/v1/faults", { kind: "stream_drop" });
    expect(await Promise.all(clients.map(({ ended }) => ended))).toEqual([1006, 1006]);
    const next = await listen(`${simulator.wsUrl}/ws/btcusdt@kline_1m`);
    expect((await next.ask({ method: "LIST_SUBSCRIPTIONS" })).result).toEqual(["btcusdt@kline_1m"]);
  });
});

test.each<[unknown, string]>([
  [[], "Send a JSON object"],
  [{}, '"kind" must be one of http_429, http_418'],
  [{ kind: "earthquake" }, '"kind" must be one of'],
  [{ kind: "hang", count: 0 }, '"count" must be a whole number from 1'],
  [{ kind: "hang", count: 1.5 }, '"count" must be a whole number'],
  [{ kind: "hang", until: startAt }, '"until" must be a whole number from'],
  [{ kind: "hang", path: "klines" }, '"path" must be a path'],
  [{ kind: "hang", forever: true }, '"forever" is not known for hang; it takes kind, count, until, path.'],
  [{ kind: "bad_kline" }, '"field" must be one of openTime, open'],
  [{ kind: "bad_kline", field: "colour" }, '"field" must be one of'],
  [{ kind: "bad_kline", field: "open", value: {} }, '"value" must be a string'],
  [{ kind: "clock_skew" }, '"skewMs" must be a whole number'],
  [{ kind: "http_429", retryAfterSeconds: 0 }, '"retryAfterSeconds" must be'],
  [{ kind: "stream_gap", path: "/ws" }, '"path" is not known for stream_gap'],
])("the fault %j is refused with a sentence that helps", async (body, sentence) => {
  const { get, post } = await stepped();
  const answer = await post("/sim/v1/faults", body);
  expect([answer.status, answer.body.code]).toEqual([400, "bad_fault"]);
  expect(answer.body.error).toContain(sentence);
  expect((await get("/sim/v1/faults")).body).toEqual([]);
});

/** Everything the server sends on a connection, until it ends; fetch would not hand out half an answer. */
function rawAnswer(url: string, path: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let heard = "";
    Bun.connect({
      ...{ hostname, port: Number(port) },
      socket: {
        open: (socket) => void socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`),
        data: (_, chunk) => {
          heard += new TextDecoder().decode(chunk);
        },
        error: () => resolve(heard),
        close: () => resolve(heard),
      },
    }).catch(reject);
  });
}
