/** An account's worth over time, and below it how far it stood under its peak. Pure. */
import type { EquityChart } from "../core/picture.ts";
import { type EquityPoints, equityPoints } from "./equity-points.ts";
import { changeOf, changeText, decimalsOfStep, numberText, percentText, spanText } from "./figures.ts";
import { type ChartSize, emptyBody, framed, type Header, layoutOf } from "./frame.ts";
import { hasRoom, type LastValue, lastValueSvg } from "./last-value.ts";
import { changeColour, palette } from "./palette.ts";
import { type Pane, panesSvg } from "./panes.ts";
import { timeScale } from "./time-scale.ts";
import { scaleBetween, type ValueScale, valueScale } from "./value-scale.ts";

const MONEY_INTERVALS = 5;
const DRAWDOWN_INTERVALS = 2;
/** Of the height of both panes. */
const DRAWDOWN_SHARE = 0.26;
const PANE_GAP = 26;
/** A drawdown pane shows at least this much, so that a calm account does not look wild. */
const LEAST_DRAWDOWN = 0.002;

export function equitySvg(chart: EquityChart, size: ChartSize): string {
  const points = equityPoints(chart);
  const header = headerOf(chart, points);
  const latest = points.equity.at(-1);
  if (latest === undefined) {
    const layout = layoutOf(header, [""], size);
    return framed(header, layout, emptyBody(layout, "No equity yet."), size);
  }
  const last: LastValue = { value: latest, text: numberText(latest, 2), colour: palette.accent };
  const money = valueScale(Math.min(...points.equity), Math.max(...points.equity), MONEY_INTERVALS);
  const falls = drawdownScale(points);
  const moneyText = (tick: number): string => numberText(tick, decimalsOfStep(money.step));
  const fallText = (tick: number): string => percentText(tick, decimalsOfStep(falls.step * 100));
  const texts = [last.text, ...money.ticks.map(moneyText), ...falls.ticks.map(fallText)];
  const layout = layoutOf(header, texts, size);
  const split = layout.bottom - Math.round((layout.bottom - layout.top) * DRAWDOWN_SHARE);
  const place = { top: layout.top, bottom: split - PANE_GAP, scale: money };
  const label = (tick: number): string => (hasRoom(tick, last, place) ? moneyText(tick) : "");
  const { at } = points;
  const low = at[0]!;
  const range = { low, high: Math.max(at.at(-1)!, low + 1) };
  const instants = evenInstants(range.low, range.high);
  const time = timeScale(range, instants, (index) => instants[index]!, chart.timeZone, layout);
  const panes: readonly Pane[] = [
    { ...place, label, series: [area(points.at, points.equity, palette.accent, money.low)] },
    {
      ...{ top: split, bottom: layout.bottom, scale: falls, label: fallText },
      series: [area(at, points.drawdown.map(below), palette.down, 0)],
    },
  ];
  const body = panesSvg(panes, time, layout) + lastValueSvg(last, place, layout) + time.corner;
  return framed(header, layout, body, size);
}

function headerOf({ title, quoteAsset }: EquityChart, { at, equity, drawdown }: EquityPoints): Header {
  const first = equity[0];
  const last = equity.at(-1);
  if (first === undefined || last === undefined) {
    return { title, aside: null, entries: [], summary: `${title}: no equity yet.` };
  }
  const change = changeOf(first, last);
  const aside = `${changeText(change)} in ${spanText(at.at(-1)! - at[0]!)}`;
  const worth = `${numberText(last, 2)} ${quoteAsset}`;
  const deepest = percentText(Math.max(0, ...drawdown));
  return {
    title,
    aside: at.length === 1 ? null : { text: aside, fill: changeColour(change) },
    entries: [
      [
        { text: "●", fill: palette.accent },
        { text: "Equity", fill: palette.quiet },
        { text: worth, fill: palette.text },
      ],
      [
        { text: "●", fill: palette.down },
        { text: "Deepest drawdown", fill: palette.quiet },
        { text: deepest, fill: palette.text },
      ],
    ],
    summary: `${title}: ${worth}, ${aside}, deepest drawdown ${deepest}.`,
  };
}

/** Minus nothing is nothing. */
const below = (fraction: number): number => (fraction > 0 ? -fraction : 0);

const drawdownScale = ({ drawdown }: EquityPoints): ValueScale =>
  scaleBetween(-Math.max(LEAST_DRAWDOWN, ...drawdown) * 1.1, 0, DRAWDOWN_INTERVALS);

const area = (at: readonly number[], values: readonly number[], colour: string, origin: number) => ({
  ...{ type: "line", lineStyle: { color: colour, width: 3, join: "round" } },
  areaStyle: { color: colour, opacity: 0.16, origin },
  // A lone point would be no line at all.
  ...(at.length === 1
    ? { showSymbol: true, symbol: "circle", symbolSize: 12, itemStyle: { color: colour } }
    : {}),
  data: values.map((value, index) => [at[index]!, value]),
});

const MINUTE_MS = 60_000;
/** All divide a day, and the offset of every time zone is a whole number of the first two. */
const STEPS_MS = [1, 15, 60, 360, 1440].map((minutes) => minutes * MINUTE_MS);
const MOST_INSTANTS = 2_000;

/** Round instants that the axis may be labelled at. */
function evenInstants(low: number, high: number): readonly number[] {
  const fits = (stepMs: number): boolean => (high - low) / stepMs <= MOST_INSTANTS;
  const stepMs = STEPS_MS.find(fits) ?? Math.ceil((high - low) / MOST_INSTANTS);
  const first = Math.ceil(low / stepMs);
  const count = Math.max(0, Math.floor(high / stepMs) - first + 1);
  return Array.from({ length: count }, (_, index) => (first + index) * stepMs);
}
