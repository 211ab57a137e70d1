// The stylised facts that the price process claims, measured on four months of several seeds.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { PriceProcess } from "../../src/simulator/price-process.ts";
import type { TradedColumns } from "../../src/simulator/traded-candles.ts";
import { autocorrelation, correlation, deviation, excessKurtosis, mean } from "./statistics.ts";

const startAt = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DAYS = 120;
/** Quote volume is rounded to 1e-4: a single lot of 0.00001 at 30,000 is 0.3. */
const QUOTE_ROUNDING = 1e-4 / 0.3;

const histories = new Map<string, TradedColumns>();

function history(seed: number | string, days: number): TradedColumns {
  const known = histories.get(`${seed}/${days}`);
  if (known) return known;
  const process = new PriceProcess({ seed, startAt });
  process.upTo(startAt + days * DAY_MS - 1);
  histories.set(`${seed}/${days}`, process.candles.view());
  return process.candles.view();
}

/** Log returns over `minutes`, from one close to the next. */
function returnsOf(candles: TradedColumns, minutes: number): number[] {
  const returns: number[] = [];
  for (let i = minutes - 1; i + minutes < candles.length; i += minutes) {
    returns.push(Math.log(candles.close[i + minutes]! / candles.close[i]!));
  }
  return returns;
}

describe.each([1, 8, "demo"])("120 days of seed %p", (seed) => {
  const candles = history(seed, DAYS);
  const hourly = returnsOf(candles, 60);
  const squared = hourly.map((value) => value ** 2);
  const lags = Array.from({ length: 24 }, (_, i) => i + 1);

  test("there is a candle for every minute", () => {
    expect(candles.length).toBe(DAYS * 1440);
    expect(candles.openAt[0]).toBe(startAt);
    expect(candles.openAt[candles.length - 1]).toBe(startAt + DAYS * DAY_MS - MINUTE_MS);
  });

  test("hourly returns have fat tails: excess kurtosis between 3 and 50 (real windows 6 to 51)", () => {
    expect(excessKurtosis(hourly)).toBeWithin(3, 50);
  });

  test("volatility clusters: squared hourly returns are correlated over a day", () => {
    expect(mean(lags.map((lag) => autocorrelation(squared, lag)))).toBeWithin(0.01, 0.2);
    for (const lag of [1, 2, 3]) expect(autocorrelation(squared, lag)).toBeGreaterThan(0);
  });

  test("hourly returns themselves are nearly uncorrelated", () => {
    for (const lag of [1, 2, 3, 24]) expect(Math.abs(autocorrelation(hourly, lag))).toBeLessThan(0.1);
  });

  test("a year's volatility lies between 30 and 120 %", () => {
    expect(deviation(hourly) * Math.sqrt(365 * 24)).toBeWithin(0.3, 1.2);
    expect(deviation(returnsOf(candles, 1440)) * Math.sqrt(365)).toBeWithin(0.3, 1.2);
  });

  test("volume rises with the size of the move and with the busy hours", () => {
    const minutes = returnsOf(candles, 1);
    const logVolumes = minutes.map((_, i) => Math.log(candles.volume[i + 1]!));
    expect(correlation(minutes.map(Math.abs), logVolumes)).toBeWithin(0.3, 0.7);
    const at = (hour: number) => logVolumes.filter((_, i) => Math.floor((i + 1) / 60) % 24 === hour);
    expect(mean(at(14))).toBeGreaterThan(mean(at(4)) + 0.3);
  });

  test("minute ranges fit minute returns: Parkinson's estimate within a tenth of the close-to-close one", () => {
    const ranges = Array.from(
      { length: candles.length },
      (_, i) => Math.log(candles.high[i]! / candles.low[i]!) ** 2,
    );
    const parkinson = Math.sqrt(mean(ranges) / (4 * Math.log(2)));
    expect(parkinson / deviation(returnsOf(candles, 1))).toBeWithin(0.9, 1.1);
  });

  test("every candle is one the exchange could publish", () => {
    let nextTradeId = 1;
    for (let i = 0; i < candles.length; i++) {
      const [open, high, low, close] = [
        candles.open[i]!,
        candles.high[i]!,
        candles.low[i]!,
        candles.close[i]!,
      ];
      const volume = candles.volume[i]!;
      const isOrdered = low <= Math.min(open, close) && Math.max(open, close) <= high && low > 0;
      const isOnGrid =
        [open, high, low, close].every((price) => Number(price.toFixed(2)) === price) &&
        Number(volume.toFixed(5)) === volume;
      const meanPrice = candles.quoteVolume[i]! / volume;
      const isTraded =
        volume > 0 &&
        meanPrice > low * (1 - QUOTE_ROUNDING) &&
        meanPrice < high * (1 + QUOTE_ROUNDING) &&
        candles.takerVolume[i]! <= volume &&
        candles.takerQuoteVolume[i]! <= candles.quoteVolume[i]! &&
        candles.trades[i]! >= 1 &&
        candles.firstTradeId[i] === nextTradeId;
      nextTradeId += candles.trades[i]!;
      if (!isOrdered || !isOnGrid || !isTraded) throw new Error(`candle ${i} cannot be`);
    }
  });
});

test("markets move a lot over four months, up in some seeds and down in others", () => {
  const changes = [1, 8, 2].map((seed) => {
    const { close, length } = history(seed, DAYS);
    return Math.log(close[length - 1]! / close[0]!);
  });
  expect(Math.max(...changes)).toBeGreaterThan(0.1);
  expect(Math.min(...changes)).toBeLessThan(-0.1);
});

test("seeds differ, and a start price is where the history begins", () => {
  expect(history(1, 1).close.slice(0, 100)).not.toEqual(history(2, 1).close.slice(0, 100));
  const process = new PriceProcess({ seed: 1, startAt, startPrice: 20_000 });
  process.upTo(startAt);
  expect(process.candles.at(0).open).toBeWithin(19_999.98, 20_000.03);
});

test("the same seed gives the same candles in whatever steps time advances", () => {
  const whole = history(7, 2);
  const strides = fc.array(fc.integer({ min: 1, max: 6 * 3_600_000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(strides, (steps) => {
      const process = new PriceProcess({ seed: 7, startAt });
      let at = startAt;
      for (const step of steps) {
        at = Math.min(at + step, startAt + 2 * DAY_MS - 1);
        process.upTo(at);
        process.upTo(at - step);
      }
      const { length, close, volume } = process.candles.view();
      expect(length).toBe(Math.floor((at - startAt) / MINUTE_MS) + 1);
      expect(close.slice(0, length)).toEqual(whole.close.slice(0, length));
      expect(volume.slice(0, length)).toEqual(whole.volume.slice(0, length));
    }),
    { numRuns: 20, seed: 1 },
  );
});

test("a history that starts within a day begins at its midnight, so that slower candles are whole", () => {
  const process = new PriceProcess({ seed: 1, startAt: startAt + 12_345_678 });
  process.upTo(startAt + 12_345_678);
  expect(process.candles.openAt(0)).toBe(startAt);
});
