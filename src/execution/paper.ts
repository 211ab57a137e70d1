/** The paper broker: an order and the market in, fills out. Pure, so identical inputs give identical fills. */
import type { BookLevel, OrderBook } from "../core/book.ts";
import { type Instrument, notionalUnits } from "../core/instrument.ts";
import { mulDivCeil, mulDivFloor, PPM, ppmCeil } from "../core/money.ts";
import type { Fill, OrderIntent, OrderStatus } from "../core/order.ts";
import type { Side } from "../core/signal.ts";

export interface PaperRates {
  readonly feePpm: number;
  readonly slippagePpm: number;
}

export interface PaperOutcome {
  readonly status: Extract<OrderStatus, "filled" | "partially_filled" | "expired" | "open">;
  readonly fills: readonly Fill[];
}

/** The price moved against us by the slippage, rounded to the worse tick. */
export const slippedTicks = (side: Side, ticks: number, slippagePpm: number): number =>
  side === "buy"
    ? mulDivCeil(ticks, PPM + slippagePpm, PPM)
    : Math.max(1, mulDivFloor(ticks, PPM - slippagePpm, PPM));

function takerFill(
  instrument: Instrument,
  side: Side,
  ticks: number,
  lots: number,
  at: number,
  feePpm: number,
  isMaker = false,
): Fill {
  const feeUnits = ppmCeil(notionalUnits(instrument, ticks, lots), feePpm);
  return { side, ticks, lots, feeUnits, feeAsset: instrument.quoteAsset, isMaker, at };
}

/** A market order filled whole at a reference price with fixed slippage. */
export function fillWithSlippage(
  instrument: Instrument,
  intent: OrderIntent,
  referenceTicks: number,
  at: number,
  rates: PaperRates,
): PaperOutcome {
  const ticks = slippedTicks(intent.side, referenceTicks, rates.slippagePpm);
  return {
    status: "filled",
    fills: [takerFill(instrument, intent.side, ticks, intent.lots, at, rates.feePpm)],
  };
}

/** A market order walking the book level by level; what the book cannot give expires, as on the exchange. */
export function fillFromBook(
  instrument: Instrument,
  intent: OrderIntent,
  book: OrderBook,
  rates: PaperRates,
): PaperOutcome {
  const levels: readonly BookLevel[] = intent.side === "buy" ? book.asks : book.bids;
  const fills: Fill[] = [];
  let left = intent.lots;
  for (const level of levels) {
    if (left === 0) break;
    const lots = Math.min(left, level.lots);
    if (lots <= 0) continue;
    fills.push(takerFill(instrument, intent.side, level.ticks, lots, book.at, rates.feePpm));
    left -= lots;
  }
  return { status: left === 0 ? "filled" : "expired", fills };
}

/** What a resting limit order met in one closed candle. */
export interface CandleRange {
  readonly highTicks: number;
  readonly lowTicks: number;
  readonly volumeLots: number;
  readonly closeAt: number;
}

/** Share of a candle's volume a resting order may take: we are never the whole market. */
const PARTICIPATION_PPM = 100_000;

/**
 * A resting limit order against one candle: it fills only when the market traded through its price (a touch may have
 * left it behind in the queue), at its own price, and at most `PARTICIPATION_PPM` of the candle's volume.
 */
export function fillResting(
  instrument: Instrument,
  order: { readonly side: Side; readonly limitTicks: number; readonly lotsLeft: number },
  range: CandleRange,
  feePpm: number,
): PaperOutcome {
  const tradedThrough =
    order.side === "buy" ? range.lowTicks < order.limitTicks : range.highTicks > order.limitTicks;
  const lots = tradedThrough
    ? Math.min(order.lotsLeft, mulDivFloor(range.volumeLots, PARTICIPATION_PPM, PPM))
    : 0;
  if (lots === 0) return { status: "open", fills: [] };
  const fill = takerFill(instrument, order.side, order.limitTicks, lots, range.closeAt, feePpm, true);
  return { status: lots === order.lotsLeft ? "filled" : "partially_filled", fills: [fill] };
}
