import { expect, test } from "bun:test";
import fc from "fast-check";
import { durationText, endOfDay, formatFor, startOfDay, words } from "../../src/web/format.ts";
import { BTCUSDT, usdt } from "../risk/btcusdt.ts";

const NOW = Date.UTC(2026, 4, 31, 14, 0, 5);
const format = formatFor(BTCUSDT, "Europe/Rome", NOW);

test.each([
  [usdt(1_234_567.891), "1,234,567.89", "+1,234,567.89"],
  [usdt(-4), "−4.00", "−4.00"],
  [0, "0.00", "0.00"],
  [-100_000, "0.00", "0.00"],
  [500_000, "0.01", "+0.01"],
  [-499_999, "0.00", "0.00"],
])("%d units are written %s, and %s where a sign belongs", (units, plain, signed) => {
  expect(format.amount(units)).toBe(plain);
  expect(format.signedAmount(units)).toBe(signed);
});

test("prices take the tick's decimals, quantities the lot's", () => {
  expect(format.price(6_325_010)).toBe("63,250.10");
  expect(format.quantity(123)).toBe("0.00123");
  expect(format.quantity(123_456_789)).toBe("1,234.56789");
});

test("an amount reads back to the cent it stands for", () => {
  fc.assert(
    fc.property(fc.integer({ min: -(10 ** 15), max: 10 ** 15 }), (cents) => {
      const text = format.amount(cents * 1e6 > Number.MAX_SAFE_INTEGER ? 0 : cents * 1e6);
      const back = Math.round(Number(text.replaceAll(",", "").replace("−", "-")) * 100);
      expect(Math.abs(back)).toBe(Math.abs(cents * 1e6 > Number.MAX_SAFE_INTEGER ? 0 : cents));
    }),
  );
});

test("instants are in the page's zone, with the year when it is another", () => {
  expect(format.instant(Date.UTC(2026, 4, 31, 22, 30))).toBe("1 Jun 00:30");
  expect(format.instant(Date.UTC(2025, 11, 31, 12))).toBe("31 Dec 2025 13:00");
  expect(format.timeOfDay(NOW)).toBe("16:00:05");
});

test.each([
  [450, "450 ms"],
  [12_000, "12 s"],
  [200_000, "3 min 20 s"],
  [7_500_000, "2 h 5 min"],
  [86_400_000 * 4 + 3_600_000 * 3, "4 d 3 h"],
  [3_600_000, "1 h"],
])("%d ms are written %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test.each([
  ["Europe/Rome", "2026-05-10", "2026-05-09T22:00:00.000Z", "2026-05-10T22:00:00.000Z"],
  // The clocks go forward on the 29th of March and back on the 25th of October: days of 23 and 25 hours.
  ["Europe/Rome", "2026-03-29", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"],
  ["Europe/Rome", "2026-10-25", "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"],
  // Here they change between the local and the UTC midnight.
  ["Pacific/Auckland", "2026-09-27", "2026-09-26T12:00:00.000Z", "2026-09-27T11:00:00.000Z"],
])("in %s the day %s begins and ends at midnight there", (timeZone, date, from, to) => {
  expect(new Date(startOfDay(date, timeZone) ?? 0).toISOString()).toBe(from);
  expect(new Date(endOfDay(date, timeZone) ?? 0).toISOString()).toBe(to);
});

test("what is not a date begins never", () => {
  for (const text of ["2026-02-30", "10 May", "2026-5-1", ""]) expect(startOfDay(text, "UTC")).toBeNull();
});

test("codes are shown as words", () => {
  expect(words("stop_loss")).toBe("Stop loss");
});
