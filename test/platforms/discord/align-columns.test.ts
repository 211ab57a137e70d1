import { expect, test } from "bun:test";
import { table } from "../../../src/chat/message.ts";
import { alignColumns, PHONE_WIDTH } from "../../../src/platforms/discord/align-columns.ts";

const drawn = (columns: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => {
  const block = table(columns, rows);
  if (block.kind !== "table") throw new Error("That is no table.");
  return alignColumns(block);
};

test("a sentence too long for its line is broken between words, a row's later lines a little to the right", () => {
  expect(
    drawn(
      ["When", "What happened"],
      [
        [
          "6 Apr 09:00",
          "the trading cycle: RUNNING → EMERGENCY_STOP: Equity fell 2.27\u00a0% below its peak.",
        ],
      ],
    ),
  ).toEqual([
    "When",
    "  What happened",
    "6 Apr 09:00",
    "  the trading cycle: RUNNING →",
    "  EMERGENCY_STOP: Equity fell 2.27\u00a0%",
    "  below its peak.",
  ]);
});

test("what fits stays on one line, numbers at the right", () => {
  const lines = drawn(["When", ">BTC", ">Price"], [["30 Mar 16:00", "+0.00240", "83,167.97"]]);
  expect(lines).toEqual(["When               BTC      Price", "30 Mar 16:00  +0.00240  83,167.97"]);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(PHONE_WIDTH);
});
