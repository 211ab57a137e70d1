/** The candle charts as drawn: once for the same figures, beside the requests, none of which waits long for a drawing. */
import type { Clock } from "../core/clock.ts";
import type { CandleChart } from "../core/picture.ts";
import type { Timeframe } from "../core/timeframe.ts";
import type { StatusSource } from "./status-source.ts";

export interface DrawnChart {
  readonly chart: CandleChart;
  readonly svg: string;
}

/** Why there is nothing to show. */
export type ChartAbsence = "no_candles" | "no_painter" | "being_drawn" | "not_drawn";

/** The first drawing after a while takes a third of a second, the next ones a tenth of that. */
const PATIENCE_MS = 1_000;
/** What could not be drawn is not asked for again with every refresh. */
const RETRY_MS = 60_000;

interface Kept {
  /** The figures last asked for, whatever came of it. */
  figures: string;
  /** Infinite after a success. */
  retryAt: number;
  drawing: Promise<void> | null;
  last: DrawnChart | null;
}

export class DrawnCharts {
  readonly #kept = new Map<Timeframe, Kept>();

  /** The clock tells real time: it is readers who wait. */
  constructor(
    readonly source: Pick<StatusSource, "candleChart" | "draw">,
    readonly clock: Clock,
  ) {}

  /** The newest drawing, waited for when it is under way; the one before when it takes too long or fails. */
  async show(timeframe: Timeframe): Promise<DrawnChart | ChartAbsence> {
    const { draw } = this.source;
    const chart = this.source.candleChart(timeframe);
    if (chart === null) return "no_candles";
    if (draw === null) return "no_painter";
    const kept = this.#keptOf(timeframe);
    const figures = JSON.stringify(chart);
    const isDue = kept.figures !== figures || this.clock.now() >= kept.retryAt;
    if (kept.drawing === null && isDue) {
      kept.figures = figures;
      kept.drawing = this.#draw(draw, chart, kept);
    }
    if (kept.drawing !== null) await this.#patience(kept.drawing);
    return kept.last ?? (kept.drawing === null ? "not_drawn" : "being_drawn");
  }

  #keptOf(timeframe: Timeframe): Kept {
    const kept = this.#kept.get(timeframe) ?? {
      ...{ figures: "", retryAt: Number.POSITIVE_INFINITY, drawing: null, last: null },
    };
    this.#kept.set(timeframe, kept);
    return kept;
  }

  async #draw(draw: NonNullable<StatusSource["draw"]>, chart: CandleChart, kept: Kept): Promise<void> {
    const svg = await draw(chart);
    kept.retryAt = svg === null ? this.clock.now() + RETRY_MS : Number.POSITIVE_INFINITY;
    if (svg !== null) kept.last = { chart, svg };
    kept.drawing = null;
  }

  #patience(drawing: Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.clock.after(PATIENCE_MS, resolve);
    void drawing.then(resolve).finally(cancel);
    return promise;
  }
}
