import { expect, test } from "bun:test";
import { gain } from "../../src/web/marks.ts";

test.each([
  ["a gain", 0.01, "+1.00 %", "up"],
  ["a loss", -0.01, "−1.00 %", "down"],
  ["nothing", 0, "0.00 %", "even"],
  ["a gain too small to show", 0.000_001, "0.00 %", "even"],
  ["a loss too small to show", -0.000_001, "0.00 %", "even"],
])("%s of %p, written %s, has the colour %s", async (_, value, text, colour) => {
  expect(String(await gain(value, text))).toBe(`<span class="${colour}">${text}</span>`);
});
