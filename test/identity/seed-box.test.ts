import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { seededRandom } from "../../src/core/random.ts";
import { openSeed, sealedAt, sealSeed } from "../../src/identity/seed-box.ts";

const KEY = new Uint8Array(32).fill(7);
const SEED = Uint8Array.from({ length: 20 }, (_, index) => index * 3);
const NOON = Date.UTC(2026, 10, 21, 12);
const random = seededRandom("boxes");

const sealed = (changes: Partial<Parameters<typeof sealSeed>[0]> = {}): Uint8Array =>
  sealSeed({ key: KEY, random, personId: 1, seed: SEED, at: NOON, ...changes });

const refused = { ok: false, code: "seed_unreadable" } as const;

describe("a sealed seed", () => {
  test("comes out as it went in, with the instant it was sealed at", () => {
    const box = sealed();
    expect(openSeed(KEY, 1, box)).toEqual({ ok: true, value: SEED });
    expect(sealedAt(box)).toBe(NOON);
  });

  test("holds nothing of the seed in clear, and looks different each time", () => {
    const [one, two] = [sealed(), sealed()];
    expect(one.toHex()).not.toContain(SEED.toHex().slice(0, 8));
    expect(one.slice(9).toHex()).not.toBe(two.slice(9).toHex());
  });

  test("opens for its own person alone: a row copied to somebody else is worth nothing", () => {
    expect(openSeed(KEY, 2, sealed())).toMatchObject(refused);
  });

  test("opens under its own key alone", () => {
    expect(openSeed(new Uint8Array(32).fill(8), 1, sealed())).toMatchObject(refused);
  });

  test("is refused when any one bit of it was changed, its instant included", () => {
    const box = sealed();
    for (let bit = 0; bit < box.length * 8; bit++) {
      const damaged = box.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect({ bit, ...openSeed(KEY, 1, damaged) }).toMatchObject({ bit, ...refused });
    }
  });

  test("is refused when it was cut or lengthened", () => {
    const box = sealed();
    for (let length = 0; length < box.length; length++)
      expect(openSeed(KEY, 1, box.slice(0, length))).toMatchObject(refused);
    expect(openSeed(KEY, 1, new Uint8Array([...box, 0]))).toMatchObject(refused);
  });
});

test("whatever bytes stand there, opening them is a refusal and never an exception", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, isVersioned) => {
      if (isVersioned && bytes.length > 0) bytes[0] = 1;
      expect(openSeed(KEY, 1, bytes)).toMatchObject(refused);
    }),
    { numRuns: 500, seed: 20261121 },
  );
});

test.each([0, 16, 31, 33])("a key of %p bytes breaks a rule of the house", (bytes) => {
  expect(() => sealed({ key: new Uint8Array(bytes) })).toThrow("32 bytes");
  expect(() => openSeed(new Uint8Array(bytes), 1, sealed())).toThrow("32 bytes");
});
