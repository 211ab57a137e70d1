// Codes and sentences as the exchange's own list of errors has them.
import { describe, expect, test } from "bun:test";
import { stepped } from "./stepped-simulator.ts";

const NUMBERS = "^[0-9]{1,20}$";
const illegal = (name: string, range: string) =>
  `Illegal characters found in parameter '${name}'; legal range is '${range}'.`;
const missing = (name: string) => `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`;

test.each([
  ["klines?symbol=ETHUSDT&interval=1h", -1121, "Invalid symbol."],
  ["depth?symbol=NOPE", -1121, "Invalid symbol."],
  ["exchangeInfo?symbol=NOPE", -1121, "Invalid symbol."],
  ['exchangeInfo?symbols=["BTCUSDT","NOPE"]', -1121, "Invalid symbol."],
  ['ticker/price?symbols=["BTCUSDT","BTCUSDT"]', -1151, "Symbol is present multiple times in the list."],
  ['ticker/price?symbol=BTCUSDT&symbols=["BTCUSDT"]', -1128, "Combination of optional parameters invalid."],
  ["klines?symbol=btcusdt&interval=1h", -1100, illegal("symbol", "^[A-Z0-9-_.]{1,20}$")],
  ["klines?interval=1h", -1102, missing("symbol")],
  ["klines?symbol=&interval=1h", -1102, missing("symbol")],
  ["klines?symbol=BTCUSDT", -1102, missing("interval")],
  ["klines?symbol=BTCUSDT&interval=1H", -1120, "Invalid interval."],
  ["klines?symbol=BTCUSDT&interval=7m", -1120, "Invalid interval."],
  ["klines?symbol=BTCUSDT&interval=1h&limit=ten", -1100, illegal("limit", NUMBERS)],
  ["klines?symbol=BTCUSDT&interval=1h&limit=-5", -1100, illegal("limit", NUMBERS)],
  ["klines?symbol=BTCUSDT&interval=1h&limit=0", -1130, "Data sent for parameter 'limit' is not valid."],
  ["klines?symbol=BTCUSDT&interval=1h&startTime=1.5", -1100, illegal("startTime", NUMBERS)],
  [
    "klines?symbol=BTCUSDT&interval=1h&startTime=99999999999999999999",
    -1108,
    "Parameter 'startTime' overflowed.",
  ],
  ["klines?symbol=BTCUSDT&interval=1h&endTime=", -1105, "Parameter 'endTime' was empty."],
  ["klines?symbol=BTCUSDT&interval=1h&timeZone=8", -1130, "Data sent for parameter 'timeZone' is not valid."],
  [
    "klines?symbol=BTCUSDT&interval=1h&colour=red",
    -1104,
    "Not all sent parameters were read; read '2' parameter(s) but was sent '3'.",
  ],
  ["time?now=1", -1104, "Not all sent parameters were read; read '0' parameter(s) but was sent '1'."],
  ["depth?symbol=BTCUSDT&symbol=BTCUSDT", -1101, "Duplicate values for a parameter detected."],
  ["exchangeInfo?symbolStatus=ASLEEP", -1122, "Invalid symbolStatus."],
])("GET /api/v3/%s is refused with %i", async (path, code, msg) => {
  const { get } = await stepped();
  const answer = await get(`/api/v3/${path}`);
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual({ code, msg });
});

test("what is not there is 404, and nothing of it leaks", async () => {
  const { get } = await stepped();
  for (const path of ["/", "/api/v3/order", "/api/v1/klines", "/sim/v1/nothing"]) {
    expect((await get(path)).status).toBe(404);
  }
});

describe("exchangeInfo", () => {
  test("lists BTCUSDT with the filters an adapter needs", async () => {
    const { get } = await stepped();
    const { body } = await get("/api/v3/exchangeInfo?symbol=BTCUSDT");
    expect(body.timezone).toBe("UTC");
    expect(body.symbols).toHaveLength(1);
    const [symbol] = body.symbols;
    expect(symbol).toMatchObject({
      symbol: "BTCUSDT",
      status: "TRADING",
      baseAsset: "BTC",
      quoteAsset: "USDT",
    });
    const filters: Record<string, unknown> = Object.fromEntries(
      symbol.filters.map((filter: { filterType: string }) => [filter.filterType, filter]),
    );
    expect(filters["PRICE_FILTER"]).toMatchObject({ tickSize: "0.01000000" });
    expect(filters["LOT_SIZE"]).toMatchObject({ minQty: "0.00001000", stepSize: "0.00001000" });
    expect(filters["MARKET_LOT_SIZE"]).toMatchObject({ minQty: "0.00000000", stepSize: "0.00000000" });
    expect(filters["NOTIONAL"]).toMatchObject({ minNotional: "5.00000000", applyMinToMarket: true });
    expect(filters["PERCENT_PRICE_BY_SIDE"]).toBeDefined();
  });

  test("states the weight limit in force", async () => {
    const { get } = await stepped({ requestWeightPerMinute: 1234 });
    const { body } = await get("/api/v3/exchangeInfo");
    expect(body.rateLimits).toContainEqual({
      rateLimitType: "REQUEST_WEIGHT",
      interval: "MINUTE",
      intervalNum: 1,
      limit: 1234,
    });
  });

  test("shows nothing when another status or permission is asked for", async () => {
    const { get } = await stepped();
    for (const filter of ["symbolStatus=HALT", "permissions=MARGIN"]) {
      expect((await get(`/api/v3/exchangeInfo?${filter}`)).body.symbols).toEqual([]);
    }
    expect((await get("/api/v3/exchangeInfo?permissions=SPOT")).body.symbols).toHaveLength(1);
  });
});
