export type Side = "buy" | "sell";

/** What a strategy says about one closed timing candle. */
export interface Signal {
  readonly side: Side | "hold";
  /** 0 to 1. */
  readonly confidence: number;
  /** A stable code of the strategy, such as `bullish_wait_pullback`. */
  readonly reason: string;
  /** Indicator values the signal was made from, for `/why`. */
  readonly values: Readonly<Record<string, number>>;
}
