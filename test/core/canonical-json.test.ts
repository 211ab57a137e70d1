import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import type { JsonValue } from "../../src/core/event.ts";

const json = fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<JsonValue>;

const shuffled = (value: JsonValue): JsonValue => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, shuffled(item)]),
  );
};

describe("canonical JSON", () => {
  test("is the same text for the same value, whatever the order of its keys", () => {
    expect(canonicalJson({ b: 1, a: [true, null, { d: "x", c: -0 }] })).toBe(
      '{"a":[true,null,{"c":0,"d":"x"}],"b":1}',
    );
    fc.assert(fc.property(json, (value) => canonicalJson(shuffled(value)) === canonicalJson(value)));
  });

  test("reads back as the value it was made from", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "refuses %p, which JSON would turn into null",
    (value) => {
      expect(() => canonicalJson({ value })).toThrow("not finite");
    },
  );
});
