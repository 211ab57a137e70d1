/** The panes of a chart drawn by echarts: grids, axes and series as plain SVG shapes and texts, without styles, classes or ids. */
import { BarChart, CandlestickChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { LABEL_SIZE, type Layout, WIDTH } from "./frame.ts";
import { palette } from "./palette.ts";
import type { TimeScale } from "./time-scale.ts";
import type { ValueScale } from "./value-scale.ts";

use([BarChart, CandlestickChart, LineChart, ScatterChart, GridComponent, SVGRenderer]);

export type Series = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Pane {
  readonly top: number;
  readonly bottom: number;
  readonly scale: ValueScale;
  /** Of one of the scale's ticks; an empty text leaves the label out. */
  label(tick: number): string;
  readonly series: readonly Series[];
}

export function panesSvg(panes: readonly Pane[], time: TimeScale, layout: Layout): string {
  const { left, right, height } = layout;
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: "Inter, sans-serif" },
      grid: panes.map(({ top, bottom }) => ({
        ...{ left, top, width: right - left, height: bottom - top, outerBoundsMode: "none" },
      })),
      xAxis: panes.map((_, index) => timeAxis(time, index, index === panes.length - 1)),
      yAxis: panes.map(valueAxis),
      series: panes.flatMap(({ series }, index) =>
        series.map((one) => ({ ...PLAIN, ...one, xAxisIndex: index, yAxisIndex: index })),
      ),
    });
    return shapesOf(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

const PLAIN = { silent: true, clip: false, emphasis: { disabled: true }, showSymbol: false } as const;
const TEXT = { color: palette.quiet, fontSize: LABEL_SIZE } as const;
const GRID_LINE = { color: palette.line, width: 1.5 } as const;

const timeAxis = ({ low, high, ticks }: TimeScale, index: number, isLast: boolean) => {
  const customValues = ticks.map(({ at }) => at);
  return {
    ...{ type: "value", gridIndex: index, min: low, max: high },
    axisLine: { show: false },
    axisTick: { show: false, customValues },
    splitLine: { show: true, customValues, lineStyle: GRID_LINE },
    axisLabel: {
      ...{ ...TEXT, show: isLast, customValues, margin: 18, hideOverlap: false },
      formatter: (at: number) => ticks.find((tick) => tick.at === at)?.text ?? "",
    },
  };
};

const valueAxis = ({ scale, label }: Pane, index: number) => {
  const customValues = [...scale.ticks];
  return {
    ...{ type: "value", gridIndex: index, position: "right", min: scale.low, max: scale.high },
    axisLine: { show: false },
    axisTick: { show: false, customValues },
    splitLine: { show: true, customValues, lineStyle: GRID_LINE },
    axisLabel: { ...TEXT, customValues, margin: 14, hideOverlap: false, formatter: label },
  };
};

/**
 * A page whose policy forbids inline styles shows the shapes as they are: echarts' hover rules, clip paths and data marks
 * go, and the style of a text becomes attributes.
 */
function shapesOf(svg: string): string {
  return svg
    .replace(/<(style|defs)\b[\s\S]*?<\/\1>/g, "")
    .replace(/^<svg[^>]*>|<\/svg>$/g, "")
    .replace(/<rect[^>]*fill="none"[^>]*>\s*<\/rect>/, "")
    .replace(/ (?:class|id|clip-path|pointer-events|ecmeta_\w+)="[^"]*"/g, "")
    .replace(/ style="([^"]*)"/g, (_, style: string) => style.replace(/([\w-]+):([^;]*);?/g, ' $1="$2"'))
    .replace(/\n/g, "");
}
