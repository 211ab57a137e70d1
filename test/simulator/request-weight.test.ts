import { describe, expect, test } from "bun:test";
import { MINUTE_MS, type Stepped, startAt, stepped } from "./stepped-simulator.ts";

const used = async ({ get }: Stepped, path: string): Promise<number> =>
  Number((await get(path)).headers.get("X-MBX-USED-WEIGHT-1M"));

test.each([
  ["ping", 1],
  ["time", 1],
  ["klines?symbol=BTCUSDT&interval=1h", 2],
  ["uiKlines?symbol=BTCUSDT&interval=1h", 2],
  ["avgPrice?symbol=BTCUSDT", 2],
  ["ticker/price?symbol=BTCUSDT", 2],
  ["ticker/price", 4],
  ["ticker/bookTicker?symbol=BTCUSDT", 2],
  ["exchangeInfo", 20],
  ["depth?symbol=BTCUSDT", 5],
  ["depth?symbol=BTCUSDT&limit=101", 25],
  ["depth?symbol=BTCUSDT&limit=1000", 50],
  ["depth?symbol=BTCUSDT&limit=5000", 250],
  ["klines?symbol=NOPE&interval=1h", 2],
])("%s weighs %i", async (path, weight) => {
  const simulator = await stepped();
  const before = await used(simulator, "/api/v3/ping");
  expect(await used(simulator, `/api/v3/${path}`)).toBe(before + weight);
});

describe("with 10 a minute", () => {
  const spend = async (simulator: Stepped): Promise<void> => {
    for (let i = 0; i < 10; i++) expect((await simulator.get("/api/v3/ping")).status).toBe(200);
  };

  test("the eleventh is refused until the minute is over, to the second", async () => {
    const simulator = await stepped({ requestWeightPerMinute: 10, startAt: startAt + 12_400 });
    await spend(simulator);
    const refused = await simulator.get("/api/v3/ping");
    expect(refused.status).toBe(429);
    expect(refused.body.code).toBe(-1003);
    expect(refused.headers.get("Retry-After")).toBe("48");
    await simulator.advanceTo(startAt + MINUTE_MS - 1);
    expect((await simulator.get("/api/v3/ping")).status).toBe(429);
    await simulator.advanceTo(startAt + MINUTE_MS);
    expect((await simulator.get("/api/v3/ping")).status).toBe(200);
  });

  test("going on regardless is answered with a ban of two minutes, and then of four", async () => {
    const simulator = await stepped({ requestWeightPerMinute: 10 });
    for (const [minutes, from] of [
      [2, startAt],
      [4, startAt + 2 * MINUTE_MS],
    ] as const) {
      await simulator.advanceTo(from);
      await spend(simulator);
      for (let i = 0; i < 10; i++) expect((await simulator.get("/api/v3/ping")).status).toBe(429);
      const banned = await simulator.get("/api/v3/ping");
      expect(banned.status).toBe(418);
      expect(banned.headers.get("Retry-After")).toBe(String(minutes * 60));
      expect(banned.body.msg).toContain(`IP banned until ${from + minutes * MINUTE_MS}`);
      await simulator.advanceTo(from + minutes * MINUTE_MS - 1);
      expect((await simulator.get("/api/v3/ping")).status).toBe(418);
    }
  });

  test("the status counts requests that did not wait as they were told", async () => {
    const simulator = await stepped({ requestWeightPerMinute: 10 });
    await spend(simulator);
    await simulator.get("/api/v3/ping");
    expect((await simulator.get("/sim/v1/status")).body).toMatchObject({ requests: 11, insideRetryAfter: 0 });
    await simulator.get("/api/v3/ping");
    await simulator.advanceTo(startAt + MINUTE_MS);
    await simulator.get("/api/v3/ping");
    expect((await simulator.get("/sim/v1/status")).body).toMatchObject({ requests: 13, insideRetryAfter: 1 });
  });
});

test("with the limit off nothing is refused, and the weight is still stated", async () => {
  const simulator = await stepped({ requestWeightPerMinute: null });
  for (let i = 0; i < 30; i++) {
    expect((await simulator.get("/api/v3/depth?symbol=BTCUSDT&limit=1001")).status).toBe(200);
  }
  expect(await used(simulator, "/api/v3/ping")).toBe(7501);
});
