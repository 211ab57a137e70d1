/** How much to buy or sell: whole lots, rounded down, never more than cash pays for or the position holds. */
import { type Instrument, lotsForUnits, notionalUnits } from "../core/instrument.ts";
import { bpsToPpm, mulDivCeil, mulDivFloor, PPM } from "../core/money.ts";
import type { Reason } from "../core/reasons.ts";
import { smallestLots } from "./dust.ts";
import type { HardLimits } from "./limits.ts";
import { confidenceMultiplier, drawdownMultiplier, volatilityMultiplier } from "./multipliers.ts";
import { PER_TRADE_MAX, PER_TRADE_MIN, type RiskValues } from "./parameters.ts";

export interface SizingFacts {
  readonly equityUnits: number;
  readonly cashUnits: number;
  readonly positionLots: number;
  /** The price expected before slippage. */
  readonly askTicks: number;
  /** The signal's, 0 to 1. */
  readonly confidence: number;
  /** 0 to 100, NaN when unknown. */
  readonly volatilityPercentile: number;
  /** Fall of equity below its peak, as a share of the peak. */
  readonly drawdownFraction: number;
  /** ATR in ticks (not necessarily whole), NaN when unknown. */
  readonly atrTicks: number;
}

export interface Sizing {
  /** 0 exactly when `reason` is not null. */
  readonly lots: number;
  /** Value of the lots at the price expected. */
  readonly notionalUnits: number;
  /** The share of equity asked for, after multipliers and bounds. */
  readonly fraction: number;
  readonly multipliers: {
    readonly confidence: number;
    readonly volatility: number;
    readonly drawdown: number;
  };
  /** What made the size smaller than asked for. */
  readonly cappedBy: "none" | "exposure" | "cash" | "order_limit" | "exchange";
  readonly reason: Reason | null;
}

/** Shares of equity are taken in whole billionths: exact, and the same on every machine. */
const BILLION = 1_000_000_000;

/** The size of an entry. The exchange's filters (minimum notional among them) are checked afterwards by `checkFilters`. */
export function sizeEntry(
  risk: RiskValues,
  limits: HardLimits,
  instrument: Instrument,
  facts: SizingFacts,
): Sizing {
  const multipliers = {
    confidence: risk.use_confidence ? confidenceMultiplier(facts.confidence) : 1,
    volatility: risk.use_volatility ? volatilityMultiplier(facts.volatilityPercentile) : 1,
    drawdown: risk.use_drawdown ? drawdownMultiplier(facts.drawdownFraction) : 1,
  };
  const wanted = risk.per_trade * multipliers.confidence * multipliers.volatility * multipliers.drawdown;
  const fraction = Math.min(Math.max(wanted, PER_TRADE_MIN), PER_TRADE_MAX, limits.perTrade);
  const size = (lots: number, cappedBy: Sizing["cappedBy"], reason: Reason | null): Sizing => ({
    lots: reason === null ? lots : 0,
    notionalUnits: reason === null ? notionalUnits(instrument, facts.askTicks, lots) : 0,
    fraction,
    multipliers,
    cappedBy,
    reason,
  });

  const asked = askedLots(risk, instrument, facts, fraction);
  if (asked === null) return size(0, "none", "insufficient_candles");

  const room = exposureRoomLots(risk, limits, instrument, facts);
  if (room <= 0) return size(0, "exposure", "max_exposure_reached");
  const affordable = affordableLots(risk, instrument, facts.cashUnits, facts.askTicks);
  if (affordable < smallestLots(instrument, facts.askTicks)) return size(0, "cash", "insufficient_cash");

  let lots = asked;
  let cappedBy: Sizing["cappedBy"] = "none";
  const cap = (bound: number, by: Sizing["cappedBy"]): void => {
    if (bound >= lots) return;
    lots = bound;
    cappedBy = by;
  };
  cap(room, "exposure");
  cap(affordable, "cash");
  cap(lotsForUnits(instrument, limits.maxOrderNotionalUnits, facts.askTicks), "order_limit");
  cap(largestLots(instrument, facts.askTicks), "exchange");
  return lots > 0 ? size(lots, cappedBy, null) : size(0, cappedBy, "quantity_rounded_to_zero");
}

/** The lots the per-trade share asks for; null when a stop distance is needed and no ATR is known. */
function askedLots(
  risk: RiskValues,
  instrument: Instrument,
  facts: SizingFacts,
  fraction: number,
): number | null {
  const equityUnits = Math.max(0, facts.equityUnits);
  const shareUnits = mulDivFloor(equityUnits, Math.round(fraction * BILLION), BILLION);
  if (risk.sizing === "notional") return lotsForUnits(instrument, shareUnits, facts.askTicks);
  const distanceTicks = Math.ceil(facts.atrTicks * risk.atr_stop_multiple);
  // A long stop cannot lie below zero, so no lot can lose more than its price.
  return distanceTicks > 0
    ? lotsForUnits(instrument, shareUnits, Math.min(distanceTicks, facts.askTicks))
    : null;
}

/** Lots until the position's value reaches the largest exposure. */
function exposureRoomLots(
  risk: RiskValues,
  limits: HardLimits,
  instrument: Instrument,
  facts: SizingFacts,
): number {
  const share = Math.round(Math.min(risk.max_exposure, limits.maxExposure) * PPM);
  const boundUnits = mulDivFloor(Math.max(0, facts.equityUnits), share, PPM);
  const heldUnits = notionalUnits(instrument, facts.askTicks, facts.positionLots);
  return lotsForUnits(instrument, boundUnits - heldUnits, facts.askTicks);
}

/** Lots that cash pays for at the price after slippage, fee included (a fee rounded up to the unit still fits). */
function affordableLots(
  risk: RiskValues,
  instrument: Instrument,
  cashUnits: number,
  askTicks: number,
): number {
  const worstTicks = mulDivCeil(askTicks, PPM + bpsToPpm(risk.slippage_bps), PPM);
  const spendable = mulDivFloor(Math.max(0, cashUnits), PPM, PPM + bpsToPpm(risk.fee_bps));
  return lotsForUnits(instrument, spendable, worstTicks);
}

/** The largest market order the exchange takes, in lots. */
function largestLots(instrument: Instrument, ticks: number): number {
  const byQuantity = Math.min(instrument.lotSize.maxLots, instrument.marketLotSize.maxLots);
  if (!instrument.applyMaxNotionalToMarket) return byQuantity;
  return Math.min(byQuantity, lotsForUnits(instrument, instrument.maxNotionalUnits, ticks));
}

export interface ExitSizing {
  /** 0 exactly when `reason` is not null; never more than the position. */
  readonly lots: number;
  readonly reason: Reason | null;
}

/**
 * The size of an exit: a share (0 to 1] of the position in lots at a price in ticks. What would be left too small to sell
 * goes along; a part too small to sell alone is refused; beyond the exchange's largest order the rest is left for the next.
 */
export function sizeExit(
  instrument: Instrument,
  positionLots: number,
  fraction: number,
  ticks: number,
): ExitSizing {
  const smallest = smallestLots(instrument, ticks);
  if (positionLots < smallest) return { lots: 0, reason: "no_inventory_to_sell" };
  const share = Math.min(PPM, Math.round(fraction * PPM));
  const part = mulDivFloor(positionLots, share, PPM);
  const lots = positionLots - part < smallest ? positionLots : part;
  if (lots < smallest)
    return { lots: 0, reason: lots < 1 ? "quantity_rounded_to_zero" : "below_min_notional" };
  return { lots: Math.min(lots, largestLots(instrument, ticks)), reason: null };
}
