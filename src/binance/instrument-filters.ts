/** exchangeInfo → the instrument in exact integers; refuses what we could not trade correctly. */

import type { z } from "zod";
import { CountersignError, OutsideError } from "../core/errors.ts";
import { type Instrument, type QuantityFilter, unitsPerTickLot } from "../core/instrument.ts";
import { UNITS_PER_ASSET, unitsFromDecimal } from "../core/money.ts";
import { BadPayloadError } from "./errors.ts";
import {
  checkPayload,
  type ExchangeInfo,
  filterSchemas,
  type KnownFilter,
  type SymbolInfo,
} from "./schemas.ts";

export interface ListedInstrument {
  readonly instrument: Instrument;
  /** Names of filters that our own checks do not know. */
  readonly otherFilters: readonly string[];
}

const NONE = Number.MAX_SAFE_INTEGER;
/** Beyond this an amount cannot be counted in 1e-8 below 2^53; as an upper bound it bounds nothing we can hold. */
const LARGEST_EXACT = NONE / UNITS_PER_ASSET;

/** Throws OutsideError: `symbol_not_found`, `spot_not_permitted`, `instrument_unusable` or `bad_payload`. */
export function listedInstrument(info: ExchangeInfo, symbol: string, endpoint: string): ListedInstrument {
  const index = info.symbols.findIndex((entry) => entry.symbol === symbol);
  const listed = info.symbols[index];
  if (listed === undefined) {
    throw new OutsideError("symbol_not_found", `The exchange lists no ${symbol}.`, { symbol });
  }
  requireSpot(listed);
  const filters = readFilters(listed, index, endpoint);
  try {
    return { instrument: toInstrument(listed, filters), otherFilters: filters.others };
  } catch (error) {
    if (error instanceof OutsideError || !(error instanceof CountersignError)) throw error;
    throw unusable(symbol, error.message);
  }
}

/** One account permission of every set is needed; with SPOT alone, every set must hold SPOT. */
function requireSpot(listed: SymbolInfo): void {
  const { permissionSets, permissions } = listed;
  const isPermitted =
    permissionSets.length > 0
      ? permissionSets.every((set) => set.includes("SPOT"))
      : permissions.includes("SPOT");
  if (listed.isSpotTradingAllowed && isPermitted) return;
  throw new OutsideError(
    "spot_not_permitted",
    `The exchange does not offer ${listed.symbol} for spot trading.`,
    {
      symbol: listed.symbol,
    },
  );
}

type FilterValues = { readonly [K in KnownFilter]?: z.output<(typeof filterSchemas)[K]> };

function readFilters(
  listed: SymbolInfo,
  index: number,
  endpoint: string,
): { readonly known: FilterValues; readonly others: readonly string[] } {
  const known: Record<string, unknown> = {};
  const others: string[] = [];
  for (const [position, filter] of listed.filters.entries()) {
    const path = ["symbols", index, "filters", position];
    const name = filter.filterType;
    if (!Object.hasOwn(filterSchemas, name)) {
      others.push(name);
      continue;
    }
    if (Object.hasOwn(known, name)) {
      throw new BadPayloadError(endpoint, `symbols[${index}].filters[${position}]`, `a second ${name}`);
    }
    known[name] = checkPayload<unknown>(filterSchemas[name as KnownFilter], filter, endpoint, path);
  }
  return { known: known as FilterValues, others };
}

function toInstrument(listed: SymbolInfo, filters: { readonly known: FilterValues }): Instrument {
  const { PRICE_FILTER: price, LOT_SIZE: lot, MARKET_LOT_SIZE: market } = filters.known;
  const { NOTIONAL: notional, MIN_NOTIONAL: minNotional } = filters.known;
  const tickUnits = price === undefined ? 0 : unitsFromDecimal(price.tickSize);
  if (price === undefined || tickUnits === 0) throw unusable(listed.symbol, "it states no price tick");
  const lotUnits = commonStep(listed.symbol, lot?.stepSize, market?.stepSize);
  return {
    symbol: listed.symbol,
    baseAsset: listed.baseAsset,
    quoteAsset: listed.quoteAsset,
    status: listed.status,
    tickUnits,
    lotUnits,
    unitsPerTickLot: unitsPerTickLot(tickUnits, lotUnits),
    minTicks: Math.ceil(unitsFromDecimal(price.minPrice) / tickUnits),
    maxTicks: upperBound(price.maxPrice, tickUnits),
    lotSize: quantityFilter(lot, lotUnits),
    marketLotSize: quantityFilter(market, lotUnits),
    minNotionalUnits: Math.max(
      unitsFromDecimal(notional?.minNotional ?? "0"),
      unitsFromDecimal(minNotional?.minNotional ?? "0"),
    ),
    maxNotionalUnits: upperBound(notional?.maxNotional ?? "0", 1),
    applyMinNotionalToMarket: (notional?.applyMinToMarket ?? false) || (minNotional?.applyToMarket ?? false),
    applyMaxNotionalToMarket: notional?.applyMaxToMarket ?? false,
    priceBand: priceBand(filters.known),
    maxOpenOrders: filters.known.MAX_NUM_ORDERS?.maxNumOrders ?? NONE,
  };
}

/** The quantity step that satisfies both filters. MARKET_LOT_SIZE really has 0, which disables its own. */
function commonStep(symbol: string, lotStep = "0", marketStep = "0"): number {
  const lot = unitsFromDecimal(lotStep);
  const market = unitsFromDecimal(marketStep);
  const coarser = Math.max(lot, market);
  const finer = Math.min(lot, market);
  if (lot === 0) throw unusable(symbol, "it states no quantity step");
  if (finer !== 0 && coarser % finer !== 0)
    throw unusable(symbol, "its two quantity steps have no common one");
  return coarser;
}

function quantityFilter(
  filter: { readonly minQty: string; readonly maxQty: string } | undefined,
  lotUnits: number,
): QuantityFilter {
  if (filter === undefined) return { minLots: 0, maxLots: NONE };
  return {
    minLots: Math.ceil(unitsFromDecimal(filter.minQty) / lotUnits),
    maxLots: upperBound(filter.maxQty, lotUnits),
  };
}

/** An upper bound in whole steps, rounded down; 0 disables it. */
function upperBound(text: string, stepUnits: number): number {
  const isDisabled = Number(text) === 0 || Number(text) >= LARGEST_EXACT;
  return isDisabled ? NONE : Math.floor(unitsFromDecimal(text) / stepUnits);
}

function priceBand({
  PERCENT_PRICE_BY_SIDE: bySide,
  PERCENT_PRICE: both,
}: FilterValues): Instrument["priceBand"] {
  if (bySide !== undefined) {
    return {
      bidUp: bySide.bidMultiplierUp,
      bidDown: bySide.bidMultiplierDown,
      askUp: bySide.askMultiplierUp,
      askDown: bySide.askMultiplierDown,
    };
  }
  if (both === undefined) return null;
  const { multiplierUp: up, multiplierDown: down } = both;
  return { bidUp: up, bidDown: down, askUp: up, askDown: down };
}

const unusable = (symbol: string, why: string): OutsideError =>
  new OutsideError(
    "instrument_unusable",
    `The exchange's filters for ${symbol} cannot be traded by: ${why}.`,
    {
      symbol,
      why,
    },
  );
