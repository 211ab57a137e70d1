import type { OrderPurpose } from "./order.ts";

/** What fills add up to for one account, in exact integers. */
export interface Position {
  /** Whole lots that can be sold. */
  readonly lots: number;
  /** Quote units paid for what is held, fees not included. */
  readonly costUnits: number;
  /** Gross realised profit and loss, quote units; fees stand apart. */
  readonly realisedUnits: number;
  /** Fees paid in the quote asset, quote units. */
  readonly feesUnits: number;
  /** When the open position was entered, epoch ms; null when flat. */
  readonly openedAt: number | null;
}

/** One round trip, from the fill that opened the position to the one that closed it. */
export interface ClosedTrade {
  readonly entryAt: number;
  readonly exitAt: number;
  /** Lots bought over the whole trade. */
  readonly lots: number;
  /** Quote units paid and received, fees not included. */
  readonly entryUnits: number;
  readonly exitUnits: number;
  readonly feesUnits: number;
  /** Net of fees. */
  readonly pnlUnits: number;
  /** Why it was closed. */
  readonly purpose: OrderPurpose;
}

/** The account's value at one instant. */
export interface EquityPoint {
  readonly at: number;
  readonly markTicks: number;
  readonly lots: number;
  readonly cashUnits: number;
  readonly equityUnits: number;
  readonly peakUnits: number;
}
