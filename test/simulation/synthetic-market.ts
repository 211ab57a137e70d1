/** Seeded markets for runs that must trade: trends that turn, quiet and wild stretches, prices on the 0.01 tick. */
import type { CandleColumns } from "../../src/core/candles.ts";
import { seededRandom } from "../../src/core/random.ts";
import { type Timeframe, timeframeMs } from "../../src/core/timeframe.ts";
import { CandleSeries } from "../../src/market/series.ts";

/** Monday 2024-01-01, midnight UTC. */
export const MARKET_START = Date.UTC(2024, 0, 1);

/** An hour's drift and volatility; shorter candles get their share of both. */
const HOURLY_DRIFT = 0.0012;
const HOURLY_VOLATILITY = 0.006;

/** `count` candles without gaps; regimes last about five days. */
export function syntheticMarket(seed: string, timeframe: Timeframe, count: number): CandleColumns {
  const random = seededRandom(seed);
  const series = new CandleSeries(timeframe, { capacity: count });
  const share = timeframeMs(timeframe) / timeframeMs("1h");
  const regimeCandles = Math.round(120 / share);
  let ticks = 4_000_000;
  let drift = 0;
  let volatility = HOURLY_VOLATILITY * Math.sqrt(share);
  for (let i = 0; i < count; i++) {
    if (i % regimeCandles === 0) {
      drift = HOURLY_DRIFT * share * random.normal();
      volatility = HOURLY_VOLATILITY * Math.sqrt(share) * (0.4 + 1.2 * random.next());
    }
    const open = ticks;
    ticks = Math.max(500_000, Math.round(ticks * Math.exp(drift + volatility * random.normal())));
    const reach = (): number => Math.round(open * volatility * 0.7 * random.next());
    const high = Math.max(open, ticks) + reach();
    const low = Math.min(open, ticks) - reach();
    const lots = 1 + random.integer(40_000_000 * share);
    const openAt = MARKET_START + i * timeframeMs(timeframe);
    series.push(openAt, open / 100, high / 100, low / 100, ticks / 100, lots / 100_000);
  }
  return series;
}
