/**
 * Charts as PNG from the worker, one after the other, and how late the thread that acknowledges presses comes meanwhile;
 * then presses at a running program that draws all the time. Prints a table and a JSON line.
 */

import { syntheticHours } from "../prove/synthetic-hours.ts";
import { createPainter } from "../src/charts/worker-painter.ts";
import { SystemClock } from "../src/clock.ts";
import type { CandleChart } from "../src/core/picture.ts";
import { emaOf } from "../src/strategy/indicators/ema.ts";
import { machine, metWord, printTable, type Spread, spreadOf, watchLateness } from "./figures.ts";
import { openFloor, type Phones } from "./phones.ts";

const GOAL = { chartP95: 150, pressP99: 50 } as const;
const WARMUP = 200;
const CHARTS = 60;
const SIZES = [96, 200, 500] as const;
const SEATS = 12;
/** These ask for charts, one after the other; the rest press. */
const DRAWING_SEATS = 4;
const DRAWING_MS = 15_000;
const PRESS_EVERY_MS = 100;
const TIMER_MS = 2;

const hours = syntheticHours("charts", WARMUP + Math.max(...SIZES) + CHARTS);

/** As /chart makes it: candles, two averages, and a fill now and then. */
function chartOf(size: number, offset: number): CandleChart {
  const from = WARMUP + offset;
  const shown = (column: Float64Array): readonly number[] => [...column.subarray(from, from + size)];
  const fills = Array.from({ length: Math.floor(size / 24) }, (_, index) => ({
    at: hours.openAt[from + index * 24 + 5]!,
    side: index % 2 === 0 ? ("buy" as const) : ("sell" as const),
    price: hours.close[from + index * 24 + 5]!,
  }));
  return {
    ...{ of: "candles", title: "BTCUSDT 1h", timeZone: "UTC", timeframe: "1h", fills },
    candles: {
      openAt: shown(hours.openAt),
      open: shown(hours.open),
      high: shown(hours.high),
      low: shown(hours.low),
      close: shown(hours.close),
      volume: shown(hours.volume),
    },
    lines: [20, 50].map((period) => ({
      name: `EMA ${period}`,
      values: shown(emaOf(hours.close.subarray(0, from + size), period)),
    })),
  };
}

/** Width and height as the file's header states them. */
function sizeOf(png: Uint8Array): string {
  const header = new DataView(png.buffer, png.byteOffset);
  return `${header.getUint32(16)}×${header.getUint32(20)}`;
}

async function draw() {
  const painter = createPainter({ clock: new SystemClock() });
  const lateness = watchLateness(TIMER_MS);
  const timed = async (size: number, offset: number): Promise<number> => {
    const chart = chartOf(size, offset);
    const from = performance.now();
    const png = await painter.png(chart);
    const ms = performance.now() - from;
    if (png === null || sizeOf(png) !== "1200×675") throw new Error("the chart was not drawn");
    return ms;
  };
  try {
    const first = await timed(SIZES[0], 0);
    const bySize = [];
    for (const size of SIZES) {
      const took: number[] = [];
      for (let offset = 0; offset < CHARTS; offset++) took.push(await timed(size, offset));
      bySize.push({ size, ...spreadOf(took) });
    }
    return { first, bySize, late: lateness() };
  } finally {
    painter.close();
  }
}

async function pressWhileDrawing() {
  const floor = await openFloor({ seats: SEATS, candlesPerSecond: 10 });
  try {
    const until = performance.now() + DRAWING_MS;
    const drawn: number[] = [];
    const keepDrawing = async (phones: Phones, seat: number): Promise<void> => {
      while (performance.now() < until) drawn.push(await phones.chart(seat));
    };
    const presses: Promise<number>[] = [];
    const keepPressing = async (): Promise<void> => {
      for (let index = 0; performance.now() < until; index++) {
        const seat = DRAWING_SEATS + (index % (SEATS - DRAWING_SEATS));
        presses.push((index % 2 === 0 ? floor.telegram : floor.discord).press(seat));
        await Bun.sleep(PRESS_EVERY_MS);
      }
    };
    const drawing = Array.from({ length: DRAWING_SEATS }, (_, seat) => keepDrawing(floor.telegram, seat));
    await Promise.all([...drawing, keepPressing()]);
    return { presses: spreadOf(await Promise.all(presses)), drawn: drawn.length };
  } finally {
    await floor.end();
  }
}

const { first, bySize, late } = await draw();
const { presses, drawn } = await pressWhileDrawing();

console.log(
  `Charts of 1200×675 as PNG from the worker; goal: p95 at most ${GOAL.chartP95} ms, and presses acknowledged meanwhile (p99 at most ${GOAL.pressP99} ms)\n${machine()}\n`,
);
const cells = (spread: Pick<Spread, "p50" | "p95" | "p99" | "max">): string[] =>
  [spread.p50, spread.p95, spread.p99, spread.max].map((value) => value.toFixed(1));
printTable([
  ["ms", "count", "p50", "p95", "p99", "max", "met"],
  ...bySize.map(({ size, count, ...spread }) => [
    `chart of ${size} candles`,
    String(count),
    ...cells(spread),
    metWord(spread.p95 <= GOAL.chartP95),
  ]),
  [
    `press while ${drawn} charts were drawn`,
    String(presses.count),
    ...cells(presses),
    metWord(presses.p99 <= GOAL.pressP99),
  ],
]);
console.log(
  `\nThe first chart, with the worker's start, took ${first.toFixed(0)} ms. The main thread was late by ${late.p99} ms (p99), ${late.max} ms (most) while the worker drew.`,
);
console.log(
  `\n${JSON.stringify({ bench: "charts", goal: GOAL, firstMs: Math.round(first), rows: bySize, mainThreadLateMs: late, presses, chartsDrawnMeanwhile: drawn })}`,
);
