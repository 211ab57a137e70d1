import { afterAll, expect, test } from "bun:test";
import { UNITS_PER_ASSET, unitsFromDecimal } from "../../src/core/money.ts";
import { BTCUSDT } from "../risk/btcusdt.ts";
import { Room } from "./status-room.ts";
import { NOW, tradingMonth } from "./trading-month.ts";

const month = tradingMonth();
const room = new Room(month);
const web = room.web();
afterAll(() => month.database.close());

// biome-ignore lint/suspicious/noExplicitAny: the shape is what the test looks at
async function json(path: string, status = 200, app = web): Promise<any> {
  const response = await app.request(path, { headers: { host: "localhost" } });
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toContain("application/json");
  return response.json();
}

test("health says that the process lives, and since when", async () => {
  expect(await json("/health")).toEqual({ status: "ok", version: "0.1.0", uptimeSeconds: 0 });
});

test("ready answers 503 with the failing check until all are well", async () => {
  expect((await json("/ready")).ready).toBe(true);
  const unready = new Room(month);
  unready.checks = [{ name: "Fresh data", ok: false, detail: "3 h old.", mend: "Check the connection." }];
  expect(await json("/ready", 503, unready.web())).toEqual({ ready: false, checks: unready.checks });
  expect(await json("/api/system/readiness", 200, unready.web())).toMatchObject({ ready: false });
});

test("the state comes with its reason and who brought it about", async () => {
  expect(await json("/api/system/state")).toEqual({
    state: "RUNNING",
    since: "2026-05-01T14:00:00.000Z",
    reason: "Checks done, starting.",
    actor: "person:1@telegram",
    mode: "paper",
    symbol: "BTCUSDT",
    strategy: "trend_ema",
    configVersion: 1,
    version: "0.1.0",
    lastCycle: { at: "2026-05-31T14:01:00.000Z", durationMs: 41, reason: "no_new_candle" },
  });
});

test("the price is exact text, and null before one was heard", async () => {
  const price = await json("/api/market/price");
  expect(unitsFromDecimal(price.price)).toBe((month.lastTicks + 4_210) * BTCUSDT.tickUnits);
  expect(unitsFromDecimal(price.dayLow)).toBeLessThan(unitsFromDecimal(price.dayHigh));
  const silent = new Room(month);
  silent.price = null;
  expect(await json("/api/market/price", 200, silent.web())).toMatchObject({
    price: null,
    at: null,
    dayChange: null,
  });
});

test("the position adds up to the last unit: cash and value are equity", async () => {
  const position = await json("/api/trading/position");
  const { cash, value, equity, cost, unrealised, quantity } = position;
  expect(unitsFromDecimal(cash) + unitsFromDecimal(value)).toBe(unitsFromDecimal(equity));
  expect(unitsFromDecimal(value) - unitsFromDecimal(cost)).toBe(unitsFromDecimal(unrealised));
  expect(unitsFromDecimal(equity)).toBe(month.ledger.equityUnits(month.lastTicks + 4_210));
  expect(unitsFromDecimal(quantity)).toBe(month.ledger.lots * BTCUSDT.lotUnits);
});

test("the fills of every page give back the ledger's cash", async () => {
  let units = 10_000 * UNITS_PER_ASSET;
  for (let path: string | null = "/api/trading/fills?limit=7"; path !== null; ) {
    const { fills, nextBefore } = await json(path);
    for (const { side, value, fee } of fills) {
      units += (side === "buy" ? -1 : 1) * unitsFromDecimal(value) - unitsFromDecimal(fee);
    }
    path = nextBefore === null ? null : `/api/trading/fills?limit=7&before=${nextBefore}`;
  }
  expect(units).toBe(month.ledger.cashUnits);
});

test("orders come newest first with the average price of their fills", async () => {
  const { orders, nextBefore } = await json("/api/trading/orders?limit=3");
  expect(orders).toHaveLength(3);
  expect(nextBefore).toBe(orders[2].id);
  expect(orders[0].id).toBeGreaterThan(orders[1].id);
  const { fills } = await json("/api/trading/fills");
  const mine = fills.filter((fill: { orderId: number }) => fill.orderId === orders[0].id);
  const value = mine.reduce((sum: number, fill: { value: string }) => sum + Number(fill.value), 0);
  expect(Number(orders[0].averagePrice)).toBeCloseTo(value / Number(orders[0].filledQuantity), 6);
});

test("metrics carry money as text, shares as numbers, and null where nothing is defined", async () => {
  const { metrics, currency } = await json("/api/trading/metrics");
  const byKey = new Map(metrics.map((one: { key: string; value: unknown }) => [one.key, one.value]));
  expect(currency).toBe("USDT");
  expect(unitsFromDecimal(String(byKey.get("end_equity")))).toBe(month.ledger.equityUnits(month.lastTicks));
  expect(byKey.get("win_rate")).toBeNumber();
  expect(byKey.size).toBe(room.performance().sections.flatMap(({ figures }) => figures).length);
});

test("equity history is thinned to what was asked for, first and last point included", async () => {
  const all = (await json("/api/trading/equity/history?points=5000")).points;
  const few = (await json("/api/trading/equity/history?points=10")).points;
  expect(all).toHaveLength(720);
  expect(few).toHaveLength(10);
  expect(few[0]).toEqual(all[0]);
  expect(few[9]).toEqual(all[719]);
  expect(all[719].at).toBe(new Date(NOW).toISOString());
});

test("equity history keeps to its bounds: from included, to excluded", async () => {
  const query = "from=2026-05-10&to=2026-05-10T03:00:00Z";
  const { points } = await json(`/api/trading/equity/history?${query}`);
  expect(points.map(({ at }: { at: string }) => at)).toEqual([
    "2026-05-10T00:00:00.000Z",
    "2026-05-10T01:00:00.000Z",
    "2026-05-10T02:00:00.000Z",
  ]);
});

test.each([
  ["/api/trading/orders?limit=0", "limit must be a whole number from 1 to 200."],
  ["/api/trading/orders?limit=201", "limit must be a whole number from 1 to 200."],
  ["/api/trading/orders?limit=1e2", "limit must be a whole number from 1 to 200."],
  ["/api/trading/fills?before=abc", "before must be a whole number from 1."],
  ["/api/trading/fills?before=1&before=2", "before may be given once only."],
  ["/api/trading/equity/history?points=1", "points must be a whole number from 2 to 5000."],
  ["/api/trading/equity/history?from=1714521600", "from must be a UTC date or instant"],
  ["/api/trading/equity/history?to=2026-02-30", "to must be a UTC date or instant"],
  ["/api/market/price?symbol=ETHUSDT", "is not a parameter of this address; there are none here."],
  ["/health?verbose=1", "is not a parameter of this address; there are none here."],
])("%s is a bad request that says what it may be", async (path, message) => {
  const { error } = await json(path, 400);
  expect(error.code).toBe("bad_request");
  expect(error.message).toContain(message);
});

test("an unknown address of the API answers in JSON", async () => {
  expect((await json("/api/nothing", 404)).error.code).toBe("not_found");
});
