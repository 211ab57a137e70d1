/** The candles that are held, with the averages and fills on them, as figures of a chart. */
import { loadColumns } from "../../db/candles.ts";
import type { Reader } from "../../db/database.ts";
import { fillsFrom } from "../../db/fills.ts";
import type { DataCapability } from "../chat/trading-capabilities.ts";
import type { CandleColumns } from "../core/candles.ts";
import { priceOf } from "../core/instrument.ts";
import type { CandleChart } from "../core/picture.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import type { Engine } from "../engine/engine.ts";
import { aggregateColumns, canAggregate } from "../market/aggregate.ts";
import { CandleSeries } from "../market/series.ts";
import { emaOf } from "../strategy/indicators/ema.ts";
import { markOf } from "./mark.ts";
import type { CapabilityParts } from "./parts.ts";

/** The averages the eye looks for, whatever the strategy uses. */
const EMA_PERIODS = [20, 50] as const;
/** So many candles before the first one shown that where the averages began shows no more: 0.96^200 is below 1/3000. */
const WARMUP_CANDLES = 200;
const MOST_FILLS = 500;

/** Null without a single candle of that length. */
export function candleChart(
  { database, engine }: Pick<CapabilityParts, "database" | "engine">,
  stored: readonly Timeframe[],
  ...[timeframe, count, timeZone]: Parameters<DataCapability["chart"]>
): CandleChart | null {
  const { settings, instrument } = engine.options;
  const columns = database.read((reader) => {
    const closed = columnsOf(reader, settings.symbol, stored, timeframe, count + WARMUP_CANDLES);
    return closed === null || closed.length === 0 ? null : withForming(reader, engine, closed, timeframe);
  });
  if (columns === null) return null;
  const from = Math.max(0, columns.length - count);
  const shown = (column: Float64Array): readonly number[] => [...column.subarray(from, columns.length)];
  const closes = columns.close.subarray(0, columns.length);
  return {
    of: "candles",
    title: `${settings.symbol} ${timeframe}`,
    timeZone,
    timeframe,
    candles: {
      openAt: shown(columns.openAt),
      open: shown(columns.open),
      high: shown(columns.high),
      low: shown(columns.low),
      close: shown(columns.close),
      volume: shown(columns.volume),
    },
    lines: EMA_PERIODS.map((period) => ({
      name: `EMA ${period}`,
      values: shown(emaOf(closes, period)).map((value) => (Number.isNaN(value) ? null : value)),
    })),
    fills: fillsSince(engine, database.read.bind(database), columns.openAt[from]!).map(
      ({ at, side, ticks }) => ({
        at,
        side,
        price: priceOf(instrument, ticks),
      }),
    ),
  };
}

/** From the slowest candles held that fill the asked ones. */
function columnsOf(
  reader: Reader,
  symbol: string,
  stored: readonly Timeframe[],
  timeframe: Timeframe,
  count: number,
): CandleColumns | null {
  if (stored.includes(timeframe)) return loadColumns(reader, symbol, timeframe, { last: count });
  const [base] = stored
    .filter((held) => canAggregate(held, timeframe))
    .toSorted((a, b) => timeframeMs(b) - timeframeMs(a));
  if (base === undefined) return null;
  const last = (count + 1) * (timeframeMs(timeframe) / timeframeMs(base));
  return aggregateColumns(loadColumns(reader, symbol, base, { last }), timeframe).columns;
}

/** With the candle that is still forming, from the finer candles held and the last price: what was just filled stands on it. */
function withForming(
  reader: Reader,
  engine: Engine,
  closed: CandleColumns,
  timeframe: Timeframe,
): CandleColumns {
  const { settings } = engine.options;
  const mark = markOf(engine);
  const openAt = closed.openAt[closed.length - 1]! + timeframeMs(timeframe);
  const range = { fromAt: openAt, toAt: openAt + timeframeMs(timeframe) };
  const finer = loadColumns(reader, settings.symbol, settings.exitTimeframe, range);
  const series = new CandleSeries(timeframe, { capacity: closed.length + 1 });
  series.appendColumns(closed);
  const price = mark !== null && mark.at >= openAt ? priceOf(engine.options.instrument, mark.ticks) : null;
  if (finer.length === 0 && price === null) return series;
  const last = price ?? finer.close[finer.length - 1]!;
  const seen = [...finer.high.subarray(0, finer.length), ...finer.low.subarray(0, finer.length), last];
  series.append({
    openAt,
    open: finer.length === 0 ? last : finer.open[0]!,
    high: Math.max(...seen),
    low: Math.min(...seen),
    close: last,
    volume: finer.volume.subarray(0, finer.length).reduce((sum, volume) => sum + volume, 0),
  });
  return series;
}

const fillsSince = (
  engine: Engine,
  read: CapabilityParts["database"]["read"],
  fromAt: number,
): ReturnType<typeof fillsFrom> =>
  read((reader) =>
    fillsFrom(reader, { accountId: engine.current().account.id, offset: 0, limit: MOST_FILLS }),
  ).filter(({ at }) => at >= fromAt);
