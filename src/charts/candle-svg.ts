/** Candles, lines, fills and volume in one look. Pure. */
import type { CandleChart } from "../core/picture.ts";
import { timeframeMs } from "../core/timeframe.ts";
import { type CandleBars, candleBars } from "./candle-bars.ts";
import {
  changeOf,
  changeText,
  compactText,
  decimalsOfStep,
  numberText,
  priceText,
  SMALLEST,
  spanText,
} from "./figures.ts";
import { type ChartSize, emptyBody, framed, type Header, type Layout, layoutOf, type Word } from "./frame.ts";
import { hasRoom, type LastValue, lastValueSvg } from "./last-value.ts";
import { changeColour, lineColour, palette } from "./palette.ts";
import { type Pane, panesSvg, type Series } from "./panes.ts";
import { timeScale } from "./time-scale.ts";
import { type ValueScale, valueScale } from "./value-scale.ts";

const PRICE_INTERVALS = 6;
/** Of the height of both panes. */
const VOLUME_SHARE = 0.17;
const PANE_GAP = 14;
const WIDEST_BAR = 36;
const BAR_SHARE = 0.68;
const MARKER_SIZE = 30;
/** Lines far from the candles may at most so much widen the range, as a share of the candles' own. */
const LINE_ROOM = 0.5;

export function candleSvg(chart: CandleChart, size: ChartSize): string {
  const shown = candleBars(chart);
  const header = headerOf(chart, shown);
  const latest = shown.bars.at(-1);
  if (latest === undefined) {
    const layout = layoutOf(header, [""], size);
    return framed(header, layout, emptyBody(layout, "No candles yet."), size);
  }
  const isFall = latest.close < latest.open;
  const last: LastValue = {
    ...{ value: latest.close, text: priceText(latest.close) },
    colour: isFall ? palette.down : palette.up,
  };
  const scale = priceScale(shown);
  const tickText = (tick: number): string => numberText(tick, decimalsOfStep(scale.step));
  const layout = layoutOf(header, [last.text, "Volume", ...scale.ticks.map(tickText)], size);
  const pixels = Math.min(WIDEST_BAR, ((layout.right - layout.left) / shown.bars.length) * BAR_SHARE);
  const volumeTop = layout.bottom - Math.round((layout.bottom - layout.top) * VOLUME_SHARE);
  const place = { top: layout.top, bottom: volumeTop - PANE_GAP, scale };
  const price: Pane = {
    ...place,
    label: (tick) => (hasRoom(tick, last, place) ? tickText(tick) : ""),
    series: [candleSeries(shown, pixels), ...lineSeries(shown, scale), ...fillSeries(shown)],
  };
  const time = timeScale(
    { low: -0.5, high: shown.bars.length - 0.5 },
    shown.bars.map(({ openAt }) => openAt),
    (index) => index,
    chart.timeZone,
    layout,
  );
  const volume = volumePane(shown, pixels, volumeTop, layout);
  const body = panesSvg([price, volume], time, layout) + lastValueSvg(last, place, layout);
  return framed(header, layout, body + volumeWords(shown, volume, layout) + time.corner, size);
}

function headerOf(chart: CandleChart, { bars, candlesPerBar, lines, fills }: CandleBars): Header {
  const first = bars[0];
  const last = bars.at(-1);
  const buys = fills.filter(({ side }) => side === "buy").length;
  const legend = lines.map(({ name, values }, index): readonly Word[] => [
    { text: "●", fill: lineColour(index) },
    { text: name, fill: palette.quiet },
    { text: textOrNone(values.at(-1)), fill: palette.text },
  ]);
  const marks: readonly (readonly Word[])[] = [
    counted("▲", palette.up, buys, "buy"),
    counted("▼", palette.down, fills.length - buys, "sell"),
    candlesPerBar === 1 ? [] : [{ text: `${candlesPerBar} candles a bar`, fill: palette.quiet }],
  ];
  const entries = [...legend, ...marks].filter((words) => words.length > 0);
  if (first === undefined || last === undefined) {
    return { title: chart.title, aside: null, entries: [], summary: `${chart.title}: no candles yet.` };
  }
  const change = changeOf(first.open, last.close);
  const span = spanText(last.openAt + candlesPerBar * timeframeMs(chart.timeframe) - first.openAt);
  const aside = `${changeText(change)} in ${span}`;
  return {
    ...{ title: chart.title, entries, aside: { text: aside, fill: changeColour(change) } },
    summary: `${chart.title}: last price ${priceText(last.close)}, ${aside}.`,
  };
}

const textOrNone = (value: number | null | undefined): string =>
  value === null || value === undefined ? "n/a" : priceText(value);

const counted = (mark: string, fill: string, count: number, noun: string): readonly Word[] =>
  count === 0
    ? []
    : [
        { text: mark, fill },
        { text: `${count} ${noun}${count === 1 ? "" : "s"}`, fill: palette.quiet },
      ];

function priceScale({ bars, lines, fills }: CandleBars): ValueScale {
  const low = Math.min(...bars.map((bar) => bar.low));
  const high = Math.max(...bars.map((bar) => bar.high));
  const room = (high - low) * LINE_ROOM;
  const others = [...lines.flatMap(({ values }) => values), ...fills.map(({ price }) => price)].filter(
    (value) => value !== null,
  );
  const lowest = Math.max(low - room, Math.min(low, ...others));
  const highest = Math.min(high + room, Math.max(high, ...others));
  return valueScale(lowest, highest, PRICE_INTERVALS);
}

const candleSeries = ({ bars }: CandleBars, pixels: number): Series => ({
  ...{ type: "candlestick", barWidth: pixels },
  itemStyle: {
    ...{ color: palette.up, color0: palette.down, borderColor: palette.up, borderColor0: palette.down },
    ...{ borderColorDoji: palette.up, borderWidth: Math.min(2.5, pixels * 0.5) },
  },
  data: bars.map(({ open, close, low, high }, index) => [index, open, close, low, high]),
});

/** Beyond the range a line breaks off instead of running over the header. */
const lineSeries = ({ lines }: CandleBars, { low, high }: ValueScale): readonly Series[] =>
  lines.map(({ values }, position) => ({
    ...{ type: "line", z: 3, lineStyle: { color: lineColour(position), width: 3.5, join: "round" } },
    data: values.map((value, index) => [
      index,
      value !== null && value >= low && value <= high ? value : "-",
    ]),
  }));

/** A buy points up at its price from below, a sell down from above. */
const fillSeries = ({ fills }: CandleBars): readonly Series[] =>
  (["buy", "sell"] as const).map((side) => ({
    ...{ type: "scatter", z: 4, symbol: "triangle", symbolSize: MARKER_SIZE },
    ...(side === "buy" ? { symbolOffset: [0, "62%"] } : { symbolOffset: [0, "-62%"], symbolRotate: 180 }),
    itemStyle: {
      ...{ color: side === "buy" ? palette.up : palette.down, opacity: 1 },
      ...{ borderColor: palette.text, borderWidth: 3, borderJoin: "round" },
    },
    data: fills.filter((fill) => fill.side === side).map(({ bar, price }) => [bar, price]),
  }));

function volumePane({ bars }: CandleBars, pixels: number, top: number, { bottom }: Layout): Pane {
  const most = Math.max(...bars.map(({ volume }) => volume));
  return {
    ...{ top, bottom, label: () => "" },
    scale: { low: 0, high: most > SMALLEST ? most : 1, ticks: [0], step: 1 },
    series: [
      {
        ...{ type: "bar", barWidth: pixels },
        data: bars.map(({ open, close, volume }, index) => ({
          value: [index, volume],
          itemStyle: { color: close < open ? palette.down : palette.up, opacity: 0.45 },
        })),
      },
    ],
  };
}

/** Named and with its latest value in the room of the labels. */
function volumeWords({ bars }: CandleBars, { top, bottom }: Pane, { right }: Layout): string {
  const middle = (top + bottom) / 2;
  const text = (y: number, words: string, fill: string): string =>
    `<text x="${right + 14}" y="${y}" fill="${fill}">${words}</text>`;
  return (
    text(middle - 6, "Volume", palette.quiet) +
    // Of a candle that is still forming the volume may not be known yet.
    text(middle + 30, compactText(bars.findLast(({ volume }) => volume > 0)?.volume ?? 0), palette.text)
  );
}
