/** The traded symbol: its scales and the exchange's filters, read from exchangeInfo, in exact integers. */
import { InputError, OutsideError } from "./errors.ts";
import { exact, mulDivFloor, UNITS_PER_ASSET } from "./money.ts";

export interface QuantityFilter {
  readonly minLots: number;
  /** `Number.MAX_SAFE_INTEGER` when the exchange sets none. */
  readonly maxLots: number;
}

export interface Instrument {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  /** TRADING, HALT, BREAK, END_OF_DAY, CANCEL_ONLY. */
  readonly status: string;
  /** One tick of price, in units (1e-8) of the quote asset: 1,000,000 for 0.01. */
  readonly tickUnits: number;
  /** One lot of quantity, in units (1e-8) of the base asset: 1,000 for 0.00001. */
  readonly lotUnits: number;
  /** Quote units of one tick × one lot: 10 for BTCUSDT. */
  readonly unitsPerTickLot: number;
  /** PRICE_FILTER; a bound of 0 in the exchange's words is disabled and stands here as 0 or MAX_SAFE_INTEGER. */
  readonly minTicks: number;
  readonly maxTicks: number;
  readonly lotSize: QuantityFilter;
  /** Applies to market orders on top of `lotSize`. */
  readonly marketLotSize: QuantityFilter;
  /** NOTIONAL or MIN_NOTIONAL, quote units. */
  readonly minNotionalUnits: number;
  readonly maxNotionalUnits: number;
  readonly applyMinNotionalToMarket: boolean;
  readonly applyMaxNotionalToMarket: boolean;
  /** PERCENT_PRICE(_BY_SIDE) as multipliers of the reference price; null when the exchange sets none. */
  readonly priceBand: {
    readonly bidUp: number;
    readonly bidDown: number;
    readonly askUp: number;
    readonly askDown: number;
  } | null;
  readonly maxOpenOrders: number;
}

/** Quote units of one tick × one lot; an instrument finer than 1e-8 is refused. */
export function unitsPerTickLot(tickUnits: number, lotUnits: number): number {
  const product = exact(tickUnits * lotUnits);
  if (product % UNITS_PER_ASSET !== 0) {
    throw new InputError("instrument_too_fine", "One tick × one lot is finer than 1e-8 of the quote asset.", {
      tickUnits,
      lotUnits,
    });
  }
  return product / UNITS_PER_ASSET;
}

/** Nearest tick of a price in quote units a base unit. */
export const ticksOf = (instrument: Instrument, price: number): number =>
  exact(Math.round((price * UNITS_PER_ASSET) / instrument.tickUnits));

/** The price a tick stands for, as a float for indicators and display. */
export const priceOf = (instrument: Instrument, ticks: number): number =>
  (ticks * instrument.tickUnits) / UNITS_PER_ASSET;

/** Exact quote units of a quantity at a price. */
export const notionalUnits = (instrument: Instrument, ticks: number, lots: number): number =>
  exact(ticks * lots * instrument.unitsPerTickLot);

/** Whole lots that an amount of quote units buys at a price, rounded down. */
export const lotsForUnits = (instrument: Instrument, units: number, ticks: number): number =>
  ticks <= 0 ? 0 : mulDivFloor(Math.max(0, units), 1, exact(ticks * instrument.unitsPerTickLot));

/** The quantity lots stand for, in whole base assets, as a float for display. */
export const quantityOf = (instrument: Instrument, lots: number): number =>
  (lots * instrument.lotUnits) / UNITS_PER_ASSET;

/** Throws OutsideError `scales_changed` when a tick or lot is another: everything stored is counted in the old ones. */
export function assertSameScales(before: Instrument, after: Instrument): void {
  const { tickUnits, lotUnits } = after;
  if (tickUnits === before.tickUnits && lotUnits === before.lotUnits) return;
  const message = "The exchange changed the symbol's tick or lot size.";
  throw new OutsideError("scales_changed", message, { tickUnits, lotUnits });
}
