/** Candles as the bars of a picture: whole figures only, and no more bars than a phone's screen can show. Pure. */
import type { CandleChart } from "../core/picture.ts";
import type { Side } from "../core/signal.ts";
import { timeframeMs } from "../core/timeframe.ts";

export interface Bar {
  readonly openAt: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export interface CandleBars {
  readonly bars: readonly Bar[];
  /** More than one when there are more candles than room; the first bar may then hold fewer. */
  readonly candlesPerBar: number;
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  /** Those that fell within a candle shown. */
  readonly fills: readonly { readonly bar: number; readonly side: Side; readonly price: number }[];
}

/** A bar of 1,000 px of pane then has 4 px, which is more than one on a phone. */
const MOST_BARS = 250;

export function candleBars({ candles, timeframe, lines, fills }: CandleChart): CandleBars {
  const kept = candles.openAt.flatMap((_, index) => (isWhole(candles, index) ? [index] : []));
  const candlesPerBar = Math.max(1, Math.ceil(kept.length / MOST_BARS));
  // Counted from the end, so that the newest bar is as full as the others.
  const barCount = Math.ceil(kept.length / candlesPerBar);
  const firstOf = (bar: number): number => Math.max(0, kept.length - (barCount - bar) * candlesPerBar);
  const groups = Array.from({ length: barCount }, (_, bar) => kept.slice(firstOf(bar), firstOf(bar + 1)));
  return {
    bars: groups.map((group) => merged(candles, group)),
    candlesPerBar,
    lines: lines.map(({ name, values }) => ({
      name,
      values: groups.map((group) => finiteOrNull(values[group.at(-1)!])),
    })),
    fills: fills.flatMap(({ at, side, price }) => {
      const index = kept.findLastIndex((one) => candles.openAt[one]! <= at);
      const openAt = candles.openAt[kept[index] ?? -1];
      if (openAt === undefined || at >= openAt + timeframeMs(timeframe) || !Number.isFinite(price)) return [];
      return [{ bar: groups.findIndex((group) => group.includes(kept[index]!)), side, price }];
    }),
  };
}

const finiteOrNull = (value: number | null | undefined): number | null =>
  value === null || value === undefined || !Number.isFinite(value) ? null : value;

const isWhole = ({ openAt, open, high, low, close }: CandleChart["candles"], index: number): boolean =>
  [openAt, open, high, low, close].every((column) => Number.isFinite(column[index]));

function merged(candles: CandleChart["candles"], group: readonly number[]): Bar {
  const first = group[0]!;
  const prices = group.flatMap((index) =>
    [candles.open, candles.high, candles.low, candles.close].map((column) => column[index]!),
  );
  return {
    openAt: candles.openAt[first]!,
    open: candles.open[first]!,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: candles.close[group.at(-1)!]!,
    volume: group.reduce((sum, index) => sum + (finiteOrNull(candles.volume[index]) ?? 0), 0),
  };
}
