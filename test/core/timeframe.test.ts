import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  bucketOpenAt,
  isTimeframe,
  TIMEFRAMES,
  type Timeframe,
  timeframeMs,
} from "../../src/core/timeframe.ts";

const DAY_MS = 86_400_000;
const LENGTHS = { "1m": 60, "5m": 300, "15m": 900, "30m": 1800, "1h": 3600, "2h": 7200 } as const;
const LONGER = { "4h": 14_400, "6h": 21_600, "12h": 43_200, "1d": 86_400 } as const;

test.each(Object.entries({ ...LENGTHS, ...LONGER }))("%s lasts %d seconds", (name, seconds) => {
  expect(timeframeMs(name as Timeframe)).toBe(seconds * 1000);
});

test.each([...TIMEFRAMES])("%s candles fill a UTC day", (timeframe) => {
  expect(DAY_MS % timeframeMs(timeframe)).toBe(0);
});

test("the candle of an instant opens at or before it, on the grid, and less than its length ago", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_000_000_000_000 }),
      fc.constantFrom(...TIMEFRAMES),
      (at, timeframe) => {
        const openAt = bucketOpenAt(at, timeframe);
        expect(openAt % timeframeMs(timeframe)).toBe(0);
        expect(at - openAt).toBeWithin(0, timeframeMs(timeframe));
      },
    ),
  );
});

test.each(["", "1H", "3m", "1w", "1m ", "60", "__proto__", "constructor"])("%p is no timeframe", (text) => {
  expect(isTimeframe(text)).toBe(false);
});
