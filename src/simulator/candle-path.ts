/** How a candle comes about: the price at any instant within it, and the candle as far as it has got. */
import { seededRandom } from "../core/random.ts";
import { onTick } from "./listed-symbol.ts";
import type { TradedCandle } from "./traded-candles.ts";

/** How often the first extreme lies against the candle's direction: a rising candle usually dips first. */
const DIPS_FIRST = 0.7;

/**
 * The candle as it stands a share (0 to 1) of the way through. The price runs in straight lines from open over both
 * extremes, in an order and at moments drawn from the seed and the opening time, to close; volumes grow evenly.
 * At 0 nothing has traded yet and all four prices are the open; at 1 it is the candle itself.
 */
export function candleSoFar(candle: TradedCandle, share: number, seed: number | string): TradedCandle {
  if (share >= 1) return candle;
  const { open, high, low } = candle;
  let highest = open;
  let lowest = open;
  let price = open;
  let [from, fromShare] = [open, 0];
  for (const [to, toShare] of waypoints(candle, seed)) {
    const walked = Math.min(1, Math.max(0, (share - fromShare) / (toShare - fromShare)));
    price = walked === 1 ? to : Math.min(high, Math.max(low, onTick(from + (to - from) * walked)));
    highest = Math.max(highest, price);
    lowest = Math.min(lowest, price);
    if (walked < 1) break;
    [from, fromShare] = [to, toShare];
  }
  return {
    ...{ openAt: candle.openAt, open, high: highest, low: lowest, close: price },
    firstTradeId: candle.firstTradeId,
    volume: portion(candle.volume, share, 1e5),
    quoteVolume: portion(candle.quoteVolume, share, 1e4),
    trades: Math.floor(candle.trades * share),
    takerVolume: portion(candle.takerVolume, share, 1e5),
    takerQuoteVolume: portion(candle.takerQuoteVolume, share, 1e4),
  };
}

function waypoints(candle: TradedCandle, seed: number | string): [price: number, share: number][] {
  const random = seededRandom(`${seed}/path/${candle.openAt}`);
  const goesAgainst = random.next() < DIPS_FIRST;
  const lowFirst = candle.close >= candle.open === goesAgainst;
  const first = 0.08 + 0.42 * random.next();
  const second = first + (0.96 - first) * (0.2 + 0.75 * random.next());
  return [
    [lowFirst ? candle.low : candle.high, first],
    [lowFirst ? candle.high : candle.low, second],
    [candle.close, 1],
  ];
}

const portion = (amount: number, share: number, scale: number): number =>
  Math.floor(amount * share * scale) / scale;
