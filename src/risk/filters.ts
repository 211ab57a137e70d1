/** The exchange's own filters, checked exactly before an order is recorded: what passes here is not refused there for its numbers. */
import type { Instrument } from "../core/instrument.ts";
import { mulDivCeil, mulDivFloor } from "../core/money.ts";
import type { OrderIntent } from "../core/order.ts";
import type { Reason } from "../core/reasons.ts";

/**
 * Of an intent, what filters look at. `decisionTicks` stands for the reference price: the exchange uses its own average,
 * so an order close to a notional or band bound may still be refused there.
 */
export type FilteredOrder = Pick<OrderIntent, "side" | "type" | "lots" | "limitTicks" | "decisionTicks">;

/** Band multipliers carry up to 8 decimals. */
const BAND_SCALE = 100_000_000;

/** The first filter that would refuse the order, or null. `openOrders` counts our resting orders on the symbol. */
export function checkFilters(instrument: Instrument, order: FilteredOrder, openOrders = 0): Reason | null {
  if (instrument.status !== "TRADING") return "symbol_not_trading";
  if (order.lots === 0) return "quantity_rounded_to_zero";
  if (!isQuantityAllowed(instrument, order)) return "filter_refused";

  const ticks = order.type === "limit" ? order.limitTicks : order.decisionTicks;
  if (ticks === null || !Number.isSafeInteger(ticks) || ticks <= 0) return "filter_refused";
  if (order.type === "limit") {
    if (ticks < instrument.minTicks || ticks > instrument.maxTicks) return "filter_refused";
    if (openOrders >= instrument.maxOpenOrders) return "filter_refused";
    if (!isWithinBand(instrument, order.side, ticks, order.decisionTicks)) return "price_out_of_band";
  }
  return checkNotional(instrument, order.type, ticks, order.lots);
}

function isQuantityAllowed(instrument: Instrument, order: FilteredOrder): boolean {
  const { lots, type } = order;
  if (!Number.isSafeInteger(lots) || lots < 0) return false;
  if (lots < instrument.lotSize.minLots || lots > instrument.lotSize.maxLots) return false;
  if (type === "limit") return true;
  return lots >= instrument.marketLotSize.minLots && lots <= instrument.marketLotSize.maxLots;
}

function isWithinBand(
  instrument: Instrument,
  side: "buy" | "sell",
  ticks: number,
  referenceTicks: number,
): boolean {
  const band = instrument.priceBand;
  if (band === null) return true;
  if (!Number.isSafeInteger(referenceTicks) || referenceTicks <= 0) return false;
  const up = Math.round((side === "buy" ? band.bidUp : band.askUp) * BAND_SCALE);
  const down = Math.round((side === "buy" ? band.bidDown : band.askDown) * BAND_SCALE);
  return (
    ticks <= mulDivFloor(referenceTicks, up, BAND_SCALE) &&
    ticks >= mulDivCeil(referenceTicks, down, BAND_SCALE)
  );
}

function checkNotional(
  instrument: Instrument,
  type: OrderIntent["type"],
  ticks: number,
  lots: number,
): Reason | null {
  const units = ticks * lots * instrument.unitsPerTickLot;
  // Beyond exact money no order of ours can be meant.
  if (!Number.isSafeInteger(units)) return "above_max_notional";
  const isMinApplied = type === "limit" || instrument.applyMinNotionalToMarket;
  if (isMinApplied && units < instrument.minNotionalUnits) return "below_min_notional";
  const isMaxApplied = type === "limit" || instrument.applyMaxNotionalToMarket;
  if (isMaxApplied && units > instrument.maxNotionalUnits) return "above_max_notional";
  return null;
}
