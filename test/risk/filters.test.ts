import { describe, expect, test } from "bun:test";
import Big from "big.js";
import { seededRandom } from "../../src/core/random.ts";
import { checkFilters, type FilteredOrder } from "../../src/risk/filters.ts";
import { BTCUSDT, ticks } from "./btcusdt.ts";

const MARKET: FilteredOrder = {
  side: "buy",
  type: "market",
  lots: 100,
  limitTicks: null,
  decisionTicks: ticks(50_000),
};
const LIMIT: FilteredOrder = { ...MARKET, type: "limit", limitTicks: ticks(49_000) };

describe("the exchange's filters", () => {
  test.each([
    ["a market order of 50 USDT", MARKET, null],
    ["a limit order of 49 USDT", LIMIT, null],
    ["no quantity", { ...MARKET, lots: 0 }, "quantity_rounded_to_zero"],
    ["a broken quantity", { ...MARKET, lots: 1.5 }, "filter_refused"],
    ["a negative quantity", { ...MARKET, lots: -1 }, "filter_refused"],
    ["exactly 5 USDT", { ...MARKET, lots: 10 }, null],
    ["one lot below 5 USDT", { ...MARKET, lots: 9 }, "below_min_notional"],
    ["one tick below 5 USDT", { ...MARKET, lots: 10, decisionTicks: 4_999_999 }, "below_min_notional"],
    ["the largest market quantity", { ...MARKET, lots: 10_434_000 }, null],
    ["a lot above the largest market quantity", { ...MARKET, lots: 10_434_001 }, "filter_refused"],
    [
      "that quantity as a limit order at a low price",
      { ...LIMIT, lots: 10_434_001, limitTicks: 4_000_000 },
      null,
    ],
    [
      "a limit order of exactly 9,000,000 USDT",
      { ...LIMIT, lots: 18_000_000, limitTicks: ticks(50_000) },
      null,
    ],
    ["a limit order above 9,000,000 USDT", { ...LIMIT, lots: 20_000_000 }, "above_max_notional"],
    ["the highest bid of the band", { ...LIMIT, limitTicks: ticks(60_000) }, null],
    ["a bid a tick above the band", { ...LIMIT, limitTicks: ticks(60_000) + 1 }, "price_out_of_band"],
    ["the lowest bid of the band", { ...LIMIT, limitTicks: ticks(25_000) }, null],
    ["a bid a tick below the band", { ...LIMIT, limitTicks: ticks(25_000) - 1 }, "price_out_of_band"],
    ["an ask where a bid would be out of band", { ...LIMIT, side: "sell", limitTicks: ticks(99_000) }, null],
    ["a price above the highest", { ...LIMIT, limitTicks: 100_000_001 }, "filter_refused"],
    ["a price between ticks", { ...LIMIT, limitTicks: 4_900_000.5 }, "filter_refused"],
    ["a limit order without a price", { ...LIMIT, limitTicks: null }, "filter_refused"],
    [
      "an amount beyond exact money",
      { ...LIMIT, lots: 900_000_000, limitTicks: 6_000_000 },
      "above_max_notional",
    ],
  ] as const)("%s: %#", (_, order, reason) => {
    expect(checkFilters(BTCUSDT, order)).toBe(reason);
  });

  test("a smallest market quantity of its own holds for market orders alone", () => {
    const coarse = { ...BTCUSDT, marketLotSize: { minLots: 101, maxLots: 10_434_000 } };
    expect(checkFilters(coarse, MARKET)).toBe("filter_refused");
    expect(checkFilters(coarse, { ...MARKET, lots: 101 })).toBeNull();
    expect(checkFilters(coarse, LIMIT)).toBeNull();
  });

  test("a halted symbol takes no order", () => {
    expect(checkFilters({ ...BTCUSDT, status: "HALT" }, MARKET)).toBe("symbol_not_trading");
  });

  test("another resting order is refused when the exchange's most are open; a market order is not", () => {
    expect(checkFilters(BTCUSDT, LIMIT, 199)).toBeNull();
    expect(checkFilters(BTCUSDT, LIMIT, 200)).toBe("filter_refused");
    expect(checkFilters(BTCUSDT, MARKET, 200)).toBeNull();
  });

  test("the notional flags say whether market orders are held to the bounds", () => {
    const loose = { ...BTCUSDT, applyMinNotionalToMarket: false };
    const strict = { ...BTCUSDT, applyMaxNotionalToMarket: true };
    const big = { ...MARKET, decisionTicks: ticks(400_000), lots: 10_000_000 };
    expect(checkFilters(loose, { ...MARKET, lots: 1 })).toBeNull();
    expect(checkFilters(BTCUSDT, big)).toBeNull();
    expect(checkFilters(strict, big)).toBe("above_max_notional");
  });
});

/** The filters as the exchange words them: decimal texts, checked with decimals and nothing of ours. */
const WORDS = {
  PRICE_FILTER: { minPrice: "0.01000000", maxPrice: "1000000.00000000", tickSize: "0.01000000" },
  LOT_SIZE: { minQty: "0.00001000", maxQty: "9000.00000000", stepSize: "0.00001000" },
  MARKET_LOT_SIZE: { minQty: "0.00000000", maxQty: "104.34000000", stepSize: "0.00000000" },
  NOTIONAL: {
    minNotional: "5.00000000",
    maxNotional: "9000000.00000000",
    applyMinToMarket: true,
    applyMaxToMarket: false,
  },
  PERCENT_PRICE_BY_SIDE: {
    bidMultiplierUp: "1.2",
    bidMultiplierDown: "0.5",
    askMultiplierUp: "2",
    askMultiplierDown: "0.5",
  },
};

/** Written from the exchange's documentation of its filters. */
function exchangeAccepts(
  side: "BUY" | "SELL",
  isLimit: boolean,
  qty: Big,
  price: Big,
  average: Big,
): boolean {
  for (const filter of isLimit ? [WORDS.LOT_SIZE] : [WORDS.LOT_SIZE, WORDS.MARKET_LOT_SIZE]) {
    if (qty.lt(filter.minQty) || qty.gt(filter.maxQty)) return false;
    if (!new Big(filter.stepSize).eq(0) && !qty.mod(filter.stepSize).eq(0)) return false;
  }
  if (isLimit) {
    const { minPrice, maxPrice, tickSize } = WORDS.PRICE_FILTER;
    if (price.lt(minPrice) || price.gt(maxPrice) || !price.mod(tickSize).eq(0)) return false;
    const band = WORDS.PERCENT_PRICE_BY_SIDE;
    const [up, down] =
      side === "BUY"
        ? [band.bidMultiplierUp, band.bidMultiplierDown]
        : [band.askMultiplierUp, band.askMultiplierDown];
    if (price.gt(average.times(up)) || price.lt(average.times(down))) return false;
  }
  const notional = qty.times(isLimit ? price : average);
  const { minNotional, maxNotional, applyMinToMarket, applyMaxToMarket } = WORDS.NOTIONAL;
  if ((isLimit || applyMinToMarket) && notional.lt(minNotional)) return false;
  return !((isLimit || applyMaxToMarket) && notional.gt(maxNotional));
}

test("100,000 random orders: what passes here passes an independent checker, and the other way round", () => {
  const random = seededRandom("filters");
  const spread = (most: number): number => Math.floor(10 ** (random.next() * Math.log10(most)));
  let passed = 0;
  const disagreements: unknown[] = [];
  for (let i = 0; i < 100_000; i++) {
    const isLimit = random.next() < 0.6;
    const side = random.next() < 0.5 ? "buy" : "sell";
    const decisionTicks = spread(120_000_000);
    const isNearEdge = random.next() < 0.3;
    const factor = [0.5, 1.2, 2][random.integer(3)]!;
    const limitTicks = isNearEdge
      ? Math.max(0, Math.round(decisionTicks * factor) + random.integer(5) - 2)
      : Math.round(decisionTicks * (0.3 + random.next() * 2));
    const atTicks = isLimit ? limitTicks : decisionTicks;
    // A third of the quantities sit at a notional bound, one lot around it.
    const bound = random.next() < 0.5 ? 500_000_000 : 900_000_000_000_000;
    const lots =
      random.next() < 0.33 && atTicks > 0
        ? Math.ceil(bound / (atTicks * 10)) + random.integer(3) - 1
        : spread(2_000_000_000);
    const order = {
      side,
      type: isLimit ? "limit" : "market",
      lots,
      limitTicks: isLimit ? limitTicks : null,
    } as const;
    const ours = checkFilters(BTCUSDT, { ...order, decisionTicks }) === null;
    const theirs = exchangeAccepts(
      side === "buy" ? "BUY" : "SELL",
      isLimit,
      new Big(lots).times("0.00001"),
      new Big(limitTicks).times("0.01"),
      new Big(decisionTicks).times("0.01"),
    );
    if (ours) passed += 1;
    const isExactMoney = atTicks * lots * 10 <= Number.MAX_SAFE_INTEGER;
    if (ours !== theirs && (ours || isExactMoney))
      disagreements.push({ ...order, decisionTicks, ours, theirs });
  }
  expect(disagreements).toEqual([]);
  expect(passed).toBeGreaterThan(20_000);
  expect(passed).toBeLessThan(80_000);
});
