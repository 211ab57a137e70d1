import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { formatFor, isTimeZone } from "../../src/chat/format.ts";
import { plainSpaces } from "../support/plain-spaces.ts";
import { BTCUSDT, NOON } from "./bench.ts";

const format = formatFor(BTCUSDT, "Europe/Rome", NOON);

describe("amounts", () => {
  test.each([
    [1_234_567_890_000, "12,345.68 USDT"],
    [0, "0.00 USDT"],
    [-1, "0.00 USDT"],
    [-450_000_000, "−4.50 USDT"],
    [100_000_000_000_000, "1,000,000.00 USDT"],
  ])("%i units read %s", (units, text) => {
    expect(plainSpaces(format.quote(units))).toBe(text);
  });

  test.each([
    [1_230_000_000, "+12.30 USDT"],
    [-400_000_000, "−4.00 USDT"],
    [0, "0.00 USDT"],
    [400_000, "0.00 USDT"],
  ])("%i units read %s where the sign matters", (units, text) => {
    expect(plainSpaces(format.signedQuote(units))).toBe(text);
  });

  test("prices have the tick's decimals, quantities the lot's", () => {
    expect(format.price(6_325_010)).toBe("63,250.10");
    expect(format.priceOf(63_250.104)).toBe("63,250.10");
    expect(plainSpaces(format.quantity(123))).toBe("0.00123 BTC");
    expect(format.lots(0)).toBe("0.00000");
  });

  test("what is not known reads n/a, never zero", () => {
    expect(plainSpaces(format.percent(null))).toBe("n/a");
    expect(plainSpaces(format.signedPercent(Number.NaN))).toBe("n/a");
    expect(format.number(null)).toBe("n/a");
    expect(format.number(Number.POSITIVE_INFINITY)).toBe("n/a");
  });

  test("fractions read as signed percentages", () => {
    expect(plainSpaces(format.percent(0.1234))).toBe("12.34 %");
    expect(plainSpaces(format.signedPercent(0.05, 1))).toBe("+5.0 %");
    expect(plainSpaces(format.signedPercent(-0.00001))).toBe("0.00 %");
    expect(plainSpaces(format.signedPercent(-12.5, 0))).toBe("−1,250 %");
  });

  test("no line ends between a number and its unit", () => {
    for (const written of [
      format.quote(123_000_000_000),
      format.signedQuote(-1_000_000_000),
      format.quotePrice(8_635_086),
      format.quotePriceOf(86_350.86),
      format.quantity(240),
      format.percent(0.1234),
      format.signedPercent(0.1234),
      format.bytes(1_200_000),
      format.duration(12_000),
    ])
      expect(written).toMatch(/^[^ ]+\u00a0[^ ]+$/);
    expect(format.relative(NOON - 1_054_800_000)).toBe("12\u00a0d 5\u00a0h ago");
  });

  test("a purchase and a sale are told apart by their sign", () => {
    expect(format.tradedLots("buy", 240)).toBe("+0.00240");
    expect(format.tradedLots("sell", 136)).toBe("−0.00136");
  });

  test("every amount reads back as itself, to the cent", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 15), max: 10 ** 15 }), (units) => {
        const read = Number(format.amount(units).replaceAll(",", "").replace("−", "-"));
        expect(Math.abs(read - units / 1e8)).toBeLessThanOrEqual(0.005000001);
      }),
    );
  });
});

describe("time", () => {
  test.each([
    ["Europe/Rome", Date.UTC(2026, 10, 21, 14, 3), "21 Nov 15:03 (14:03 UTC)"],
    ["Asia/Tokyo", Date.UTC(2026, 10, 21, 20, 0), "22 Nov 05:00 (21 Nov 20:00 UTC)"],
    ["UTC", Date.UTC(2026, 10, 21, 14, 3), "21 Nov 14:03 UTC"],
    ["America/New_York", Date.UTC(2025, 11, 31, 23, 30), "31 Dec 2025 18:30 (23:30 UTC)"],
    ["Asia/Kathmandu", Date.UTC(2026, 8, 1, 0, 0), "1 Sep 05:45 (00:00 UTC)"],
    // Clocks go forward at 01:00 UTC on 29 March 2026.
    ["Europe/Rome", Date.UTC(2026, 2, 29, 0, 59), "29 Mar 01:59 (00:59 UTC)"],
    ["Europe/Rome", Date.UTC(2026, 2, 29, 1, 0), "29 Mar 03:00 (01:00 UTC)"],
  ])("in %s %i reads %s", (zone, at, text) => {
    expect(formatFor(BTCUSDT, zone, NOON).instant(at)).toBe(text);
  });

  test.each([
    [0, "0 ms"],
    [450, "450 ms"],
    [12_000, "12 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [200_000, "3 min 20 s"],
    [7_500_000, "2 h 5 min"],
    [360_000_000, "4 d 4 h"],
    [-5, "0 ms"],
  ])("%i ms read %s", (ms, text) => {
    expect(plainSpaces(format.duration(ms))).toBe(text);
  });

  test("what was and what will be are told apart", () => {
    expect(plainSpaces(format.relative(NOON - 180_000))).toBe("3 min ago");
    expect(plainSpaces(format.relative(NOON + 7_500_000))).toBe("in 2 h 5 min");
    expect([NOON, NOON - 999, NOON + 999].map(format.relative)).toEqual([
      "just now",
      "just now",
      "in a moment",
    ]);
  });

  test("the time of day alone is the chat's", () => {
    expect(format.clockTime(Date.UTC(2026, 10, 21, 14, 3))).toBe("15:03");
  });

  test.each(["Europe/Rome", "UTC", "America/Argentina/Buenos_Aires"])("%s is a time zone", (zone) => {
    expect(isTimeZone(zone)).toBe(true);
  });

  test.each(["Rome", "", "Mars/Olympus", "../../etc/passwd", "+02:00", "Europe/Rome\u0000"])(
    "%j is none",
    (zone) => {
      expect(isTimeZone(zone)).toBe(false);
    },
  );
});

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1_200_000, "1.2 MB"],
  [3_500_000_000, "3.5 GB"],
])("%i bytes read %s", (count, text) => {
  expect(plainSpaces(format.bytes(count))).toBe(text);
});
