import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../src/core/random.ts";
import { counterOf, newSeed, shownSeed } from "../../src/identity/one-time-code.ts";

/** RFC 6238, appendix B: SHA-1 with this seed; the last six of its eight digits. */
const RFC_SEED = new TextEncoder().encode("12345678901234567890");
const RFC_CODES = [
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
] as const;

describe("a one-time code", () => {
  test.each(RFC_CODES)("at second %p is the standard's %p", (second, code) => {
    expect(counterOf(RFC_SEED, code, second * 1000)).toBe(Math.floor(second / 30));
  });

  test("stands for its own step when the phone is half a minute off, and for nothing beyond", () => {
    const [, code] = RFC_CODES[3];
    const step = Math.floor(1_234_567_890 / 30);
    const at = (steps: number) => counterOf(RFC_SEED, code, (step + steps) * 30_000);
    expect([-2, -1, 0, 1, 2].map(at)).toEqual([null, step, step, step, null]);
  });

  test.each(["", "28708", "2870820", "28708a", "287 082", "２８７０８２", " 287082", "-87082"])(
    "is six plain digits, not %j",
    (typed) => {
      expect(counterOf(RFC_SEED, typed, 59_000)).toBeNull();
    },
  );
});

describe("a seed", () => {
  test("is shown as authenticator apps read it", () => {
    const { base32, link } = shownSeed(RFC_SEED, "Ada: home & work");
    expect(base32).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    const url = new URL(link);
    expect(decodeURIComponent(url.pathname)).toEndWith("/Countersign:Ada: home & work");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      issuer: "Countersign",
      secret: base32,
      algorithm: "SHA1",
      digits: "6",
      period: "30",
    });
  });

  test("has twenty bytes, different each time", () => {
    const random = seededRandom("seeds");
    const [one, two] = [newSeed(random), newSeed(random)];
    expect([one.length, two.length]).toEqual([20, 20]);
    expect(one.toHex()).not.toBe(two.toHex());
  });
});
