import type { Timeframe } from "./timeframe.ts";

/** One closed candle. Prices in quote units a base unit as floats that lie exactly on the tick; `openAt` in epoch ms. */
export interface Candle {
  readonly openAt: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Base asset volume. */
  readonly volume: number;
}

/**
 * Candle history as columns, oldest first, strictly rising `openAt`. Only indexes below `length` are filled:
 * the arrays may be longer (a growing series), so never iterate over the arrays themselves.
 */
export interface CandleColumns {
  readonly timeframe: Timeframe;
  readonly length: number;
  readonly openAt: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

export function candleAt(columns: CandleColumns, index: number): Candle {
  return {
    openAt: columns.openAt[index]!,
    open: columns.open[index]!,
    high: columns.high[index]!,
    low: columns.low[index]!,
    close: columns.close[index]!,
    volume: columns.volume[index]!,
  };
}
