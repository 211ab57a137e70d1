// The chart's figures over a trading month, which holds candles of an hour only.
import { loadColumns } from "../../db/candles.ts";
import { fillsOf } from "../../db/fills.ts";
import { priceOf } from "../../src/core/instrument.ts";
import type { CandleChart } from "../../src/core/picture.ts";
import type { Timeframe } from "../../src/core/timeframe.ts";
import { aggregateColumns, canAggregate } from "../../src/market/aggregate.ts";
import { emaOf } from "../../src/strategy/indicators/ema.ts";
import { BTCUSDT } from "../risk/btcusdt.ts";
import type { TradingMonth } from "./trading-month.ts";

const CANDLES = 96;

export function monthChart(
  { database, accountId }: TradingMonth,
  timeframe: Timeframe,
  timeZone: string,
): CandleChart | null {
  const [hours, fills] = database.read((reader) => [
    loadColumns(reader, "BTCUSDT", "1h"),
    [...fillsOf(reader, accountId)],
  ]);
  if (timeframe !== "1h" && !canAggregate("1h", timeframe)) return null;
  const columns = timeframe === "1h" ? hours : aggregateColumns(hours, timeframe).columns;
  if (columns.length === 0) return null;
  const shown = (column: Float64Array): number[] => [...column.subarray(0, columns.length).slice(-CANDLES)];
  const openAt = shown(columns.openAt);
  return {
    of: "candles",
    title: `BTCUSDT ${timeframe}`,
    ...{ timeframe, timeZone },
    candles: {
      ...{ openAt, open: shown(columns.open), high: shown(columns.high), low: shown(columns.low) },
      ...{ close: shown(columns.close), volume: shown(columns.volume) },
    },
    lines: [20, 50].map((period) => ({
      name: `EMA ${period}`,
      values: shown(emaOf(columns.close.subarray(0, columns.length), period)).map((value) =>
        Number.isNaN(value) ? null : value,
      ),
    })),
    fills: fills
      .filter(({ at }) => at >= openAt[0]!)
      .map(({ at, side, ticks }) => ({ at, side, price: priceOf(BTCUSDT, ticks) })),
  };
}
