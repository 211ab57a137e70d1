import { expect, test } from "bun:test";
import { idSource } from "../../src/core/ids.ts";
import { seededRandom } from "../../src/core/random.ts";

const AT = Date.UTC(2026, 0, 15);

test("an id is 26 characters of lower-case Crockford base32", () => {
  expect(idSource(seededRandom("ids")).next(AT)).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
});

test("later ids sort after earlier ones", () => {
  const ids = idSource(seededRandom("ids"));
  const made = [0, 1, 31, 32, 1023, 1024, 86_400_000].map((later) => ids.next(AT + later));
  expect(made.toSorted()).toEqual(made);
});

test("a hundred thousand ids of one instant are all different, and the same seed makes the same ones", () => {
  const ids = idSource(seededRandom("ids"));
  const again = idSource(seededRandom("ids"));
  const made = new Set<string>();
  for (let i = 0; i < 100_000; i++) made.add(ids.next(AT));
  expect(made.size).toBe(100_000);
  expect(again.next(AT)).toBe([...made][0]!);
});

test("the first ten characters are the instant", () => {
  const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  const id = idSource(seededRandom(1)).next(AT);
  const at = [...id.slice(0, 10)].reduce((sum, digit) => sum * 32 + alphabet.indexOf(digit), 0);
  expect(at).toBe(AT);
});
