import { describe, expect, test } from "bun:test";
import { coverage, findGaps, staleness } from "../../src/market/gaps.ts";
import { CandleSeries } from "../../src/market/series.ts";
import { HOUR, START } from "./candles.ts";

function hours(...open: readonly number[]): CandleSeries {
  const series = new CandleSeries("1h");
  for (const hour of open) series.push(START + hour * HOUR, 1, 1, 1, 1, 0);
  return series;
}

const gap = (from: number, to: number) => ({
  fromAt: START + from * HOUR,
  toAt: START + to * HOUR,
  missing: to - from,
});

describe("gaps", () => {
  test("history without a hole has none", () => {
    expect(findGaps(hours(0, 1, 2))).toEqual([]);
    expect(findGaps(hours())).toEqual([]);
  });

  test("each hole is named from its first missing candle to the one that resumes", () => {
    expect(findGaps(hours(0, 1, 4, 5, 7))).toEqual([gap(2, 4), gap(6, 7)]);
  });

  test("within a range, what is missing at its ends counts too", () => {
    expect(findGaps(hours(2, 3, 5), START, START + 8 * HOUR)).toEqual([gap(0, 2), gap(4, 5), gap(6, 8)]);
    expect(findGaps(hours(2, 3, 5), START + 3 * HOUR, START + 4 * HOUR)).toEqual([]);
  });

  test("a range without candles is one gap", () => {
    expect(findGaps(hours(), START, START + 3 * HOUR)).toEqual([gap(0, 3)]);
    expect(findGaps(hours(9), START, START + 3 * HOUR)).toEqual([gap(0, 3)]);
  });

  test("a range that begins within an hour asks for the next whole one", () => {
    expect(findGaps(hours(1, 2), START + 1, START + 3 * HOUR)).toEqual([]);
  });

  test("coverage sums up what is there and what is not", () => {
    const found = coverage(hours(0, 1, 4, 5, 7));
    expect(found).toMatchObject({ firstAt: START, lastAt: START + 7 * HOUR, count: 5, missing: 3 });
    expect(found.gaps).toHaveLength(2);
    expect(coverage(hours())).toEqual({ firstAt: null, lastAt: null, count: 0, gaps: [], missing: 0 });
    const part = coverage(hours(0, 1, 4), START + HOUR, START + 4 * HOUR);
    expect(part).toMatchObject({ firstAt: START + HOUR, lastAt: START + HOUR, count: 1, missing: 2 });
  });
});

describe("staleness", () => {
  const cycle = 60_000;
  // Two cycles of a minute plus a candle of an hour: 62 minutes.
  test.each([
    [61, false],
    [62, false],
    [62.001, true],
    [90, true],
  ])("1h candles that closed %p minutes ago: stale is %p", (minutes, isStale) => {
    const found = staleness(START, START + minutes * 60_000, cycle, "1h");
    expect(found).toEqual({ isStale, ageMs: minutes * 60_000, limitMs: 62 * 60_000 });
  });

  test("no candle at all is stale", () => {
    expect(staleness(null, START, cycle, "1m")).toEqual({ isStale: true, ageMs: null, limitMs: 180_000 });
  });

  test("an age that is no number is stale", () => {
    expect(staleness(Number.NaN, START, cycle, "1m").isStale).toBe(true);
  });
});
