/** Checks of candle prices and volumes: possible at all, on the tick, consistent, and believable beside their neighbours. */
import type { Instrument } from "../core/instrument.ts";
import { UNITS_PER_ASSET } from "../core/money.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import { type CsvFaultLog, isoTime } from "./csv-faults.ts";
import type { CsvRows } from "./csv-row-columns.ts";

const HOUR_MS = 3_600_000;
const PRICES = ["open", "high", "low", "close"] as const;

/** Prices above 0, within the instrument's bounds and on its tick; high and low around open and close. */
export function checkPrices(rows: CsvRows, instrument: Instrument, log: CsvFaultLog): void {
  const { length, open, high, low, close } = rows;
  const ticksPerUnit = UNITS_PER_ASSET / instrument.tickUnits;
  const highest = instrument.maxTicks / ticksPerUnit;
  for (const name of PRICES) {
    const column = rows[name];
    for (let i = 0; i < length; i++) {
      const price = column[i]!;
      // A price on the tick is the double nearest to ticks ÷ ticksPerUnit, which one division gives exactly.
      const onTick = Math.round(price * ticksPerUnit) / ticksPerUnit;
      if (onTick === price && price > 0 && price <= highest) continue;
      column[i] = notePrice(name, price, rows.line[i]!, ticksPerUnit, highest, log);
    }
  }
  for (let i = 0; i < length; i++) {
    const isWithin =
      high[i]! >= open[i]! && high[i]! >= close[i]! && low[i]! <= open[i]! && low[i]! <= close[i]!;
    if (isWithin) continue;
    const text = `open ${open[i]} and close ${close[i]} do not lie between low ${low[i]} and high ${high[i]}.`;
    log.add("ohlc_inconsistent", rows.line[i]!, text);
  }
}

/** Says what is wrong with a price; the price on the nearest tick, which stands for it when that fault is allowed. */
function notePrice(
  name: string,
  price: number,
  line: number,
  ticksPerUnit: number,
  highest: number,
  log: CsvFaultLog,
): number {
  if (!(price > 0)) log.add("price_not_positive", line, `${name} is ${price}.`);
  else if (price > highest) {
    log.add("price_out_of_range", line, `${name} ${price} is above the exchange's greatest, ${highest}.`);
  } else {
    log.add("price_off_tick", line, `${name} ${price} is no multiple of the tick ${1 / ticksPerUnit}.`);
    return Math.max(1, Math.round(price * ticksPerUnit)) / ticksPerUnit;
  }
  return price;
}

/**
 * How far a price may stand out: real candles from 2017 to 2023 reach beyond both neighbours by at most 1.014 (1m),
 * 1.114 (1h) and 1.204 (4h); beyond a single one by 1.05, 1.32 and 1.35; an open is at most 1.023 from the close before.
 */
const jumpFactor = (timeframe: Timeframe): number => (timeframeMs(timeframe) <= 2 * HOUR_MS ? 1.25 : 1.5);

/** Bad ticks: a high or low far beyond both neighbours (the first and last row have one), or an open far from the close before. */
export function checkJumps(rows: CsvRows, timeframe: Timeframe, log: CsvFaultLog): void {
  const { openAt, open, high, low, close } = rows;
  const factor = jumpFactor(timeframe);
  const step = timeframeMs(timeframe);
  const last = rows.length - 1;
  for (let i = 0; i <= last && last > 0; i++) {
    const before = i === 0 ? 1 : i - 1;
    const isInner = i > 0 && i < last;
    // Not beyond one neighbour is not beyond both: what nearly every candle passes, and cheaply.
    if (!isInner || high[i]! > high[before]! * factor || low[i]! * factor < low[before]!) {
      const after = isInner ? i + 1 : before;
      const limit = isInner ? factor : factor * factor;
      const highest = Math.max(high[before]!, high[after]!);
      const lowest = Math.min(low[before]!, low[after]!);
      if (high[i]! > highest * limit || low[i]! * limit < lowest) {
        const text = `high ${high[i]} and low ${low[i]} stand out from ${lowest} to ${highest} beside it: a bad tick?`;
        log.add("price_jump", rows.line[i]!, text);
        continue;
      }
    }
    if (i === 0 || (open[i]! <= close[i - 1]! * factor && open[i]! * factor >= close[i - 1]!)) continue;
    if (openAt[i]! - openAt[i - 1]! !== step) continue;
    log.add(
      "price_jump",
      rows.line[i]!,
      `open ${open[i]} does not follow the close before, ${close[i - 1]}.`,
    );
  }
}

/** The busiest BTCUSDT hour up to 2023 traded 137,207 BTC and the median one 1,682: a median beyond this is another unit. */
const MOST_BTC_AN_HOUR = 50_000;
const MOST_VOLUME = Number.MAX_SAFE_INTEGER / UNITS_PER_ASSET;

/** Volumes at or above 0, countable in units of 1e-8, of the base asset's scale, and in keeping with the quote volume. */
export function checkVolumes(
  rows: CsvRows,
  timeframe: Timeframe,
  instrument: Instrument,
  log: CsvFaultLog,
): void {
  const { length, volume } = rows;
  const mostUsual = MOST_BTC_AN_HOUR * (timeframeMs(timeframe) / HOUR_MS);
  let beyondUsual = 0;
  for (let i = 0; i < length; i++) {
    if (volume[i]! > mostUsual) beyondUsual += 1;
    if (volume[i]! >= 0 && volume[i]! <= MOST_VOLUME) continue;
    if (volume[i]! < 0) log.add("volume_negative", rows.line[i]!, `The volume is ${volume[i]}.`);
    else log.add("volume_out_of_range", rows.line[i]!, `The volume ${volume[i]} is no amount of coins.`);
  }
  if (instrument.baseAsset === "BTC" && beyondUsual * 2 > length) {
    const share = `${beyondUsual} of ${length} candles have a volume above ${mostUsual}`;
    log.add("volume_scale", 0, `${share}: the column seems to hold ${instrument.quoteAsset}, not BTC.`);
  }
  checkQuoteVolumes(rows, log);
}

/** The mean price paid, quote volume ÷ volume, must lie between low and high; a tenth is left for re-publishers' rounding. */
function checkQuoteVolumes(rows: CsvRows, log: CsvFaultLog): void {
  const { volume, quoteVolume, low, high } = rows;
  if (quoteVolume === null) return;
  for (let i = 0; i < rows.length; i++) {
    const paid = quoteVolume[i]!;
    if (paid >= 0.9 * low[i]! * volume[i]! && paid <= 1.1 * high[i]! * volume[i]!) continue;
    const text = `Quote volume ${paid} for volume ${volume[i]} is no price from ${low[i]} to ${high[i]}.`;
    log.add("quote_volume_differs", rows.line[i]!, text);
  }
}

/** A run this long without a trade is no quiet market; real data has single flat hours at the edge of halts. */
const INVENTED_MS = 2 * HOUR_MS;
const WORTH_SAYING_MS = 600_000;

/** Runs of candles without volume or movement: how others fill trading halts. */
export function checkFlatRuns(rows: CsvRows, timeframe: Timeframe, log: CsvFaultLog): void {
  const { open, high, low, close, volume, openAt, line } = rows;
  const step = timeframeMs(timeframe);
  let run = 0;
  for (let i = 0; i <= rows.length; i++) {
    const isFlat = i < rows.length && volume[i] === 0 && high[i] === low[i] && open[i] === close[i];
    if (isFlat) {
      run += 1;
      continue;
    }
    if (run >= 2 && run * step >= WORTH_SAYING_MS) {
      const first = i - run;
      const text = `${run} candles from ${isoTime(openAt[first]!)} have no volume and one price`;
      if (run * step < INVENTED_MS) log.add("flat_stretch", line[first]!, `${text}.`);
      else log.add("flat_run", line[first]!, `${text}: invented over a trading halt?`);
    }
    run = 0;
  }
}
