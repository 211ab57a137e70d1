/** The one table of reason codes a cycle may end with; `docs/reason-codes.md` is generated from it. */
export const REASONS = {
  executed: "An order was filled.",
  order_placed: "A limit order was placed and waits in the book.",
  no_new_candle: "No new candle of the timing timeframe has closed since the last decision.",
  insufficient_candles: "There is not enough history yet for the strategy's indicators.",
  stale_data: "Market data is older than two cycles plus one candle; entries are denied until it is fresh.",
  late_candle:
    "The candle closed too long ago (a pause or downtime lay between); entries only follow within two cycles.",
  system_not_running: "The system is paused or stopped; only protective exits may leave.",
  entry_locked: "A protection or a hand-set lock blocks entries; exits go on.",
  max_daily_loss_exceeded:
    "Today's realised loss has reached the limit; entries are denied until the next UTC day.",
  max_exposure_reached: "The position already reaches the largest allowed share of equity.",
  already_in_position: "The strategy says buy, but a position is already held.",
  no_inventory_to_sell: "The strategy says sell, but nothing is held.",
  signal_hold: "The strategy says hold.",
  quantity_rounded_to_zero: "The size is below one lot.",
  below_min_notional: "The order's value is below the exchange's minimum.",
  above_max_notional: "The order's value is above the exchange's maximum or our own hard limit.",
  filter_refused: "An exchange filter would refuse the order.",
  insufficient_cash: "There is not enough quote currency for the smallest order and its fee.",
  order_throttled: "Too many orders in the window.",
  order_unresolved: "An earlier order's outcome is unknown; no new order leaves until it is resolved.",
  order_pending: "A limit order is still open.",
  symbol_not_trading: "The exchange does not trade the symbol at the moment.",
  spread_too_wide: "The spread is beyond the bound.",
  book_too_thin: "The order book cannot fill the order, or could not be read.",
  price_out_of_band: "The price lies outside the exchange's band.",
} as const;

export type Reason = keyof typeof REASONS;
