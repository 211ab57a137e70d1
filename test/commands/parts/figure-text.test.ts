import { expect, test } from "bun:test";
import { figureText } from "../../../commands/parts/figure-text.ts";
import { formatFor } from "../../../src/chat/format.ts";
import { BTCUSDT } from "../../risk/btcusdt.ts";
import { plainSpaces } from "../../support/plain-spaces.ts";

const MAY_1 = Date.UTC(2026, 4, 1);
const format = formatFor(BTCUSDT, "America/New_York", Date.UTC(2026, 4, 20));
const figure = { label: "", kind: "share", isSigned: true, value: 0.012, at: MAY_1 } as const;

test("the best day is a UTC day, without a time and whatever the chat's zone", () => {
  expect(plainSpaces(figureText({ ...figure, key: "best_day" }, format))).toBe("+1.20 % on 1 May");
});

test("other figures name the instant in the chat's zone", () => {
  expect(plainSpaces(figureText({ ...figure, key: "max_drawdown" }, format))).toBe("+1.20 % on 30 Apr 20:00");
});
