/** Seeded market history for strategy tests: a random walk whose drift and volatility change, in 1h and 4h candles. */
import type { Candle, CandleColumns } from "../../src/core/candles.ts";
import { seededRandom } from "../../src/core/random.ts";
import { type Timeframe, timeframeMs } from "../../src/core/timeframe.ts";

/** Midnight UTC, so that every fourth hour closes a 4h candle. */
export const HISTORY_START = Date.UTC(2024, 0, 1);

export function columnsOf(timeframe: Timeframe, candles: readonly Candle[]): CandleColumns {
  const column = (pick: (candle: Candle) => number) => Float64Array.from(candles, pick);
  return {
    timeframe,
    length: candles.length,
    openAt: column((candle) => candle.openAt),
    open: column((candle) => candle.open),
    high: column((candle) => candle.high),
    low: column((candle) => candle.low),
    close: column((candle) => candle.close),
    volume: column((candle) => candle.volume),
  };
}

/** Candles whose every price is the close; enough for strategies that read closes only. */
export const flatCandles = (timeframe: Timeframe, closes: readonly number[]): Candle[] =>
  closes.map((close, i) => ({
    openAt: HISTORY_START + i * timeframeMs(timeframe),
    open: close,
    high: close,
    low: close,
    close,
    volume: 1,
  }));

export function syntheticHours(seed: string, hours: number): Candle[] {
  const random = seededRandom(seed);
  const candles: Candle[] = [];
  const tick = (price: number): number => Math.round(price * 100) / 100;
  let price = 60_000;
  let drift = 0;
  let volatility = 0.004;
  for (let i = 0; i < hours; i++) {
    if (i % 160 === 0) {
      drift = 0.0006 * random.normal();
      volatility = 0.001 + 0.006 * random.next();
    }
    const open = price;
    price = tick(price * Math.exp(drift + volatility * random.normal()));
    candles.push({
      openAt: HISTORY_START + i * timeframeMs("1h"),
      open,
      high: tick(Math.max(open, price) * (1 + 0.5 * volatility * random.next())),
      low: tick(Math.min(open, price) * (1 - 0.5 * volatility * random.next())),
      close: price,
      volume: tick(100 * random.next()),
    });
  }
  return candles;
}

/** The complete 4h candles of 1h candles. */
export function fourHours(hours: readonly Candle[]): Candle[] {
  const candles: Candle[] = [];
  for (let i = 0; i + 4 <= hours.length; i += 4) {
    const bucket = hours.slice(i, i + 4);
    candles.push({
      openAt: bucket[0]!.openAt,
      open: bucket[0]!.open,
      high: Math.max(...bucket.map((candle) => candle.high)),
      low: Math.min(...bucket.map((candle) => candle.low)),
      close: bucket[3]!.close,
      volume: bucket.reduce((sum, candle) => sum + candle.volume, 0),
    });
  }
  return candles;
}

export function syntheticHistory(
  seed: string,
  hours: number,
): { timing: CandleColumns; regime: CandleColumns } {
  const candles = syntheticHours(seed, hours);
  return { timing: columnsOf("1h", candles), regime: columnsOf("4h", fourHours(candles)) };
}
