/** Hourly candles of a seeded random walk with fat days, for proofs that need no exchange. */
import type { CandleColumns } from "../src/core/candles.ts";
import { seededRandom } from "../src/core/random.ts";

const HOUR_MS = 3_600_000;
const START_AT = Date.UTC(2020, 0, 1);

export function syntheticHours(seed: string, length: number): CandleColumns {
  const random = seededRandom(seed);
  const column = () => new Float64Array(length);
  const columns = {
    openAt: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  const onTick = (price: number): number => Math.round(price * 100) / 100;
  let price = 30_000;
  let volatility = 0.006;
  for (let i = 0; i < length; i++) {
    if (i % 24 === 0) volatility = 0.003 + 0.009 * random.next() ** 2;
    const open = price;
    // Pulled gently back to 30,000, so that a long walk stays at prices like a market's.
    price = onTick(price * Math.exp(volatility * random.normal() - 0.0004 * Math.log(price / 30_000)));
    columns.openAt[i] = START_AT + i * HOUR_MS;
    columns.open[i] = open;
    columns.close[i] = price;
    columns.high[i] = onTick(Math.max(open, price) * (1 + random.next() * volatility));
    columns.low[i] = onTick(Math.min(open, price) * (1 - random.next() * volatility));
    columns.volume[i] = Math.round(random.next() * 4e8) / 1e5;
  }
  return { timeframe: "1h", length, ...columns };
}

/** Hourly candles that dip sharply and recover about once a day: a market on which mean_reversion trades all the time. */
export function dippingHours(seed: string, length: number): CandleColumns {
  const random = seededRandom(seed);
  const column = () => new Float64Array(length);
  const columns = {
    openAt: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  const onTick = (price: number): number => Math.round(price * 100) / 100;
  let previous = 30_000;
  let dip = 0;
  for (let i = 0; i < length; i++) {
    dip = dip === 0 && random.next() < 1 / 12 ? 0.06 : Math.max(0, dip - 0.015);
    const close = onTick(30_000 * (1 - dip + 0.001 * random.normal()));
    columns.openAt[i] = START_AT + i * HOUR_MS;
    columns.open[i] = previous;
    columns.close[i] = close;
    columns.high[i] = onTick(Math.max(previous, close) * 1.0005);
    columns.low[i] = onTick(Math.min(previous, close) * 0.9995);
    columns.volume[i] = Math.round((100 + random.next() * 50) * 1e5) / 1e5;
    previous = close;
  }
  return { timeframe: "1h", length, ...columns };
}
