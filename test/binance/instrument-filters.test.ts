// exchangeInfo as the exchange really sent it, and as it never should, read into exact integers.
import { describe, expect, test } from "bun:test";
import { listedInstrument } from "../../src/binance/instrument-filters.ts";
import { checkPayload, exchangeInfoSchema } from "../../src/binance/schemas.ts";
import { OutsideError } from "../../src/core/errors.ts";
import captures from "./fixtures/exchange-info.json";

const MAX = Number.MAX_SAFE_INTEGER;

const read = (payload: unknown, symbol = "BTCUSDT") =>
  listedInstrument(checkPayload(exchangeInfoSchema, payload, "info"), symbol, "info");

/** The capture of 2023 with its symbol changed, and its filters replaced by name (null removes one). */
function withSymbol(change: Record<string, unknown>, filters: Record<string, object | null> = {}) {
  const info = structuredClone(captures["2023-08-13"]);
  const [symbol] = info.symbols;
  const kept = symbol!.filters.filter((filter) => !(filter.filterType in filters));
  const added = Object.entries(filters).flatMap(([filterType, filter]) =>
    filter ? [{ filterType, ...filter }] : [],
  );
  return { ...info, symbols: [{ ...symbol, filters: [...kept, ...added], ...change }] };
}

function codeOf(attempt: () => unknown): unknown {
  try {
    return attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(OutsideError);
    return (error as OutsideError).code;
  }
}

describe("BTCUSDT as the exchange listed it", () => {
  const shared = {
    symbol: "BTCUSDT",
    baseAsset: "BTC",
    quoteAsset: "USDT",
    status: "TRADING",
    tickUnits: 1_000_000,
    lotUnits: 1_000,
    unitsPerTickLot: 10,
    minTicks: 1,
    maxTicks: 100_000_000,
    lotSize: { minLots: 1, maxLots: 900_000_000 },
    minNotionalUnits: 1_000_000_000,
    applyMinNotionalToMarket: true,
    applyMaxNotionalToMarket: false,
    priceBand: { bidUp: 5, bidDown: 0.2, askUp: 5, askDown: 0.2 },
    maxOpenOrders: 200,
  };

  test("on 2023-08-13: NOTIONAL, PERCENT_PRICE_BY_SIDE, a MARKET_LOT_SIZE with step and minimum 0", () => {
    expect(read(captures["2023-08-13"])).toEqual({
      instrument: {
        ...shared,
        marketLotSize: { minLots: 0, maxLots: 16_900_949 },
        maxNotionalUnits: 900_000_000_000_000,
      },
      otherFilters: ["ICEBERG_PARTS", "TRAILING_DELTA", "MAX_NUM_ALGO_ORDERS"],
    });
  });

  test("on 2021-10-22: MIN_NOTIONAL and PERCENT_PRICE instead", () => {
    expect(read(captures["2021-10-22"])).toEqual({
      instrument: {
        ...shared,
        marketLotSize: { minLots: 0, maxLots: 11_221_108 },
        maxNotionalUnits: MAX,
      },
      otherFilters: ["ICEBERG_PARTS", "MAX_NUM_ALGO_ORDERS"],
    });
  });
});

describe("a bound", () => {
  test("of 0 is disabled", () => {
    const payload = withSymbol(
      {},
      {
        PRICE_FILTER: { minPrice: "0.00000000", maxPrice: "0.00000000", tickSize: "0.01" },
        LOT_SIZE: { minQty: "0", maxQty: "0", stepSize: "0.00001" },
        NOTIONAL: { minNotional: "0", maxNotional: "0", applyMinToMarket: true, applyMaxToMarket: true },
      },
    );
    expect(read(payload).instrument).toMatchObject({
      minTicks: 0,
      maxTicks: MAX,
      lotSize: { minLots: 0, maxLots: MAX },
      minNotionalUnits: 0,
      maxNotionalUnits: MAX,
    });
  });

  test("too large to count bounds nothing", () => {
    const lot = { minQty: "0.00001", maxQty: "92141578.00000000", stepSize: "0.00001" };
    expect(read(withSymbol({}, { LOT_SIZE: lot })).instrument.lotSize.maxLots).toBe(MAX);
  });

  test("between two steps moves inwards", () => {
    const lot = { minQty: "0.00001500", maxQty: "0.00009900", stepSize: "0.00001" };
    expect(read(withSymbol({}, { LOT_SIZE: lot })).instrument.lotSize).toEqual({ minLots: 2, maxLots: 9 });
  });

  test("that no filter states does not exist", () => {
    const none = { MARKET_LOT_SIZE: null, NOTIONAL: null, PERCENT_PRICE_BY_SIDE: null, MAX_NUM_ORDERS: null };
    expect(read(withSymbol({}, none)).instrument).toMatchObject({
      marketLotSize: { minLots: 0, maxLots: MAX },
      minNotionalUnits: 0,
      maxNotionalUnits: MAX,
      applyMinNotionalToMarket: false,
      priceBand: null,
      maxOpenOrders: MAX,
    });
  });

  test("stated twice counts at its stricter", () => {
    const both = withSymbol({}, { MIN_NOTIONAL: { minNotional: "25", applyToMarket: false } });
    expect(read(both).instrument).toMatchObject({
      minNotionalUnits: 2_500_000_000,
      applyMinNotionalToMarket: true,
    });
  });
});

test("a coarser step for market orders becomes the lot, so that every quantity fits both", () => {
  const market = { minQty: "0.0001", maxQty: "100", stepSize: "0.0001" };
  expect(read(withSymbol({}, { MARKET_LOT_SIZE: market })).instrument).toMatchObject({
    lotUnits: 10_000,
    unitsPerTickLot: 100,
    lotSize: { minLots: 1, maxLots: 90_000_000 },
    marketLotSize: { minLots: 1, maxLots: 1_000_000 },
  });
});

test("filters we do not know are tolerated and named", () => {
  const others = { SOMETHING_NEW: { limit: "x" }, constructor: {}, MAX_POSITION: { maxPosition: "10" } };
  expect(read(withSymbol({}, others)).otherFilters).toEqual(
    expect.arrayContaining(["SOMETHING_NEW", "constructor", "MAX_POSITION"]),
  );
});

test.each(["HALT", "BREAK", "END_OF_DAY", "CANCEL_ONLY", "SOMETHING_NEW"])(
  "the status %s is told as it is",
  (status) => {
    expect(read(withSymbol({ status })).instrument.status).toBe(status);
  },
);

describe("permission to trade spot", () => {
  test.each<[string, Record<string, unknown>, unknown]>([
    ["a set with SPOT", { permissions: [], permissionSets: [["SPOT", "MARGIN"]] }, "BTCUSDT"],
    ["SPOT in the old list", { permissions: ["SPOT"], permissionSets: [] }, "BTCUSDT"],
    ["neither", { permissions: [], permissionSets: [] }, "spot_not_permitted"],
    ["only others", { permissions: ["MARGIN"], permissionSets: [["MARGIN"]] }, "spot_not_permitted"],
    ["a second set without", { permissionSets: [["SPOT"], ["TRD_GRP_004"]] }, "spot_not_permitted"],
    ["switched off", { isSpotTradingAllowed: false }, "spot_not_permitted"],
  ])("%s", (_name, change, outcome) => {
    const judged = codeOf(() => read(withSymbol(change)).instrument.symbol);
    expect(judged).toBe(outcome);
  });
});

describe("refused", () => {
  test.each<[string, unknown, string]>([
    ["no such symbol", { ...captures["2023-08-13"], symbols: [] }, "symbol_not_found"],
    ["no PRICE_FILTER", withSymbol({}, { PRICE_FILTER: null }), "instrument_unusable"],
    ["no LOT_SIZE", withSymbol({}, { LOT_SIZE: null }), "instrument_unusable"],
    [
      "a tick of 0",
      withSymbol({}, { PRICE_FILTER: { minPrice: "0", maxPrice: "0", tickSize: "0" } }),
      "instrument_unusable",
    ],
    [
      "a step of 0",
      withSymbol({}, { LOT_SIZE: { minQty: "0", maxQty: "0", stepSize: "0" } }),
      "instrument_unusable",
    ],
    [
      "two steps that do not divide each other",
      withSymbol({}, { MARKET_LOT_SIZE: { minQty: "0", maxQty: "1", stepSize: "0.000015" } }),
      "instrument_unusable",
    ],
    [
      "tick times lot finer than 1e-8",
      withSymbol({}, { PRICE_FILTER: { minPrice: "0", maxPrice: "0", tickSize: "0.00000001" } }),
      "instrument_unusable",
    ],
    [
      "a minimum too large to count",
      withSymbol({}, { LOT_SIZE: { minQty: "999999999999", maxQty: "0", stepSize: "0.00001" } }),
      "instrument_unusable",
    ],
    [
      "the same filter twice",
      withSymbol({ filters: [...captures["2023-08-13"].symbols[0]!.filters, { filterType: "LOT_SIZE" }] }),
      "bad_payload",
    ],
  ])("%s", (_name, payload, code) => {
    expect(codeOf(() => read(payload))).toBe(code);
  });
});
