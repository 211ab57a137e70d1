import { ApiError } from "./api-error.ts";
import type { MarketView } from "./endpoint.ts";
import { LISTED_SYMBOL } from "./listed-symbol.ts";
import type { Query } from "./query.ts";

const STATUSES = ["TRADING", "HALT", "BREAK"];

/** The exchange's rules and the listed symbol; order limits as the exchange's own documentation shows them. */
export function exchangeInfo(query: Query, view: MarketView): string {
  query.symbols();
  const permissions = query.optional("permissions");
  const showPermissionSets = query.optional("showPermissionSets", "^(true|false)$") !== "false";
  const status = query.optional("symbolStatus");
  query.finish();
  if (status !== null && !STATUSES.includes(status)) throw new ApiError(-1122, "Invalid symbolStatus.");
  const isAsked =
    (status === null || status === LISTED_SYMBOL.status) &&
    (permissions === null || /\bSPOT\b/.test(permissions));
  const { permissionSets, ...symbol } = LISTED_SYMBOL;
  const weight = { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1 };
  return JSON.stringify({
    timezone: "UTC",
    serverTime: view.serverTime(),
    rateLimits: [
      { ...weight, limit: view.requestWeightPerMinute },
      { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: 50 },
      { rateLimitType: "ORDERS", interval: "DAY", intervalNum: 1, limit: 160_000 },
      { rateLimitType: "RAW_REQUESTS", interval: "MINUTE", intervalNum: 5, limit: 300_000 },
    ],
    exchangeFilters: [],
    symbols: isAsked ? [showPermissionSets ? { ...symbol, permissionSets } : symbol] : [],
  });
}
