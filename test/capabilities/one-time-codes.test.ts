import { describe, expect, test } from "bun:test";
import { TOTP } from "otpauth";
import { oneTimeCodeOf } from "../../db/one-time-codes.ts";
import { insertPerson } from "../../db/people.ts";
import { createOneTimeCodesCapability } from "../../src/capabilities/one-time-codes.ts";
import { seedBlocksOf } from "../../src/capabilities/seeds.ts";
import { VirtualClock } from "../../src/clock.ts";
import { seededRandom } from "../../src/core/random.ts";
import { freshDatabase, NOON, SYSTEM } from "../chat/bench.ts";

const KEY = new Uint8Array(32).fill(7);
const STEP_MS = 30_000;

/** Ada with the app on her phone; `as` is the house under another key. */
function house() {
  const database = freshDatabase();
  const clock = new VirtualClock(NOON);
  const random = seededRandom("codes");
  database.transact(NOON, (tx) => insertPerson(tx, { label: "Ada", role: "admin" }, SYSTEM));
  const as = (seedKey: Uint8Array | null) => {
    const codes = createOneTimeCodesCapability({ database, peopleClock: clock, random, seedKey });
    const inOne = <T>(run: (tx: Parameters<typeof codes.spend>[0]) => T): T =>
      database.transact(clock.now(), run);
    return {
      codes,
      enrol: () => inOne((tx) => codes.enrol(tx, SYSTEM, 1)),
      confirm: (code: string) => inOne((tx) => codes.confirm(tx, SYSTEM, 1, code)),
      spend: (code: string) => inOne((tx) => codes.spend(tx, SYSTEM, 1, code)),
      blocks: () => seedBlocksOf({ database, peopleClock: clock, seedKey })(1),
    };
  };
  const ada = as(KEY);
  expect(ada.enrol()).toMatchObject({ ok: true });
  const shown = ada.blocks()[0];
  const secret = shown?.kind === "copy" ? shown.text : "";
  const app = new TOTP({ secret });
  const codeAt = (steps = 0): string => app.generate({ timestamp: clock.now() + steps * STEP_MS });
  return { ...ada, as, clock, codeAt, database };
}

describe("a device", () => {
  test("proves nothing before its first code, which counts from then on", () => {
    const { codeAt, codes, confirm, spend } = house();
    expect(spend(codeAt())).toMatchObject({ ok: false, code: "wrong_code" });
    expect(codes.isEnrolled(1)).toBeFalse();
    expect(confirm(codeAt())).toMatchObject({ ok: true });
    expect(codes.isEnrolled(1)).toBeTrue();
  });

  test("shows its seed no more once it is confirmed", () => {
    const { blocks, codeAt, confirm } = house();
    expect(blocks().map(({ kind }) => kind)).toEqual(["copy", "copy", "text", "picture"]);
    confirm(codeAt());
    expect(blocks()).toEqual([]);
  });

  test("each of its codes works once, and none older than the last", async () => {
    const { clock, codeAt, confirm, spend } = house();
    const first = codeAt();
    confirm(first);
    expect(spend(first)).toMatchObject({ ok: false });
    await clock.advanceTo(NOON + 2 * STEP_MS);
    const [before, now, after] = [codeAt(-1), codeAt(), codeAt(1)];
    expect(spend(after)).toMatchObject({ ok: true });
    for (const code of [before, now, after]) expect(spend(code)).toMatchObject({ code: "wrong_code" });
  });

  test("is locked for a quarter of an hour after five wrong codes, the right one included", async () => {
    const { clock, codeAt, confirm, spend } = house();
    confirm(codeAt());
    await clock.advanceTo(NOON + STEP_MS);
    const wrong = codeAt(5);
    for (let i = 0; i < 4; i++) expect(spend(wrong)).toMatchObject({ code: "wrong_code" });
    expect(spend(wrong)).toMatchObject({ code: "locked" });
    expect(spend(codeAt())).toMatchObject({ code: "locked" });
    await clock.advanceTo(clock.now() + 15 * 60_000);
    expect(spend(codeAt())).toMatchObject({ ok: true });
  });

  test.each([null, new Uint8Array(32).fill(8)])(
    "cannot be checked when the key is gone or another, and no try is counted",
    (key) => {
      const { as, codeAt, confirm, database } = house();
      confirm(codeAt());
      const later = as(key);
      expect(later.spend(codeAt(1))).toMatchObject({ ok: false, code: "seed_unreadable" });
      expect(later.blocks()).toEqual([]);
      expect(database.read((reader) => oneTimeCodeOf(reader, 1))).toMatchObject({ failures: 0 });
      expect(later.codes.isEnrolled(1)).toBeTrue();
    },
  );
});
