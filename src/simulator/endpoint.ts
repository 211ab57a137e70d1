/** One endpoint of the exchange: where it is, what it weighs, what it answers. */
import type { SimulatedMarket } from "./market.ts";
import type { Query } from "./query.ts";

export interface MarketView {
  readonly market: SimulatedMarket;
  /** The exchange's stated time, which a fault may set off. */
  serverTime(): number;
  readonly requestWeightPerMinute: number;
}

export interface Endpoint {
  readonly path: string;
  /** What a request costs, before anything of it is checked. */
  weight(sent: URLSearchParams): number;
  /** The answer's JSON text; throws ApiError. */
  answer(query: Query, view: MarketView): string;
}
