import { expect, test } from "bun:test";
import { VirtualClock } from "../../src/clock.ts";
import type { CandleChart } from "../../src/core/picture.ts";
import { DrawnCharts } from "../../src/web/drawn-charts.ts";
import { candleChart } from "../charts/sample-charts.ts";

const START_AT = Date.UTC(2026, 4, 31);

/** Draws when told to, and knows how often it was asked. */
class Easel {
  readonly clock = new VirtualClock(START_AT);
  chart: CandleChart | null = candleChart(40);
  readonly asked: ((svg: string | null) => void)[] = [];
  readonly charts = new DrawnCharts(
    {
      candleChart: () => this.chart,
      draw: () => {
        const { promise, resolve } = Promise.withResolvers<string | null>();
        this.asked.push(resolve);
        return promise;
      },
    },
    this.clock,
  );

  /** Asks for the chart and has it drawn at once. */
  async shown(svg: string | null): ReturnType<DrawnCharts["show"]> {
    const before = this.asked.length;
    const shown = this.charts.show("1h");
    for (const resolve of this.asked.slice(before)) resolve(svg);
    return shown;
  }
}

test("what was drawn is shown again without drawing it again", async () => {
  const easel = new Easel();
  const first = await easel.shown("<svg/>");
  expect(first).toMatchObject({ svg: "<svg/>" });
  expect(await easel.shown("<svg>another</svg>")).toBe(first);
  await easel.clock.advanceTo(START_AT + 3_600_000);
  expect(await easel.shown("<svg>another</svg>")).toBe(first);
  expect(easel.asked).toHaveLength(1);
});

test("a new candle and a new fill are drawn", async () => {
  const easel = new Easel();
  await easel.shown("<svg/>");
  easel.chart = candleChart(41);
  expect(await easel.shown("<svg>candle</svg>")).toMatchObject({ svg: "<svg>candle</svg>" });
  const at = easel.chart.candles.openAt.at(-1) ?? 0;
  easel.chart = candleChart(41, { fills: [{ at, side: "buy", price: 60_000 }] });
  const shown = await easel.shown("<svg>fill</svg>");
  expect(shown).toMatchObject({ svg: "<svg>fill</svg>", chart: { fills: [{ side: "buy" }] } });
});

test("each timeframe keeps its own drawing", async () => {
  const easel = new Easel();
  await easel.shown("<svg/>");
  const day = easel.charts.show("1d");
  easel.asked[1]?.("<svg>day</svg>");
  expect(await day).toMatchObject({ svg: "<svg>day</svg>" });
  expect(await easel.charts.show("1h")).toMatchObject({ svg: "<svg/>" });
  expect(easel.asked).toHaveLength(2);
});

test("nobody waits more than a second for the first drawing, and all wait for the same one", async () => {
  const easel = new Easel();
  const readers = [easel.charts.show("1h"), easel.charts.show("1h")];
  await easel.clock.advanceTo(START_AT + 1_000);
  expect(await Promise.all(readers)).toEqual(["being_drawn", "being_drawn"]);
  expect(easel.asked).toHaveLength(1);
  easel.asked[0]?.("<svg>late</svg>");
  expect(await easel.charts.show("1h")).toMatchObject({ svg: "<svg>late</svg>" });
  expect(easel.asked).toHaveLength(1);
});

test("while a new one takes its time, the last drawing stands with its own figures", async () => {
  const easel = new Easel();
  const first = await easel.shown("<svg/>");
  easel.chart = candleChart(41);
  const reader = easel.charts.show("1h");
  await easel.clock.advanceTo(START_AT + 1_000);
  expect(await reader).toBe(first);
  expect(easel.asked).toHaveLength(2);
});

test("what could not be drawn is tried again after a minute, not with every refresh", async () => {
  const easel = new Easel();
  expect(await easel.shown(null)).toBe("not_drawn");
  await easel.clock.advanceTo(START_AT + 59_999);
  expect(await easel.shown("<svg/>")).toBe("not_drawn");
  expect(easel.asked).toHaveLength(1);
  await easel.clock.advanceTo(START_AT + 60_000);
  expect(await easel.shown("<svg/>")).toMatchObject({ svg: "<svg/>" });
});

test("without candles there is nothing to draw", async () => {
  const easel = new Easel();
  easel.chart = null;
  expect(await easel.shown("<svg/>")).toBe("no_candles");
  expect(easel.asked).toHaveLength(0);
});
