import { describe, expect, test } from "bun:test";
import {
  enrolSeed,
  oneTimeCodeOf,
  recordCodeFailure,
  removeEnrolment,
  spendCounter,
} from "../../db/one-time-codes.ts";
import { insertPerson } from "../../db/people.ts";
import { ADA, eventTypes, memoryDatabase, NOW } from "./test-database.ts";

const MINUTE_MS = 60_000;
const RULE = { mostFailures: 5, lockMs: 15 * MINUTE_MS };

function enrolled() {
  const database = memoryDatabase();
  database.transact(NOW, (tx) => insertPerson(tx, { label: "Ada", role: "admin" }, ADA));
  const enrol = (byte: number) =>
    database.transact(NOW, (tx) => enrolSeed(tx, 1, new Uint8Array([byte]), ADA));
  const spend = (counter: number, now = NOW) =>
    database.transact(now, (tx) => spendCounter(tx, 1, counter, ADA));
  const fail = (now = NOW) => database.transact(now, (tx) => recordCodeFailure(tx, 1, RULE, ADA));
  const row = () => database.read((reader) => oneTimeCodeOf(reader, 1));
  enrol(1);
  return { database, enrol, spend, fail, row };
}

describe("one-time codes", () => {
  test("a code works once, and none before it works afterwards", () => {
    const { spend, row } = enrolled();
    expect([spend(100), spend(100), spend(99), spend(101), spend(100)]).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(row()).toMatchObject({ lastCounter: 101, confirmedAt: NOW });
  });

  test("a device that was never confirmed is replaced, a confirmed one stands", () => {
    const { enrol, spend, row } = enrolled();
    expect(enrol(2)).toBeTrue();
    expect(row()).toMatchObject({ sealedSeed: new Uint8Array([2]), confirmedAt: null });
    spend(1);
    expect(enrol(3)).toBeFalse();
    expect(row()).toMatchObject({ sealedSeed: new Uint8Array([2]), confirmedAt: NOW });
  });

  test("five wrong ones lock for fifteen minutes, in which no code works", () => {
    const { spend, fail, row } = enrolled();
    const until = NOW + RULE.lockMs;
    expect([fail(), fail(), fail(), fail(), fail()]).toEqual([null, null, null, null, until]);
    expect(row()).toMatchObject({ lockedUntil: until, failures: 0 });
    expect([spend(100), spend(100, until - 1), spend(100, until)]).toEqual([false, false, true]);
    expect(row()?.lockedUntil).toBeNull();
  });

  test("a right one clears the count of wrong ones", () => {
    const { spend, fail, row } = enrolled();
    for (let i = 0; i < 4; i++) fail();
    spend(1);
    expect([row()?.failures, fail()]).toEqual([0, null]);
  });

  test("each step is in the audit log without the seed or the code", () => {
    const { database, spend, fail } = enrolled();
    fail();
    spend(1);
    spend(2);
    database.transact(NOW, (tx) =>
      expect([removeEnrolment(tx, 1, ADA), removeEnrolment(tx, 1, ADA)]).toEqual([true, false]),
    );
    expect(database.read(eventTypes).slice(2)).toEqual(
      ["enrolled", "failed", "confirmed", "spent", "removed"].map((step) => `one_time_code_${step}`),
    );
    const facts = database.read((reader) =>
      reader.all("SELECT DISTINCT facts FROM events_log WHERE type LIKE 'one_time_code%'"),
    );
    expect(facts).toEqual([{ facts: '{"personId":1}' }]);
  });
});
