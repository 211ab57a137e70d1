import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { alignedFields } from "../../src/chat/aligned-fields.ts";
import { widthOf } from "../../src/chat/fixed-width.ts";

const aligned = (pairs: readonly (readonly [string, string])[], columns = 34): readonly string[] =>
  alignedFields(
    pairs.map(([label, value]) => ({ label, value })),
    columns,
  ).lines;

describe("fields in fixed width", () => {
  test("put figures under one another at the right and words where they begin", () => {
    expect(
      aligned([
        ["Equity", "10,123.45 USDT"],
        ["Today", "−4.00 USDT"],
        ["State", "RUNNING"],
      ]),
    ).toEqual(["Equity  10,123.45 USDT", "Today       −4.00 USDT", "State   RUNNING"]);
  });

  test("put a value that has no room beside its label below it", () => {
    expect(
      aligned([
        ["Mode", "paper"],
        ["Reason", "the exchange answered nothing for a minute"],
      ]),
    ).toEqual(["Mode  paper", "Reason", "  the exchange answered nothing", "  for a minute"]);
  });

  test("say how many stand beside their labels, and how many of those are figures", () => {
    const fields = [
      { label: "Equity", value: "10.00 USDT" },
      { label: "State", value: "RUNNING" },
      { label: "Reason", value: "a sentence that is longer than any phone is wide" },
    ];
    expect(alignedFields(fields, 34)).toMatchObject({ beside: 2, figures: 1 });
  });

  test("are never wider than the phone, whatever they say, and lose nothing of it", () => {
    const word = fc.stringMatching(/^[A-Za-z0-9.,+−]{1,50}$/);
    const field = fc.record({
      label: fc.stringMatching(/^[A-Z][a-z]{0,30}$/),
      value: fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(" ")),
    });
    fc.assert(
      fc.property(fc.array(field, { maxLength: 8 }), fc.integer({ min: 34, max: 60 }), (fields, columns) => {
        const { lines } = alignedFields(fields, columns);
        const letters = (text: string): string => text.replaceAll(/\s/g, "");
        expect(Math.max(0, ...lines.map(widthOf))).toBeLessThanOrEqual(columns);
        expect(letters(lines.join(""))).toBe(
          letters(fields.map(({ label, value }) => label + value).join("")),
        );
      }),
    );
  });
});
