/** Charts made by formula, the same every time: prices that swing, averages over them, and an account that falls and recovers. */
import type { CandleChart, EquityChart } from "../../src/core/picture.ts";

const HOUR_MS = 3_600_000;
export const START_AT = Date.UTC(2024, 2, 4);

export function candleChart(count: number, changes: Partial<CandleChart> = {}): CandleChart {
  const index = Array.from({ length: count }, (_, position) => position);
  const closeAt = (position: number): number => 60_000 + 900 * Math.sin(position / 7) + position * 3;
  const close = index.map(closeAt);
  const open = index.map((position) => closeAt(position - 1));
  return {
    of: "candles",
    title: "BTCUSDT · 1h",
    timeZone: "UTC",
    timeframe: "1h",
    candles: {
      openAt: index.map((position) => START_AT + position * HOUR_MS),
      open,
      high: index.map((position) => Math.max(open[position]!, close[position]!) + 40),
      low: index.map((position) => Math.min(open[position]!, close[position]!) - 60),
      close,
      volume: index.map((position) => 100 + (position % 5) * 30),
    },
    lines: [
      { name: "EMA 20", values: close.map((value, position) => (position < 19 ? null : value - 120)) },
      { name: "EMA 50", values: close.map((value) => value - 250) },
    ],
    fills: [],
    ...changes,
  };
}

export function equityChart(count: number, changes: Partial<EquityChart> = {}): EquityChart {
  const index = Array.from({ length: count }, (_, position) => position);
  const equity = index.map((position) => 10_000 + position * 5 + 300 * Math.sin(position / 20));
  const peaks = equity.map((_, position) => Math.max(...equity.slice(0, position + 1)));
  return {
    of: "equity",
    title: "Equity",
    timeZone: "UTC",
    quoteAsset: "USDT",
    at: index.map((position) => START_AT + position * HOUR_MS),
    equity,
    drawdown: equity.map((value, position) => 1 - value / peaks[position]!),
    ...changes,
  };
}
