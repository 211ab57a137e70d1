/**
 * The equity curve as inline SVG: value over time, the fall below the peak shaded, and when a position was held.
 * Shapes stretch with the page while strokes keep their width; the labels are text beside the drawing, so that they stay
 * legible on a phone. Pure; colours come from the style sheet.
 */
import { html } from "hono/html";
import { axisTicks } from "./axis-ticks.ts";
import type { Html } from "./marks.ts";

export interface CurvePoint {
  readonly at: number;
  /** Quote units (1e-8). */
  readonly units: number;
  readonly peakUnits: number;
  readonly isHeld: boolean;
}

export interface CurveOptions {
  /** Where the account began, drawn as a line when it lies within the picture. */
  readonly startUnits: number;
  /** One sentence that says what the picture shows, for those who do not see it. */
  readonly summary: string;
  /** Of one value on the axis; `stepUnits` lie between it and the next, and the two must read differently. */
  readonly valueLabel: (units: number, stepUnits: number) => string;
  readonly timeLabel: (at: number) => string;
}

const WIDTH = 1000;
const HEIGHT = 280;
/** Room under the curve for the strip of held positions. */
const FOOT = 12;
const TIME_LABELS = 5;

/** Points oldest first, at least two; fewer give a sentence instead. */
export function equityCurve(points: readonly CurvePoint[], options: CurveOptions): Html {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at) {
    return html`<p class="empty">The curve begins with the second candle.</p>`;
  }
  const { ticks, low, high, step } = axisTicks(
    Math.min(...points.map(({ units }) => units)),
    Math.max(...points.map(({ units, peakUnits }) => Math.max(units, peakUnits))),
  );
  const x = (at: number): string => (((at - first.at) / (last.at - first.at)) * WIDTH).toFixed(1);
  const y = (units: number): string => (((high - units) / (high - low)) * (HEIGHT - FOOT)).toFixed(1);
  const line = points.map(({ at, units }) => `${x(at)} ${y(units)}`).join("L");
  const peaks = points.map(({ at, peakUnits }) => `${x(at)} ${y(peakUnits)}`).reverse();
  const { startUnits } = options;
  const start = startUnits >= low && startUnits <= high ? `M0 ${y(startUnits)}H${WIDTH}` : "";
  return html`<figure class="curve">
    <div class="curve-values" aria-hidden="true">${ticks.map((units) => html`<span>${options.valueLabel(units, step)}</span>`)}</div>
    <svg class="curve-drawing" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${options.summary}">
      <path class="curve-grid" d="${ticks.map((units) => `M0 ${y(units)}H${WIDTH}`).join("")}"/>
      <path class="curve-area" d="M${line}V${HEIGHT - FOOT}H0Z"/>
      <path class="curve-drawdown" d="M${line}L${peaks.join("L")}Z"/>
      <path class="curve-start" d="${start}"/>
      <path class="curve-held" d="${heldStrip(points, x)}"/>
      <path class="curve-line" d="M${line}"/>
      <path class="curve-now" d="M${x(last.at)} ${y(last.units)}h0"/>
    </svg>
    <div class="curve-times" aria-hidden="true">${timeLabels(first.at, last.at).map((at) => html`<span>${options.timeLabel(at)}</span>`)}</div>
    <figcaption class="curve-legend"><span class="key-line">Equity</span><span class="key-drawdown">Below its peak</span><span class="key-held">Position held</span></figcaption>
  </figure>`;
}

/** One bar for each stretch with a position, from its first point to the one after its last. */
function heldStrip(points: readonly CurvePoint[], x: (at: number) => string): string {
  const bars: string[] = [];
  let from: number | null = null;
  for (const [index, { at, isHeld }] of points.entries()) {
    if (isHeld && from === null) from = at;
    const isLast = index === points.length - 1;
    if (from === null || (isHeld && !isLast)) continue;
    bars.push(`M${x(from)} ${HEIGHT - 5}H${x(at)}V${HEIGHT}H${x(from)}Z`);
    from = null;
  }
  return bars.join("");
}

const timeLabels = (from: number, to: number): readonly number[] =>
  Array.from({ length: TIME_LABELS }, (_, index) => from + ((to - from) * index) / (TIME_LABELS - 1));
