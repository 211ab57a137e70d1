import { describe, expect, test } from "bun:test";
import { SystemClock } from "../../src/clock.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { HOUR_MS, startAt, stepped } from "./stepped-simulator.ts";

describe("advancing", () => {
  test("another process can step the market over HTTP", async () => {
    const { get, post, clock } = await stepped();
    const { status, body } = await post("/sim/v1/advance", { to: startAt + HOUR_MS });
    expect(status).toBe(200);
    expect(body).toMatchObject({ now: startAt + HOUR_MS, isStepped: true });
    expect((await get("/api/v3/time")).body.serverTime).toBe(startAt + HOUR_MS);
    expect(clock.now()).toBe(startAt + HOUR_MS);
  });

  test("steps asked for together happen one after the other", async () => {
    const { get, advanceTo } = await stepped();
    const steps = [1, 2, 3, 4].map((hours) => startAt + hours * HOUR_MS);
    await Promise.all(steps.map(advanceTo));
    expect((await get("/api/v3/time")).body.serverTime).toBe(steps[3]);
  });

  test.each<[unknown, string, string]>([
    [{ to: startAt - 1 }, "advance_back", "time does not go back"],
    [{ to: startAt + 367 * 24 * HOUR_MS }, "advance_too_far", "at most 366 days"],
    [{ to: "tomorrow" }, "bad_advance", "epoch milliseconds"],
    [{}, "bad_advance", "epoch milliseconds"],
    [null, "bad_advance", "epoch milliseconds"],
  ])("%j is refused as %s", async (body, code, sentence) => {
    const { get, post } = await stepped();
    const answer = await post("/sim/v1/advance", body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    expect(answer.body.error).toContain(sentence);
    expect((await get("/api/v3/time")).body.serverTime).toBe(startAt);
  });

  test("a body that is not JSON is refused", async () => {
    const { url } = await stepped();
    const response = await fetch(`${url}/sim/v1/advance`, { method: "POST", body: "soon" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "bad_json" });
  });

  test("a market on a running clock says that it cannot be stepped", async () => {
    const clock = new SystemClock({ startAt });
    await using resources = new AsyncDisposableStack();
    const simulator = await startSimulator({ clock, historyDays: 1 });
    resources.defer(() => simulator.stop());
    await expect(simulator.advanceTo(startAt + HOUR_MS)).rejects.toThrow(
      "only a stepped one can be advanced",
    );
  });
});

test("the market never goes back, even when its clock does", async () => {
  let now = startAt;
  const clock = { now: () => now, after: () => () => {}, sleep: async () => {} };
  await using resources = new AsyncDisposableStack();
  const simulator = await startSimulator({ clock, historyDays: 1 });
  resources.defer(() => simulator.stop());
  const klines = async () =>
    (await fetch(`${simulator.url}/api/v3/klines?symbol=BTCUSDT&interval=1h`)).json();
  const before = await klines();
  now -= HOUR_MS;
  expect(await klines()).toEqual(before);
});

test("it listens on loopback alone unless told otherwise", async () => {
  const { url, wsUrl } = await stepped();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(wsUrl).toBe(url.replace("http", "ws"));
});

test("after stop nothing answers, and requests left hanging are let go", async () => {
  const { url, post, stop } = await stepped();
  await post("/sim/v1/faults", { kind: "hang" });
  const hanging = fetch(`${url}/api/v3/time`).catch((error) => error);
  await Bun.sleep(20);
  await stop();
  expect(await hanging).toBeInstanceOf(Error);
  await expect(fetch(`${url}/api/v3/time`)).rejects.toThrow();
});
