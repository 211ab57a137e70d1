/** Candles from outside (an imported file) as the simulated market; what they do not say of trades is estimated. */
import { type CandleColumns, candleAt } from "../core/candles.ts";
import { InputError } from "../core/errors.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import type { CandleSource } from "./candle-source.ts";
import { GrowingCandles } from "./traded-candles.ts";

/** Base volume of a typical BTCUSDT trade (median over 2021 to 2023: 0.038 BTC). */
const VOLUME_A_TRADE = 0.038;

export class ReplayedCandles implements CandleSource {
  readonly name = "replay";
  readonly baseTimeframe: Timeframe;
  readonly endsAt: number;
  readonly candles: GrowingCandles;

  /** Copies the columns. Quote volume is taken at the mean of open, high, low and close; takers bought half. Throws `empty_replay`. */
  constructor(columns: CandleColumns) {
    if (columns.length === 0) {
      throw new InputError(
        "empty_replay",
        "The file to replay has no candles; give one with at least one row.",
      );
    }
    this.baseTimeframe = columns.timeframe;
    this.candles = new GrowingCandles(columns.timeframe);
    let firstTradeId = 1;
    for (let i = 0; i < columns.length; i++) {
      const candle = candleAt(columns, i);
      const meanPrice = (candle.open + candle.high + candle.low + candle.close) / 4;
      const trades = candle.volume > 0 ? Math.max(1, Math.round(candle.volume / VOLUME_A_TRADE)) : 0;
      const takerVolume = Math.round((candle.volume / 2) * 1e8) / 1e8;
      this.candles.push({
        ...candle,
        ...{ trades, takerVolume, firstTradeId },
        quoteVolume: Math.round(candle.volume * meanPrice * 1e4) / 1e4,
        takerQuoteVolume: Math.round(takerVolume * meanPrice * 1e4) / 1e4,
      });
      firstTradeId += trades;
    }
    this.endsAt = columns.openAt[columns.length - 1]! + timeframeMs(columns.timeframe);
  }

  upTo(): void {}
}
