/** The one symbol the simulator lists: its grid, and its entry in exchangeInfo. */

export const SYMBOL = "BTCUSDT";
/** Ticks of price in one USDT. */
export const TICKS_PER_QUOTE = 100;
/** Lots of quantity in one BTC. */
export const LOTS_PER_BASE = 100_000;

export const toTicks = (price: number): number => Math.round(price * TICKS_PER_QUOTE);
export const onTick = (price: number): number => toTicks(price) / TICKS_PER_QUOTE;

/** Prices, quantities and quote amounts as the exchange writes them, with eight decimals. */
export const priceText = (price: number): string => `${price.toFixed(2)}000000`;
export const quantityText = (quantity: number): string => quantity.toFixed(8);
export const quoteText = (amount: number): string => `${amount.toFixed(4)}0000`;

/** Values of BTCUSDT as captured from the exchange in 2026; MARKET_LOT_SIZE and the price band move over time. */
const FILTERS = [
  {
    filterType: "PRICE_FILTER",
    minPrice: "0.01000000",
    maxPrice: "1000000.00000000",
    tickSize: "0.01000000",
  },
  { filterType: "LOT_SIZE", minQty: "0.00001000", maxQty: "9000.00000000", stepSize: "0.00001000" },
  { filterType: "ICEBERG_PARTS", limit: 100 },
  { filterType: "MARKET_LOT_SIZE", minQty: "0.00000000", maxQty: "104.34000000", stepSize: "0.00000000" },
  {
    filterType: "PERCENT_PRICE_BY_SIDE",
    bidMultiplierUp: "2",
    bidMultiplierDown: "0.5",
    askMultiplierUp: "2",
    askMultiplierDown: "0.5",
    avgPriceMins: 5,
  },
  {
    filterType: "NOTIONAL",
    minNotional: "5.00000000",
    applyMinToMarket: true,
    maxNotional: "9000000.00000000",
    applyMaxToMarket: false,
    avgPriceMins: 5,
  },
  { filterType: "MAX_NUM_ORDERS", maxNumOrders: 200 },
  { filterType: "MAX_NUM_ORDER_LISTS", maxNumOrderLists: 20 },
  { filterType: "MAX_NUM_ALGO_ORDERS", maxNumAlgoOrders: 5 },
  { filterType: "MAX_NUM_ORDER_AMENDS", maxNumOrderAmends: 10 },
] as const;

export const LISTED_SYMBOL = {
  symbol: SYMBOL,
  status: "TRADING",
  baseAsset: "BTC",
  baseAssetPrecision: 8,
  quoteAsset: "USDT",
  quotePrecision: 8,
  quoteAssetPrecision: 8,
  baseCommissionPrecision: 8,
  quoteCommissionPrecision: 8,
  orderTypes: ["LIMIT", "LIMIT_MAKER", "MARKET"],
  icebergAllowed: false,
  ocoAllowed: false,
  otoAllowed: false,
  opoAllowed: false,
  quoteOrderQtyMarketAllowed: true,
  allowTrailingStop: false,
  cancelReplaceAllowed: false,
  amendAllowed: false,
  pegInstructionsAllowed: false,
  isSpotTradingAllowed: true,
  isMarginTradingAllowed: false,
  filters: FILTERS,
  permissions: [],
  permissionSets: [["SPOT"]],
  defaultSelfTradePreventionMode: "NONE",
  allowedSelfTradePreventionModes: ["NONE"],
} as const;
