import { expect, test } from "bun:test";
import { insertLinkCode, spendLinkCode } from "../../db/link-codes.ts";
import { accountPerson, insertPerson, removeAccount } from "../../db/people.ts";
import { ADA, dumpOf, eventTypes, lastEvent, memoryDatabase, NOW } from "./test-database.ts";

const HASH = new Uint8Array(32).fill(1);
const OTHER = new Uint8Array(32).fill(2);
const TELEGRAM = { platform: "telegram", accountId: "1001" } as const;

function withAda() {
  const database = memoryDatabase();
  database.transact(NOW, (tx) => insertPerson(tx, { label: "Ada", role: "admin", account: TELEGRAM }, ADA));
  const make = (codeHash: Uint8Array, expiresAt = NOW + 1000) =>
    database.transact(NOW, (tx) =>
      insertLinkCode(tx, { codeHash, personId: 1, createdAt: NOW, expiresAt }, ADA),
    );
  const spend = (codeHash: Uint8Array, at = NOW) =>
    database.transact(NOW, (tx) => spendLinkCode(tx, codeHash, at));
  return { database, make, spend };
}

test("a link code names its person once, and before its end", () => {
  const { make, spend } = withAda();
  make(HASH);
  expect([spend(OTHER), spend(HASH, NOW + 1000), spend(HASH, NOW + 999), spend(HASH)]).toEqual([
    null,
    null,
    1,
    null,
  ]);
});

test("a person's newest link code is their only one", () => {
  const { make, spend } = withAda();
  make(HASH);
  make(OTHER);
  expect([spend(HASH), spend(OTHER)]).toEqual([null, 1]);
});

test("a link code is audited without anything it could be made from", () => {
  const { database, make } = withAda();
  make(HASH);
  expect(database.read(lastEvent)).toMatchObject({
    category: "security",
    type: "link_code_made",
    facts: { personId: 1, expiresAt: NOW + 1000 },
  });
});

test("an account parts from its own person alone", () => {
  const { database } = withAda();
  const before = database.read(dumpOf);
  const part = (id: number) =>
    database.transact(NOW, (tx) => removeAccount(tx, { id, label: "Ada", role: "admin" }, TELEGRAM, ADA));
  expect(part(2)).toBeFalse();
  expect(database.read(dumpOf)).toBe(before);
  expect(part(1)).toBeTrue();
  expect(database.read((reader) => accountPerson(reader, "telegram", "1001"))).toBeNull();
  expect(database.read(eventTypes).at(-1)).toBe("account_unlinked");
});
