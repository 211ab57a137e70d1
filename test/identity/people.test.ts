import { describe, expect, test } from "bun:test";
import { accountPerson, listPeople } from "../../db/people.ts";
import type { Role } from "../../src/core/actor.ts";
import { ensureConsoleOwner, grantRole, revokeRole, seedAdmins } from "../../src/identity/people.ts";
import { freshDatabase, NOON, SYSTEM } from "../chat/bench.ts";

const account = (accountId: string, label = "Ada") => ({ platform: "telegram", accountId, label }) as const;

function give(database: ReturnType<typeof freshDatabase>, accountId: string, role: Role, label?: string) {
  return database.transact(NOON, (tx) => grantRole(tx, SYSTEM, account(accountId, label), role));
}

describe("a grant", () => {
  test("makes a person of an account nobody knows, and changes the role of one somebody holds", () => {
    const database = freshDatabase();
    expect(give(database, "101", "viewer")).toMatchObject({
      ok: true,
      value: { label: "Ada", role: "viewer" },
    });
    expect(give(database, "101", "admin")).toMatchObject({ ok: true, value: { role: "admin" } });
    expect(database.read(listPeople)).toHaveLength(1);
  });

  test.each(["", "0", "-5", "007", "@ada", "ada", "1e3", "１２", "1 2", "123456789012345678901"])(
    "to %j is refused: rights hang on plain numbers",
    (accountId) => {
      expect(give(freshDatabase(), accountId, "viewer")).toMatchObject({ ok: false, code: "bad_account" });
    },
  );

  test("cannot make a second owner of the console", () => {
    const database = freshDatabase();
    const second = { platform: "console", accountId: "someone", label: "x" } as const;
    expect(database.transact(NOON, (tx) => grantRole(tx, SYSTEM, second, "admin"))).toMatchObject({
      code: "bad_account",
    });
  });

  test("keeps a name of bounded length, and makes one where none was given", () => {
    const database = freshDatabase();
    expect(give(database, "101", "viewer", "x".repeat(500))).toMatchObject({
      value: { label: "x".repeat(64) },
    });
    expect(give(database, "102", "viewer", "  ")).toMatchObject({ value: { label: "telegram 102" } });
  });
});

test("the last admin keeps the role, whether revoked or granted less", () => {
  const database = freshDatabase();
  give(database, "101", "admin");
  expect(database.transact(NOON, (tx) => revokeRole(tx, SYSTEM, 1))).toMatchObject({
    ok: false,
    code: "last_admin",
  });
  expect(give(database, "101", "viewer")).toMatchObject({ ok: false, code: "last_admin" });
  give(database, "102", "admin");
  expect(database.transact(NOON, (tx) => revokeRole(tx, SYSTEM, 1))).toMatchObject({ ok: true });
});

describe("admins named in the settings", () => {
  test("are made once; one that was revoked stays so over restarts", () => {
    const database = freshDatabase();
    const start = (): number => database.transact(NOON, (tx) => seedAdmins(tx, "telegram", ["101", "102"]));
    expect(start()).toBe(2);
    database.transact(NOON, (tx) => revokeRole(tx, SYSTEM, 1));
    expect(start()).toBe(0);
    expect(database.read((reader) => accountPerson(reader, "telegram", "101"))?.role).toBeNull();
  });

  test("an empty list makes nobody", () => {
    const database = freshDatabase();
    expect(database.transact(NOON, (tx) => seedAdmins(tx, "telegram", []))).toBe(0);
    expect(database.read(listPeople)).toEqual([]);
  });
});

test("whoever owns the process is an admin again at every start", () => {
  const database = freshDatabase();
  database.transact(NOON, (tx) => ensureConsoleOwner(tx));
  give(database, "101", "admin");
  database.transact(NOON, (tx) => revokeRole(tx, SYSTEM, 1));
  expect(database.transact(NOON, (tx) => ensureConsoleOwner(tx))).toEqual({
    id: 1,
    label: "console",
    role: "admin",
  });
});
