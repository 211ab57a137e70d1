import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { calendarSpans } from "../../../commands/parts/calendar.ts";
import { eventQuestion } from "../../../commands/parts/event-filter.ts";
import { instantFrom } from "../../../commands/parts/instant-argument.ts";
import { seedPosition } from "../../../commands/parts/seed-position.ts";
import { InputError } from "../../../src/core/errors.ts";
import { notionalUnits } from "../../../src/core/instrument.ts";
import { decimalFromUnits } from "../../../src/core/money.ts";
import { REPLAY_INSTRUMENT } from "../../../src/market/replay-instrument.ts";

const NOW = Date.UTC(2026, 2, 1, 12);
const DAY_MS = 86_400_000;

describe("instants as people type them", () => {
  // UTC offsets of the IANA database: Rome +1 in winter and +2 in summer, New York −5 and −4, Kolkata +5:30.
  test.each([
    ["2026-01-15", "UTC", "2026-01-15T00:00:00Z"],
    ["2026-01-15", "Europe/Rome", "2026-01-14T23:00:00Z"],
    ["2026-07-15T14:30", "Europe/Rome", "2026-07-15T12:30:00Z"],
    ["2026-01-15T14:30", "America/New_York", "2026-01-15T19:30:00Z"],
    ["2026-01-15T14:30", "Asia/Kolkata", "2026-01-15T09:00:00Z"],
    ["2026-03-29T03:30", "Europe/Rome", "2026-03-29T01:30:00Z"],
    ["2024-02-29", "UTC", "2024-02-29T00:00:00Z"],
    ["36h", "Europe/Rome", "2026-02-28T00:00:00Z"],
    ["7d", "UTC", "2026-02-22T12:00:00Z"],
    ["90m", "UTC", "2026-03-01T10:30:00Z"],
  ])("%s in %s is %s", (typed, zone, expected) => {
    expect(instantFrom(typed, NOW, zone)).toBe(Date.parse(expected));
  });

  test.each([
    "2026-02-30",
    "2025-02-29",
    "2026-00-01",
    "2026-01-01T24:00",
    "2026-01-01 14:00",
    "1e9",
    "",
    "0d",
    "-1d",
    "now",
  ])("%j is refused with how to type it", (typed) => {
    expect(() => instantFrom(typed, NOW, "UTC")).toThrow(InputError);
    expect(() => instantFrom(typed, NOW, "UTC")).toThrow("2026-02-28");
  });

  test("whatever is typed is an instant or an InputError", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (typed) => {
        try {
          expect(Number.isSafeInteger(instantFrom(typed, NOW, "Europe/Rome"))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });
});

describe("audit filters", () => {
  const question = (typed: string) => eventQuestion(typed, { now: NOW, timeZone: "UTC" });

  test("are told apart by their keys, and a bare category is one", () => {
    expect(question('trading actor:#3 from:7d page:2 "stop loss"')).toEqual({
      filter: { category: "trading", actor: "person:3@", fromAt: NOW - 7 * DAY_MS, text: "stop loss" },
      page: 2,
      words: 'trading actor:#3 from:7d "stop loss"',
    });
  });

  test("person 1 is not person 10", () => {
    expect(question("actor:#1").filter.actor).toBe("person:1@");
  });

  test("a category in quotes is looked for as a word", () => {
    expect(question('"trading"').filter).toEqual({ text: "trading" });
  });

  test("what is typed is a question or an InputError, and what is repeated asks the same again", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (typed) => {
        try {
          const asked = question(typed);
          expect(question(asked.words)).toMatchObject({ filter: asked.filter, page: 1 });
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });
});

describe("a seeded position", () => {
  test("is exact, in whole lots and ticks", () => {
    expect(seedPosition("0.01@63000.25", REPLAY_INSTRUMENT)).toEqual({ lots: 1_000, ticks: 6_300_025 });
  });

  test("every quantity and price of whole steps comes back as it was typed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 900_000_000 }),
        (lots, ticks) => {
          fc.pre(notionalUnits(REPLAY_INSTRUMENT, ticks, lots) <= 10_000_000 * 1e8 && ticks <= 1_000_000_000);
          const typed = `${decimalFromUnits(lots * 1_000, 5)}@${decimalFromUnits(ticks * 1_000_000, 2)}`;
          expect(seedPosition(typed, REPLAY_INSTRUMENT)).toEqual({ lots, ticks });
        },
      ),
    );
  });

  test("no digits break an invariant: a position or an InputError", () => {
    const digits = fc.stringMatching(/^[0-9]{1,12}(\.[0-9]{1,9})?$/);
    fc.assert(
      fc.property(digits, digits, (quantity, price) => {
        try {
          const { lots, ticks } = seedPosition(`${quantity}@${price}`, REPLAY_INSTRUMENT);
          expect(notionalUnits(REPLAY_INSTRUMENT, ticks, lots)).toBeLessThanOrEqual(10_000_001 * 1e8);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });
});

describe("the account's calendar", () => {
  test("days, weeks and months are UTC, and weeks begin on Monday", () => {
    const starts = (unit: "day" | "week" | "month") =>
      calendarSpans(unit, NOW, 3).map(
        ({ fromAt, label }) => `${label} ${new Date(fromAt).toISOString().slice(0, 10)}`,
      );
    // 1 March 2026 is a Sunday.
    expect(starts("day")).toEqual(["1 Mar 2026-03-01", "28 Feb 2026-02-28", "27 Feb 2026-02-27"]);
    expect(starts("week")).toEqual(["23 Feb 2026-02-23", "16 Feb 2026-02-16", "9 Feb 2026-02-09"]);
    expect(starts("month")).toEqual(["Mar 2026 2026-03-01", "Feb 2026 2026-02-01", "Jan 2026 2026-01-01"]);
  });

  test("spans join without a gap, and the first holds the instant", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.constantFrom("day", "week", "month"), (now, unit) => {
        const spans = calendarSpans(unit, now, 8);
        expect(spans[0]!.fromAt <= now && now < spans[0]!.toAt).toBe(true);
        for (const [i, span] of spans.slice(1).entries()) expect(span.toAt).toBe(spans[i]!.fromAt);
      }),
    );
  });
});
