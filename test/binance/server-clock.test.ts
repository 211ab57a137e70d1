import { expect, test } from "bun:test";
import fc from "fast-check";
import { ServerClock } from "../../src/binance/server-clock.ts";

const NOW = Date.UTC(2024, 0, 1);

test("whatever the delays on the way, the earliest time is never later than the true one", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -60_000, max: 60_000 }),
      fc.integer({ min: 0, max: 5_000 }),
      fc.integer({ min: 0, max: 5_000 }),
      fc.integer({ min: 0, max: 600_000 }),
      (trueOffsetMs, outMs, backMs, laterMs) => {
        const clock = new ServerClock();
        clock.learn(NOW + outMs + trueOffsetMs, NOW, NOW + outMs + backMs);
        const now = NOW + outMs + backMs + laterMs;
        expect(clock.earliestAt(now)).toBeLessThanOrEqual(now + trueOffsetMs);
        expect(clock.earliestAt(now)).toBeGreaterThanOrEqual(now + trueOffsetMs - outMs - backMs - 1);
      },
    ),
  );
});

test("a Date header that can be right never contradicts", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -3_600_000, max: 3_600_000 }),
      fc.integer({ min: 0, max: 2_000 }),
      fc.integer({ min: 0, max: 2_000 }),
      (trueOffsetMs, outMs, backMs) => {
        const clock = new ServerClock();
        clock.learn(NOW + trueOffsetMs + 20, NOW, NOW + 40);
        const sentAt = NOW + 120_000;
        const header = new Date(sentAt + outMs + trueOffsetMs).toUTCString();
        clock.observeDateHeader(header, sentAt, sentAt + outMs + backMs);
        expect(clock.isStale(sentAt + 10_000)).toBe(false);
      },
    ),
  );
});

test("before anything is learned our own time stands in, and asking is due", () => {
  const clock = new ServerClock();
  expect(clock.likelyAt(NOW)).toBe(NOW);
  expect(clock.isStale(NOW)).toBe(true);
});

test("when our own clock steps back, asking is due", () => {
  const clock = new ServerClock();
  clock.learn(NOW, NOW, NOW);
  expect(clock.isStale(NOW - 1)).toBe(true);
});

test.each([null, "", "soon", "2024-13-45"])("the Date header %p says nothing", (header) => {
  const clock = new ServerClock();
  clock.learn(NOW, NOW, NOW);
  clock.observeDateHeader(header, NOW, NOW);
  expect(clock.isStale(NOW + 120_000)).toBe(false);
});
