/** A chart as one SVG fit for a page under a strict policy and for a PNG: no styles, ids, scripts or outside references; equal for equal input. Pure. */
import type { Chart } from "../core/picture.ts";
import { candleSvg } from "./candle-svg.ts";
import { equitySvg } from "./equity-svg.ts";
import { CHART_SIZE, type ChartSize } from "./frame.ts";

/** Throws a RangeError for an unknown time zone; figures that are not finite are left out. */
export const chartSvg = (chart: Chart, size: ChartSize = CHART_SIZE): string =>
  chart.of === "candles" ? candleSvg(chart, size) : equitySvg(chart, size);
