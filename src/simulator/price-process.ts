/**
 * A seeded price process that looks like BTCUSDT at one minute, so that strategies meet what they meet outside.
 *
 * Log volatility is the sum of three mean-reverting parts (half-lives of minutes, hours and days: a cheap stand-in
 * for the long memory of realised volatility, after Corsi's HAR model), an hour-of-day pattern, the regime's level
 * and an excitement that each jump leaves behind. Regimes (up, down, range) follow a Markov chain with stays of days.
 *
 * Stylised facts that hold (held by test/simulator/price-process.test.ts), beside what real candles show
 * (1h candles of 2017-08 to 2023-12 in windows of 120 days, 5th to 95th percentile; 1m candles of late 2021 and spring 2023):
 *   - fat tails: excess kurtosis of 1h log returns well above 0 (real 6 to 51)
 *   - volatility clusters: mean autocorrelation of squared 1h returns at lags 1 to 24 positive (real 0.01 to 0.12)
 *   - returns themselves are nearly uncorrelated (real lag-1 autocorrelation at 1h −0.09 to 0.03)
 *   - annualised volatility between 30 and 120 % (real 40 to 136 %)
 *   - volume moves with |return| (real correlation of log volume and |return| at 1m 0.45 to 0.56) and with the hour (UTC)
 * Facts it does not have: serial dependence across weekdays, halts, round-number effects.
 */
import { type Random, seededRandom } from "../core/random.ts";
import { bucketOpenAt, timeframeMs } from "../core/timeframe.ts";
import type { CandleSource } from "./candle-source.ts";
import { LOTS_PER_BASE, onTick, TICKS_PER_QUOTE } from "./listed-symbol.ts";
import { GrowingCandles, type TradedCandle } from "./traded-candles.ts";

const MINUTE_MS = timeframeMs("1m");
const MINUTES_A_DAY = 1440;

/** The diffusion alone; jumps and what they excite bring it to about 60 % a year, the middle of the real windows. */
const YEARLY_VOLATILITY = 0.54;
const MEAN_VOLATILITY = YEARLY_VOLATILITY / Math.sqrt(365 * MINUTES_A_DAY);
/** The share of a deviation that stays after a minute. */
const keep = (halfLife: number): number => 2 ** (-1 / halfLife);

/**
 * Parts of log volatility by half-life in minutes and standard deviation. Together with jumps they give daily
 * volatility about the real persistence (lag-1 autocorrelation of its log 0.67 over six years, less within one).
 */
const VOLATILITY_PARTS = [
  { halfLife: 10, deviation: 0.42 },
  { halfLife: 420, deviation: 0.38 },
  { halfLife: 8 * MINUTES_A_DAY, deviation: 0.32 },
].map(({ halfLife, deviation }) => ({
  deviation,
  keep: keep(halfLife),
  fresh: deviation * Math.sqrt(1 - keep(halfLife) ** 2),
  // Makes the mean of exp(2 × part) one, so that the parts spread the variance without adding to it.
  centre: deviation * deviation,
}));
const JUMPS_A_DAY = 0.8;
/** Standard deviation of a jump's log size at the mean volatility. */
const JUMP_DEVIATION = 0.014;
/** What a jump adds to log volatility, and how fast that fades. */
const EXCITEMENT = { added: 0.9, most: 1.5, keep: keep(45) };

/** Real 1h candles 2017–2023: standard deviation of returns and mean volume by UTC hour, relative to the day's. */
const VOLATILITY_BY_HOUR = [
  ...[1.09, 1.03, 1.03, 0.89, 0.9, 0.84, 0.89, 0.9, 0.95, 0.92, 1.11, 0.91],
  ...[1.08, 1.1, 1.19, 1.07, 1.12, 0.96, 0.92, 0.95, 1.03, 1.0, 0.97, 1.06],
];
const VOLUME_BY_HOUR = [
  ...[1.03, 0.9, 0.85, 0.79, 0.77, 0.78, 0.84, 0.91, 0.99, 0.96, 0.99, 0.98],
  ...[1.18, 1.31, 1.43, 1.38, 1.34, 1.09, 1.04, 1.01, 0.98, 0.78, 0.81, 0.85],
];

interface Regime {
  readonly driftADay: number;
  /** Factor on volatility: falling markets are rougher. */
  readonly roughness: number;
  /** Share of the distance to where the regime began that is pulled back each minute. */
  readonly pull: number;
  readonly meanDays: number;
}
const REGIMES: readonly Regime[] = [
  { driftADay: 0.011, roughness: 0.95, pull: 0, meanDays: 4 },
  { driftADay: -0.012, roughness: 1.15, pull: 0, meanDays: 3 },
  { driftADay: 0, roughness: 0.85, pull: 1 - keep(1.5 * MINUTES_A_DAY), meanDays: 4 },
];

/** Pulls over about a year toward the first price, so that a demo left running stays where prices make sense. */
const HOME_PULL = 1 - keep(365 * MINUTES_A_DAY);

/** Real 1m candles: median 21 to 22 BTC a minute (reached with this), about 0.038 BTC a trade. */
const MEDIAN_VOLUME = 30;
const VOLUME_A_TRADE = 0.038;

export interface PriceProcessOptions {
  readonly seed: number | string;
  /** The first candle opens at midnight UTC of this instant's day. */
  readonly startAt: number;
  readonly startPrice?: number;
}

/** Seed and first day alone decide every candle, however time advances. About 2 µs a candle. */
export class PriceProcess implements CandleSource {
  readonly name = "seeded";
  readonly baseTimeframe = "1m";
  readonly endsAt = null;
  readonly candles = new GrowingCandles("1m");

  readonly #random: Random;
  readonly #homeLog: number;
  /** The unrounded log price: rounding to ticks must not feed back into the path. */
  #log: number;
  #nextOpenAt: number;
  #lastClose: number;
  readonly #parts: number[];
  #excitement = 0;
  #regime: Regime;
  #anchorLog: number;
  #volumeMood = 0;
  #nextTradeId = 1;

  constructor({ seed, startAt, startPrice = 60_000 }: PriceProcessOptions) {
    this.#random = seededRandom(seed).fork("prices");
    this.#homeLog = Math.log(startPrice);
    this.#log = this.#homeLog;
    this.#anchorLog = this.#homeLog;
    this.#lastClose = onTick(startPrice);
    this.#nextOpenAt = bucketOpenAt(startAt, "1d");
    this.#parts = VOLATILITY_PARTS.map(({ deviation }) => deviation * this.#random.normal());
    this.#regime = REGIMES[this.#random.integer(REGIMES.length)]!;
  }

  upTo(at: number): void {
    while (this.#nextOpenAt <= at) this.#step();
  }

  #step(): void {
    const hour = Math.floor(this.#nextOpenAt / (60 * MINUTE_MS)) % 24;
    this.#moveRegime();
    const volatility = this.#moveVolatility() * VOLATILITY_BY_HOUR[hour]!;
    const jump = this.#jump(volatility);
    const shock = volatility * this.#random.normal();
    const from = this.#log;
    this.#log += this.#drift() + shock + jump;
    this.candles.push(this.#candle(from, volatility, shock + jump, VOLUME_BY_HOUR[hour]!));
    this.#nextOpenAt += MINUTE_MS;
  }

  #moveRegime(): void {
    const leaves = this.#random.next() < 1 / (this.#regime.meanDays * MINUTES_A_DAY);
    const choice = this.#random.integer(REGIMES.length - 1);
    if (!leaves) return;
    this.#regime = REGIMES.filter((regime) => regime !== this.#regime)[choice]!;
    this.#anchorLog = this.#log;
  }

  #drift(): number {
    const { driftADay, pull } = this.#regime;
    const pulled = (this.#anchorLog - this.#log) * pull + (this.#homeLog - this.#log) * HOME_PULL;
    return driftADay / MINUTES_A_DAY + pulled;
  }

  /** Standard deviation of this minute's log return, before the hour's factor. */
  #moveVolatility(): number {
    let log = this.#excitement;
    for (let i = 0; i < VOLATILITY_PARTS.length; i++) {
      const { keep, fresh, centre } = VOLATILITY_PARTS[i]!;
      this.#parts[i] = this.#parts[i]! * keep + fresh * this.#random.normal();
      log += this.#parts[i]! - centre;
    }
    this.#excitement *= EXCITEMENT.keep;
    return MEAN_VOLATILITY * Math.exp(log) * this.#regime.roughness;
  }

  #jump(volatility: number): number {
    const happens = this.#random.next() < JUMPS_A_DAY / MINUTES_A_DAY;
    const size = this.#random.normal() * JUMP_DEVIATION;
    if (!happens) return 0;
    this.#excitement = Math.min(EXCITEMENT.most, this.#excitement + EXCITEMENT.added);
    return size * Math.min(2, Math.sqrt(volatility / MEAN_VOLATILITY));
  }

  #candle(from: number, volatility: number, surprise: number, hourVolume: number): TradedCandle {
    const random = this.#random;
    // Trades alternate between bid and ask: about half of all real candles open a tick off the previous close.
    const bounce = random.integer(4);
    const open = onTick(this.#lastClose + (bounce === 0 ? -1 : bounce === 1 ? 1 : 0) / TICKS_PER_QUOTE);
    const close = Math.max(1 / TICKS_PER_QUOTE, onTick(Math.exp(this.#log)));
    // Extremes of a Brownian bridge, each by its exact law (the two are drawn apart, which is close enough).
    const reach = (): number => {
      const move = this.#log - from;
      return Math.sqrt(move * move - 2 * volatility * volatility * Math.log(1 - random.next())) / 2;
    };
    const middle = (this.#log + from) / 2;
    const high = Math.max(open, close, onTick(Math.exp(middle + reach())));
    const low = Math.max(1 / TICKS_PER_QUOTE, Math.min(open, close, onTick(Math.exp(middle - reach()))));
    this.#lastClose = close;

    const lots = this.#lots(volatility, surprise, hourVolume);
    const share = Math.min(
      0.95,
      Math.max(0.05, 0.5 + 0.12 * Math.tanh(surprise / volatility) + 0.08 * random.normal()),
    );
    const takerLots = Math.round(lots * share);
    const meanPrice = (open + high + low + close) / 4;
    const trades = Math.max(
      1,
      Math.round((lots / LOTS_PER_BASE / VOLUME_A_TRADE) * Math.exp(0.25 * random.normal())),
    );
    const firstTradeId = this.#nextTradeId;
    this.#nextTradeId += trades;
    return {
      ...{ openAt: this.#nextOpenAt, open, high, low, close, trades, firstTradeId },
      volume: lots / LOTS_PER_BASE,
      quoteVolume: quoteOf(lots, meanPrice),
      takerVolume: takerLots / LOTS_PER_BASE,
      takerQuoteVolume: quoteOf(takerLots, meanPrice),
    };
  }

  /** Volume rises with volatility and with the size of the move, drifts in moods of minutes, and is never nothing. */
  #lots(volatility: number, surprise: number, hourVolume: number): number {
    this.#volumeMood = 0.93 * this.#volumeMood + 0.14 * this.#random.normal();
    const level = Math.log(volatility / MEAN_VOLATILITY);
    const move = Math.min(6, Math.abs(surprise) / volatility);
    const log = 0.7 * level + 0.3 * (move - 0.8) + this.#volumeMood + 0.4 * this.#random.normal();
    return Math.max(1, Math.round(MEDIAN_VOLUME * hourVolume * Math.exp(log) * LOTS_PER_BASE));
  }
}

const quoteOf = (lots: number, price: number): number =>
  Math.round((lots / LOTS_PER_BASE) * price * 1e4) / 1e4;
