/** The exchange's answers as documented on 2026-07-21: only what we use, numbers as plain decimals, nothing guessed. */
import { z } from "zod";
import { isInstant } from "./candle-fault.ts";
import { BadPayloadError } from "./errors.ts";
import { PLAIN_DECIMAL, plainDecimal } from "./plain-decimal.ts";

/** A plain decimal kept as text, for exact integers. */
const decimalText = z.string().regex(PLAIN_DECIMAL, "not a plain decimal");
const positiveText = decimalText.refine((text) => plainDecimal(text) > 0, "must be above zero");
/** A plain decimal as the nearest double. */
const decimal = decimalText.transform(plainDecimal);
const positive = positiveText.transform(plainDecimal);
const instant = z.custom<number>(isInstant, "not an instant in milliseconds");
const count = z.int().nonnegative();

export const serverTimeSchema = z.object({ serverTime: instant });

export const tickerPriceSchema = z.object({ symbol: z.string(), price: positive });

/** Open time, open, high, low, close, volume, close time, quote volume, fills, taker base and quote volume, unused. */
export const klinesSchema = z.array(
  z.tuple([
    instant,
    positive,
    positive,
    positive,
    positive,
    decimal,
    instant,
    decimal,
    count,
    decimal,
    decimal,
    z.unknown(),
  ]),
);
export type KlineRow = z.output<typeof klinesSchema>[number];

/** 2^53 units of 1e-8: what is larger cannot be counted exactly. */
const countableText = positiveText.refine((text) => plainDecimal(text) <= 90_071_992, "too large");

const level = z.tuple([countableText, countableText]);
/** Prices and quantities as text, best first. */
export const depthSchema = z.object({
  lastUpdateId: count,
  bids: z.array(level),
  asks: z.array(level),
});

export const exchangeInfoSchema = z.object({
  rateLimits: z.array(
    z.object({
      rateLimitType: z.string().optional(),
      interval: z.string().optional(),
      intervalNum: count.optional(),
      limit: z.int().positive().optional(),
    }),
  ),
  symbols: z.array(
    z.object({
      symbol: z.string(),
      status: z.string().min(1),
      baseAsset: z.string().min(1),
      quoteAsset: z.string().min(1),
      isSpotTradingAllowed: z.boolean(),
      permissions: z.array(z.string()).default([]),
      permissionSets: z.array(z.array(z.string())).default([]),
      filters: z.array(z.looseObject({ filterType: z.string() })),
    }),
  ),
});
export type ExchangeInfo = z.output<typeof exchangeInfoSchema>;
export type SymbolInfo = ExchangeInfo["symbols"][number];

/** The filters our own checks know, by name. */
export const filterSchemas = {
  PRICE_FILTER: z.object({ minPrice: decimalText, maxPrice: decimalText, tickSize: decimalText }),
  LOT_SIZE: z.object({ minQty: decimalText, maxQty: decimalText, stepSize: decimalText }),
  MARKET_LOT_SIZE: z.object({ minQty: decimalText, maxQty: decimalText, stepSize: decimalText }),
  NOTIONAL: z.object({
    minNotional: decimalText,
    applyMinToMarket: z.boolean(),
    maxNotional: decimalText,
    applyMaxToMarket: z.boolean(),
  }),
  MIN_NOTIONAL: z.object({ minNotional: decimalText, applyToMarket: z.boolean() }),
  PERCENT_PRICE: z.object({ multiplierUp: positive, multiplierDown: decimal }),
  PERCENT_PRICE_BY_SIDE: z.object({
    bidMultiplierUp: positive,
    bidMultiplierDown: decimal,
    askMultiplierUp: positive,
    askMultiplierDown: decimal,
  }),
  MAX_NUM_ORDERS: z.object({ maxNumOrders: z.int().positive() }),
} as const;
export type KnownFilter = keyof typeof filterSchemas;

/** The body of a refusal. */
export const refusalSchema = z.object({ code: z.int(), msg: z.string() });

/** The checked payload, or BadPayloadError naming the first bad field; `within` is the path of the payload in its answer. */
export function checkPayload<T>(
  schema: z.ZodType<T>,
  payload: unknown,
  endpoint: string,
  within: readonly PropertyKey[] = [],
): T {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new BadPayloadError(endpoint, z.core.toDotPath([...within, ...issue.path]), issue.message);
}
