/** What a card or the page shows as a picture: figures alone, which the charts room draws. Instants in epoch ms, prices and amounts as floats. */
import type { Side } from "./signal.ts";
import type { Timeframe } from "./timeframe.ts";

/** One column an entry each, oldest first; all of one length. */
export interface CandleFigures {
  readonly openAt: readonly number[];
  readonly open: readonly number[];
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
  readonly volume: readonly number[];
}

export interface CandleChart {
  readonly of: "candles";
  readonly title: string;
  /** Of the axis's times (IANA). */
  readonly timeZone: string;
  readonly timeframe: Timeframe;
  readonly candles: CandleFigures;
  /** Such as `EMA 20`; as long as the candles, null while it warms up. */
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  readonly fills: readonly { readonly at: number; readonly side: Side; readonly price: number }[];
}

export interface EquityChart {
  readonly of: "equity";
  readonly title: string;
  readonly timeZone: string;
  readonly quoteAsset: string;
  readonly at: readonly number[];
  readonly equity: readonly number[];
  /** Fall below the peak as a fraction: 0 at the peak, 0.1 for ten percent. */
  readonly drawdown: readonly number[];
}

export interface QrCode {
  readonly of: "qr";
  readonly text: string;
}

export type Chart = CandleChart | EquityChart;
export type Picture = Chart | QrCode;
