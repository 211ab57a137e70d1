/** One side level of an order book: price in ticks, quantity in lots. */
export interface BookLevel {
  readonly ticks: number;
  readonly lots: number;
}

/** A snapshot of the order book, best price first on both sides. */
export interface OrderBook {
  /** When we received it, epoch ms. */
  readonly at: number;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}
