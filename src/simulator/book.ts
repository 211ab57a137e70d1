/** A plausible order book around the last price, drawn afresh each second from the seed. */
import type { BookLevel, OrderBook } from "../core/book.ts";
import { type Random, seededRandom } from "../core/random.ts";

/** The most levels a side, as the exchange's depth endpoint gives. */
export const MOST_LEVELS = 5000;

/** Ticks of spread beyond the first for each tick of a minute's range: wider when it is rough, one tick when calm. */
const SPREAD_A_RANGE_TICK = 0.0006;
/** Price steps between levels widen from about this share of the price at the top… */
const STEP_AT_TOP = 0.0000004;
/** …by this much a level, so that 5,000 levels reach about 2 % away, with some 1,000 BTC between. */
const STEP_GROWTH = 0.004;
/** Median lots at the best price (0.8 BTC), behind it (0.03 BTC), and how fast the latter grow with distance. */
const BEST_LOTS = 80_000;
const LEVEL_LOTS = 3_000;
const LOTS_GROWTH = 0.0015;
const LOTS_SPREAD = 1.1;

export interface BookMoment {
  readonly seed: number | string;
  /** Epoch ms; the draw changes with the second, the price it stands around may move within it. */
  readonly at: number;
  readonly lastTicks: number;
  /** Range of a recent minute in ticks, the measure of roughness. */
  readonly rangeTicks: number;
}

/** Best first, prices apart, the last price within the spread; fewer levels are the first of more. */
export function bookAt({ seed, at, lastTicks, rangeTicks }: BookMoment, levels: number): OrderBook {
  const random = seededRandom(`${seed}/book/${Math.floor(at / 1000)}`);
  const spread = 1 + Math.floor(-Math.log(1 - random.next()) * rangeTicks * SPREAD_A_RANGE_TICK);
  const bestBid = Math.max(1, lastTicks - random.integer(spread + 1));
  const count = Math.min(levels, MOST_LEVELS);
  return {
    at,
    bids: side(random.fork("bids"), bestBid, -1, lastTicks, count),
    asks: side(random.fork("asks"), bestBid + spread, 1, lastTicks, count),
  };
}

function side(
  random: Random,
  best: number,
  direction: 1 | -1,
  lastTicks: number,
  count: number,
): BookLevel[] {
  const levels: BookLevel[] = [];
  let ticks = best;
  for (let i = 0; i < count && ticks >= 1; i++) {
    const median = i === 0 ? BEST_LOTS : LEVEL_LOTS * (1 + i * LOTS_GROWTH);
    levels.push({ ticks, lots: Math.max(1, Math.round(median * Math.exp(LOTS_SPREAD * random.normal()))) });
    const meanStep = lastTicks * STEP_AT_TOP * (1 + i * STEP_GROWTH);
    ticks += direction * (1 + Math.floor(-Math.log(1 - random.next()) * meanStep));
  }
  return levels;
}
