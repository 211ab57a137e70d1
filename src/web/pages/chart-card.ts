/** The candles with the fills on them, and the same in words. */
import { html, raw } from "hono/html";
import { type Instrument, ticksOf } from "../../core/instrument.ts";
import type { CandleChart } from "../../core/picture.ts";
import type { Side } from "../../core/signal.ts";
import { type Timeframe, timeframeMs } from "../../core/timeframe.ts";
import type { ChartAbsence, DrawnChart } from "../drawn-charts.ts";
import type { Format } from "../format.ts";
import { type Html, NOTHING } from "../marks.ts";

export const CHART_TIMEFRAMES = ["15m", "1h", "4h", "1d"] as const satisfies readonly Timeframe[];
export type ChartTimeframe = (typeof CHART_TIMEFRAMES)[number];

export interface ChartCardOptions {
  readonly timeframe: ChartTimeframe;
  readonly instrument: Instrument;
  readonly format: Format;
  readonly linkTo: (timeframe: ChartTimeframe) => string;
}

export function chartCard(shown: DrawnChart | ChartAbsence, options: ChartCardOptions): Html {
  const { timeframe, linkTo } = options;
  const links = CHART_TIMEFRAMES.map(
    (one) =>
      html`<a href="${linkTo(one)}"${one === timeframe ? html` aria-current="true"` : NOTHING}>${one}</a>`,
  );
  return html`<section class="card" aria-labelledby="chart-title">
    <div class="card-head"><h2 id="chart-title">Chart</h2><nav class="ranges" aria-label="Length of a candle">${links}</nav></div>
    ${typeof shown === "string" ? html`<p class="empty">${absenceText(shown, timeframe)}</p>` : figure(shown, options)}
  </section>`;
}

function absenceText(absence: ChartAbsence, timeframe: Timeframe): string {
  switch (absence) {
    case "no_candles":
      return `There are no ${timeframe} candles yet; /data in chat shows what is held.`;
    case "no_painter":
      return "Charts are not drawn here.";
    case "being_drawn":
      return "The chart is being drawn and appears with the next refresh.";
    case "not_drawn":
      return "The chart could not be drawn; it is tried again within a minute or so.";
  }
}

/** The painter's SVG stands as it is: it escapes what it writes and holds nothing that the page's policy forbids. */
const figure = ({ chart, svg }: DrawnChart, options: ChartCardOptions): Html =>
  html`<figure class="chart"><div class="chart-drawing">${raw(svg)}</div>
    <figcaption class="note"><p>${priceWords(chart, options)}</p><p>${fillWords(chart, options)}</p></figcaption></figure>`;

function priceWords(chart: CandleChart, { instrument, format }: ChartCardOptions): string {
  const { candles } = chart;
  const price = (value: number): string => format.price(ticksOf(instrument, value));
  const first = candles.open[0]!;
  const last = candles.close.at(-1)!;
  const from = format.instant(candles.openAt[0]!);
  return (
    `${from} to ${format.instant(endOf(chart))}: from ${price(first)} to ${price(last)} ${format.quote}, ` +
    `between ${price(Math.min(...candles.low))} and ${price(Math.max(...candles.high))}.`
  );
}

const endOf = ({ candles, timeframe }: CandleChart): number =>
  candles.openAt.at(-1)! + timeframeMs(timeframe);

/** Of the fills that are seen: later ones fell in a candle that has not closed. */
function fillWords(chart: CandleChart, { instrument, format }: ChartCardOptions): string {
  const words = (["buy", "sell"] as const).flatMap((side: Side) => {
    const those = chart.fills
      .filter((fill) => fill.side === side && fill.at < endOf(chart))
      .toSorted((a, b) => a.at - b.at);
    const last = those.at(-1);
    if (last === undefined) return [];
    const count = those.length === 1 ? `1 ${side}` : `${those.length} ${side}s, the last`;
    return [`${count} at ${format.price(ticksOf(instrument, last.price))} on ${format.instant(last.at)}.`];
  });
  return words.length === 0 ? "No fills in this time." : words.join(" ");
}
