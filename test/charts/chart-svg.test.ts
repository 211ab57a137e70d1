import { expect, test } from "bun:test";
import fc from "fast-check";
import { chartSvg } from "../../src/charts/chart-svg.ts";
import type { CandleChart, Chart } from "../../src/core/picture.ts";
import { candleChart, equityChart, START_AT } from "./sample-charts.ts";
import { labelOf, textsOf, unfitParts } from "./strict-svg.ts";

const flat = (value: number): CandleChart => {
  const { candles } = candleChart(30);
  const same = candles.openAt.map(() => value);
  return candleChart(30, {
    candles: { ...candles, open: same, high: same, low: same, close: same, volume: same.map(() => 0) },
    lines: [{ name: "EMA 20", values: same.map(() => null) }],
  });
};
const holed = (): CandleChart => {
  const { candles } = candleChart(30);
  const at = (column: readonly number[], index: number, value: number) => column.with(index, value);
  const close = at(candles.close, 3, Number.NaN);
  return candleChart(30, { candles: { ...candles, close, high: at(candles.high, 9, Infinity) } });
};
const noise = (): CandleChart =>
  candleChart(60, {
    title: `<script>"1"</script> & 'so on' \u0000\ud800`,
    lines: [{ name: "</text><style>", values: Array.from({ length: 60 }, () => 60_000) }],
  });

const charts: readonly (readonly [string, Chart])[] = [
  ["no candles", candleChart(0)],
  ["one candle", candleChart(1)],
  ["two candles", candleChart(2)],
  ["90 candles", candleChart(90)],
  ["1,500 candles", candleChart(1_500)],
  ["flat prices without volume", flat(61_000)],
  ["prices of zero", flat(0)],
  ["prices too small to be real", flat(5e-324)],
  ["figures that are not finite", holed()],
  ["text that looks like markup", noise()],
  ["seven lines", candleChart(60, { lines: Array.from({ length: 7 }, () => candleChart(60).lines[1]!) })],
  ["no equity", equityChart(0)],
  ["one point of equity", equityChart(1)],
  ["400 points of equity", equityChart(400)],
  ["5,000 points of equity", equityChart(5_000)],
  ["flat equity", equityChart(3, { equity: [100, 100, 100], drawdown: [0, 0, 0] })],
  ["an account at nothing", equityChart(2, { equity: [0, 0], drawdown: [1, 1] })],
  ["equity that is not finite", equityChart(3, { equity: [100, Number.NaN, 101], drawdown: [0, 0, 0] })],
];

test.each(charts)("%s are drawn fit for a page under a strict policy, and alike each time", (_, chart) => {
  const svg = chartSvg(chart);
  expect(unfitParts(svg)).toEqual([]);
  expect(svg).toContain('role="img"');
  expect(labelOf(svg).length).toBeGreaterThan(10);
  expect(chartSvg(chart)).toBe(svg);
});

test("text that looks like markup is shown as text", () => {
  const words = textsOf(chartSvg(noise()));
  expect(words[0]).toBe(`<script>"1"</script> & 'so on' \ufffd`);
  expect(words.join(" ")).toContain("</text><style> 60,000.00");
});

test("whatever the figures, the picture is sound", () => {
  const price = fc.double({ min: 0, max: 1e7, noNaN: false });
  const candle = fc.record({ open: price, high: price, low: price, close: price, volume: price });
  fc.assert(
    fc.property(fc.array(candle, { maxLength: 60 }), fc.string({ unit: "binary" }), (rows, title) => {
      const column = (of: (row: (typeof rows)[number]) => number): number[] => rows.map(of);
      const chart = candleChart(rows.length, {
        title,
        candles: {
          openAt: rows.map((_, index) => START_AT + index * 3_600_000),
          open: column(({ open }) => open),
          high: column(({ high }) => high),
          low: column(({ low }) => low),
          close: column(({ close }) => close),
          volume: column(({ volume }) => volume),
        },
        fills: rows.map(({ open }, index) => ({
          at: START_AT + index * 1_800_000,
          side: "buy",
          price: open,
        })),
      });
      expect(unfitParts(chartSvg({ ...chart, title: "Any" }))).toEqual([]);
      expect(() => unfitParts(chartSvg(chart))).not.toThrow();
    }),
    { numRuns: 60 },
  );
});

test("whatever the account did, the picture is sound", () => {
  const point = fc.tuple(
    fc.nat({ max: 2e9 }),
    fc.double({ min: 0, max: 1e9 }),
    fc.double({ min: 0, max: 1 }),
  );
  fc.assert(
    fc.property(fc.array(point, { maxLength: 60 }), (points) => {
      const at = points.map(([afterMs]) => START_AT + afterMs).sort((a, b) => a - b);
      const equity = points.map(([, worth]) => worth);
      const drawdown = points.map(([, , fall]) => fall);
      expect(unfitParts(chartSvg(equityChart(0, { at, equity, drawdown })))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("a candle chart says its title, its last price, each average with its value, and its volume", () => {
  const svg = chartSvg(candleChart(90));
  const texts = textsOf(svg);
  const last = candleChart(90).candles.close.at(-1)!;
  const price = last.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  expect(texts).toContain("BTCUSDT · 1h");
  expect(texts).toContain(price);
  expect(texts.join(" ")).toMatch(/EMA 20 \d\d,\d{3}\.\d\d .*EMA 50 \d\d,\d{3}\.\d\d/);
  expect(texts).toContain("Volume");
  expect(labelOf(svg)).toContain(`last price ${price}`);
});

test("an equity chart says what the account is worth, how it changed and how deep it fell", () => {
  const chart = equityChart(3, { equity: [10_000, 9_000, 10_500], drawdown: [0, 0.1, 0] });
  const words = textsOf(chartSvg(chart)).join(" ");
  expect(words).toContain("Equity 10,500.00 USDT");
  expect(words).toContain("+5.00 % in 2 h");
  expect(words).toContain("Deepest drawdown 10.00 %");
  expect(words).toContain("−10 %");
});

test("fills are counted and marked; those outside the candles are left out", () => {
  const marks = (fills: CandleChart["fills"]): string => chartSvg(candleChart(24, { fills }));
  const within = START_AT + 5.5 * 3_600_000;
  const svg = marks([
    { at: within, side: "buy", price: 60_500 },
    { at: within + 3_600_000, side: "sell", price: 60_700 },
    { at: START_AT - 1, side: "buy", price: 60_000 },
    { at: START_AT + 24 * 3_600_000, side: "sell", price: 60_000 },
  ]);
  expect(textsOf(svg).join(" ")).toMatch(/▲ 1 buy ▼ 1 sell$|▲ 1 buy ▼ 1 sell /);
  expect(svg.match(/L1 1L-1 1Z/g)).toHaveLength(2);
  expect(marks([])).not.toContain("▲");
});

test("a long history is drawn as fewer bars, and says so", () => {
  const svg = chartSvg(candleChart(1_500));
  expect(textsOf(svg).join(" ")).toContain("6 candles a bar");
  expect(svg.length).toBeLessThan(100_000);
});

test("an average far from the candles does not flatten them", () => {
  const far = Array.from({ length: 60 }, () => 20_000);
  const texts = textsOf(chartSvg(candleChart(60, { lines: [{ name: "EMA 200", values: far }] })));
  expect(texts.join(" ")).toContain("EMA 200 20,000.00");
  expect(texts).not.toContain("40,000");
});

test("a long equity curve keeps its deepest fall and its highest point", () => {
  const chart = equityChart(5_000);
  const drawdown = chart.drawdown.with(2_345, 0.4321);
  const words = textsOf(chartSvg({ ...chart, drawdown })).join(" ");
  expect(words).toContain("Deepest drawdown 43.21 %");
});

test("another size keeps the type's share of the picture", () => {
  const svg = chartSvg(candleChart(60), { width: 600, height: 600 });
  expect(svg).toContain('width="600" height="600" viewBox="0 0 1200 1200"');
  expect(unfitParts(svg)).toEqual([]);
});

test("an unknown time zone is refused", () => {
  expect(() => chartSvg(candleChart(5, { timeZone: "Mars/Olympus" }))).toThrow(RangeError);
});
