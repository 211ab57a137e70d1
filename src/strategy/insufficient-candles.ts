import type { Signal } from "../core/signal.ts";

/** The one signal of every strategy that is still warming up. */
export const INSUFFICIENT_CANDLES: Signal = Object.freeze({
  side: "hold",
  confidence: 0,
  reason: "insufficient_candles",
  values: Object.freeze({}),
});

/** Its entry in a strategy's table of reasons. */
export const INSUFFICIENT_REASON = {
  insufficient_candles: "There is not enough history yet for the strategy's indicators.",
} as const;
