/** Candles with what an exchange also publishes about them: quote volume, trade count, the taker's share and trade ids. */
import type { Candle, CandleColumns } from "../core/candles.ts";
import type { Timeframe } from "../core/timeframe.ts";

export interface TradedCandle extends Candle {
  /** Quote asset volume, a whole number of 1e-4: a day's sum stays exact below 2^53. */
  readonly quoteVolume: number;
  readonly trades: number;
  /** Base volume bought by takers. */
  readonly takerVolume: number;
  readonly takerQuoteVolume: number;
  readonly firstTradeId: number;
}

export interface TradedColumns extends CandleColumns {
  readonly quoteVolume: Float64Array;
  readonly trades: Float64Array;
  readonly takerVolume: Float64Array;
  readonly takerQuoteVolume: Float64Array;
  readonly firstTradeId: Float64Array;
}

const FIELDS = [
  ...["openAt", "open", "high", "low", "close", "volume"],
  ...["quoteVolume", "trades", "takerVolume", "takerQuoteVolume", "firstTradeId"],
] as readonly (keyof TradedCandle)[];

const SMALLEST_CAPACITY = 1024;

/** Sum of two amounts that are whole multiples of 1 / `scale`, exactly on that grid. */
const sum = (a: number, b: number, scale: number): number =>
  (Math.round(a * scale) + Math.round(b * scale)) / scale;

/** Two candles of the same bucket as one, the earlier first; volumes add up exactly (1e-8 base, 1e-4 quote). */
export const merged = (earlier: TradedCandle, later: TradedCandle): TradedCandle => ({
  openAt: earlier.openAt,
  open: earlier.open,
  high: Math.max(earlier.high, later.high),
  low: Math.min(earlier.low, later.low),
  close: later.close,
  volume: sum(earlier.volume, later.volume, 1e8),
  quoteVolume: sum(earlier.quoteVolume, later.quoteVolume, 1e4),
  trades: earlier.trades + later.trades,
  takerVolume: sum(earlier.takerVolume, later.takerVolume, 1e8),
  takerQuoteVolume: sum(earlier.takerQuoteVolume, later.takerQuoteVolume, 1e4),
  firstTradeId: earlier.firstTradeId,
});

type Columns = Record<keyof TradedCandle, Float64Array>;

export function tradedCandleAt(columns: Columns, index: number): TradedCandle {
  return {
    openAt: columns.openAt[index]!,
    open: columns.open[index]!,
    high: columns.high[index]!,
    low: columns.low[index]!,
    close: columns.close[index]!,
    volume: columns.volume[index]!,
    quoteVolume: columns.quoteVolume[index]!,
    trades: columns.trades[index]!,
    takerVolume: columns.takerVolume[index]!,
    takerQuoteVolume: columns.takerQuoteVolume[index]!,
    firstTradeId: columns.firstTradeId[index]!,
  };
}

/** Columns that grow at the end; a view taken earlier keeps its own length. */
export class GrowingCandles {
  readonly timeframe: Timeframe;
  #length = 0;
  #columns: Columns;

  constructor(timeframe: Timeframe) {
    this.timeframe = timeframe;
    this.#columns = columnsOf(SMALLEST_CAPACITY);
  }

  get length(): number {
    return this.#length;
  }

  openAt(index: number): number {
    return this.#columns.openAt[index]!;
  }

  push(candle: TradedCandle): void {
    if (this.#length === this.#columns.openAt.length) this.#grow();
    this.#write(this.#length++, candle);
  }

  replaceLast(candle: TradedCandle): void {
    this.#write(this.#length - 1, candle);
  }

  at(index: number): TradedCandle {
    return tradedCandleAt(this.#columns, index);
  }

  /** How many candles opened at or before the instant. */
  countOpenedBy(at: number): number {
    return countOpenedBy(this.#columns.openAt, this.#length, at);
  }

  /** The first `length` candles; the arrays are shared, not copied. */
  view(length = this.#length): TradedColumns {
    return { timeframe: this.timeframe, length, ...this.#columns };
  }

  #write(index: number, candle: TradedCandle): void {
    // Written out: this runs for every candle of the history, and a loop over names takes four times as long.
    const columns = this.#columns;
    columns.openAt[index] = candle.openAt;
    columns.open[index] = candle.open;
    columns.high[index] = candle.high;
    columns.low[index] = candle.low;
    columns.close[index] = candle.close;
    columns.volume[index] = candle.volume;
    columns.quoteVolume[index] = candle.quoteVolume;
    columns.trades[index] = candle.trades;
    columns.takerVolume[index] = candle.takerVolume;
    columns.takerQuoteVolume[index] = candle.takerQuoteVolume;
    columns.firstTradeId[index] = candle.firstTradeId;
  }

  #grow(): void {
    const wider = columnsOf(this.#length * 2);
    for (const field of FIELDS) wider[field].set(this.#columns[field]);
    this.#columns = wider;
  }
}

function columnsOf(capacity: number): Columns {
  const columns = {} as Columns;
  for (const field of FIELDS) columns[field] = new Float64Array(capacity);
  return columns;
}

/** How many of the first `length` opening times are at or before the instant; they rise. */
export function countOpenedBy(openAt: Float64Array, length: number, at: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (openAt[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
