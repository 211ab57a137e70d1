/** The price a position is valued at: the newest of the last candle's close and the last quote. */
import { ticksOf } from "../core/instrument.ts";
import type { Engine } from "../engine/engine.ts";

export interface Mark {
  readonly ticks: number;
  readonly at: number;
}

/** Null before any price is known. */
export function markOf(engine: Engine): Mark | null {
  const { trader } = engine.current();
  const closedAt = Math.max(trader.lastTimingCloseAt, trader.lastExitCloseAt);
  const quote = engine.lastQuote;
  if (quote !== null && quote.at >= closedAt) {
    return { ticks: ticksOf(trader.rules.instrument, quote.price), at: quote.at };
  }
  return trader.markTicks === 0 ? null : { ticks: trader.markTicks, at: closedAt };
}
