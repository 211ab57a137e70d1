import { expect, test } from "bun:test";
import { changeText, compactText, decimalsOfStep, priceText, spanText } from "../../src/charts/figures.ts";
import { timeTicks, zoneName } from "../../src/charts/time-ticks.ts";
import { valueScale } from "../../src/charts/value-scale.ts";

const HOUR_MS = 3_600_000;
const START_AT = Date.UTC(2023, 10, 20);
const ticks = (stepMs: number, count: number, timeZone: string): string[] =>
  timeTicks(
    Array.from({ length: count }, (_, index) => START_AT + index * stepMs),
    timeZone,
    7,
  ).map(({ text }) => text);

test.each([
  ["an hour of minutes", HOUR_MS / 60, 60, "UTC", ["00:10", "00:20", "00:30", "00:40", "00:50"]],
  ["a day in Vienna", HOUR_MS, 24, "Europe/Vienna", ["04:00", "08:00", "12:00", "16:00", "20:00", "21 Nov"]],
  ["half an hour off in Kolkata", HOUR_MS, 6, "Asia/Kolkata", ["06:30", "07:30", "08:30", "09:30", "10:30"]],
  ["four days", HOUR_MS, 96, "UTC", ["12:00", "21 Nov", "12:00", "22 Nov", "12:00", "23 Nov", "12:00"]],
  ["three months", 24 * HOUR_MS, 90, "UTC", ["27 Nov", "11 Dec", "25 Dec", "8 Jan", "22 Jan", "5 Feb"]],
  ["two years", 24 * HOUR_MS, 730, "UTC", ["2024", "Jul", "2025", "Jul"]],
])("%s are labelled", (_, stepMs, count, timeZone, expected) => {
  expect(ticks(stepMs, count, timeZone)).toEqual(expected);
});

test("one instant needs no label", () => {
  expect(ticks(HOUR_MS, 1, "UTC")).toEqual([]);
});

test("the zone is named as it is called then", () => {
  expect(zoneName(Date.UTC(2024, 0, 1), "Europe/Vienna")).toBe("CET");
  expect(zoneName(Date.UTC(2024, 6, 1), "Europe/Vienna")).toBe("CEST");
  expect(zoneName(START_AT, "UTC")).toBe("UTC");
});

test.each([
  [59_000, 60_900, [59_000, 59_500, 60_000, 60_500, 61_000]],
  [0.1, 0.2, [0.1, 0.125, 0.15, 0.175, 0.2]],
])("an axis from %d to %d has round ticks", (low, high, expected) => {
  const scale = valueScale(low, high, 5);
  expect(scale.ticks.map((tick) => Number(tick.toFixed(6)))).toEqual(expected);
  expect(scale.low).toBeLessThan(low);
  expect(scale.high).toBeGreaterThan(high);
});

test.each([
  [1_000, 0],
  [2.5, 1],
  [0.25, 2],
  [0.5, 1],
  [25, 0],
  [0.0025, 4],
])("ticks %d apart are written with %d decimals", (step, decimals) => {
  expect(decimalsOfStep(step)).toBe(decimals);
});

test("figures read as a trader writes them", () => {
  expect([63_250.1, 99.5, 0.5, 0].map(priceText)).toEqual(["63,250.10", "99.5000", "0.50000000", "0.00"]);
  expect([0.123, -0.04, 0.000001].map(changeText)).toEqual(["+12.30 %", "−4.00 %", "0.00 %"]);
  expect([0.5, 950, 1_240, 3_100_000].map(compactText)).toEqual(["0.50", "950", "1.24K", "3.10M"]);
  expect([45, 60 * 36, 60 * 24 * 1_250].map((minutes) => spanText(minutes * 60_000))).toEqual([
    "45 min",
    "36 h",
    "1,250 d",
  ]);
});
