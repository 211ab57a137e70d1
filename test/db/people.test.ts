import { describe, expect, test } from "bun:test";
import { accountPerson, addAccount, insertPerson, listPeople, personById, setRole } from "../../db/people.ts";
import type { Role } from "../../src/core/actor.ts";
import { ADA, dumpOf, eventTypes, lastEvent, memoryDatabase, NOW } from "./test-database.ts";

const telegram = (accountId: string) => ({ platform: "telegram", accountId }) as const;
const discord = (accountId: string) => ({ platform: "discord", accountId }) as const;

function household() {
  const database = memoryDatabase();
  const add = (
    label: string,
    role: Role | null,
    account?: ReturnType<typeof telegram> | ReturnType<typeof discord>,
  ) => database.transact(NOW, (tx) => insertPerson(tx, { label, role, ...(account && { account }) }, ADA));
  const role = (id: number, to: Role | null) => database.transact(NOW, (tx) => setRole(tx, id, to, ADA));
  const link = (id: number, account: Parameters<typeof addAccount>[2]) =>
    database.transact(NOW, (tx) => addAccount(tx, id, account, ADA));
  return { database, add, role, link };
}

describe("people", () => {
  test("are found by their account, strangers are not", () => {
    const { database, add } = household();
    const id = add("Ada", "admin", telegram("1001"));
    database.read((reader) => {
      expect(accountPerson(reader, "telegram", "1001")).toEqual({ id, label: "Ada", role: "admin" });
      expect(accountPerson(reader, "discord", "1001")).toBeNull();
      expect(personById(reader, id)?.label).toBe("Ada");
      expect(lastEvent(reader)).toMatchObject({
        category: "people",
        type: "person_added",
        facts: { personId: id },
      });
    });
  });

  test("are listed with all their accounts", () => {
    const { database, add, link } = household();
    add("Ada", "admin", telegram("1001"));
    add("Grace", null);
    link(1, discord("2002"));
    expect(database.read(listPeople)).toEqual([
      { id: 1, label: "Ada", role: "admin", createdAt: NOW, accounts: [discord("2002"), telegram("1001")] },
      { id: 2, label: "Grace", role: null, createdAt: NOW, accounts: [] },
    ]);
  });

  test("an account belongs to one person", () => {
    const { add } = household();
    add("Ada", "admin", telegram("1001"));
    expect(() => add("Eve", "admin", telegram("1001"))).toThrow("UNIQUE");
  });
});

describe("a role", () => {
  test("changes with an event; the same again changes nothing", () => {
    const { database, add, role } = household();
    add("Ada", "admin", telegram("1"));
    add("Grace", "viewer", telegram("2"));
    expect(role(2, "operator")).toEqual({ ok: true, value: { id: 2, label: "Grace", role: "operator" } });
    expect(database.read(lastEvent).facts).toEqual({ personId: 2, from: "viewer", to: "operator" });
    const before = database.read(dumpOf);
    expect(role(2, "operator")).toMatchObject({ ok: false, code: "already_so" });
    expect(role(9, "operator")).toMatchObject({ ok: false, code: "no_such_person" });
    expect(database.read(dumpOf)).toBe(before);
  });

  test.each([null, "viewer", "operator"] as const)("the last admin cannot become %s", (to) => {
    const { database, add, role } = household();
    add("Ada", "admin", telegram("1"));
    add("Nobody", "admin");
    const before = database.read(dumpOf);
    expect(role(1, to)).toMatchObject({ ok: false, code: "last_admin" });
    expect(database.read(dumpOf)).toBe(before);
    add("Grace", "admin", discord("2"));
    expect(role(1, to).ok).toBeTrue();
    expect(role(3, to)).toMatchObject({ ok: false, code: "last_admin" });
  });
});

describe("linking an account", () => {
  test("of another person moves it, and a person left without accounts loses the role", () => {
    const { database, add, link } = household();
    add("Ada", "admin", telegram("1"));
    add("Ada on Discord", "operator", discord("2"));
    expect(link(1, discord("2")).ok).toBeTrue();
    expect(database.read((reader) => accountPerson(reader, "discord", "2"))?.id).toBe(1);
    expect(database.read((reader) => personById(reader, 2))?.role).toBeNull();
    expect(database.read(eventTypes).slice(-2)).toEqual(["account_linked", "role_changed"]);
  });

  test("leaves the role of a person who keeps another account", () => {
    const { database, add, link } = household();
    add("Ada", "admin", telegram("1"));
    add("Grace", "operator", discord("2"));
    link(2, telegram("3"));
    expect(link(1, telegram("3")).ok).toBeTrue();
    expect(database.read((reader) => personById(reader, 2))?.role).toBe("operator");
  });

  test("never takes the last admin away", () => {
    const { database, add, link } = household();
    add("Ada", "admin", telegram("1"));
    add("Grace", "viewer", discord("2"));
    const before = database.read(dumpOf);
    expect(link(2, telegram("1"))).toMatchObject({ ok: false, code: "last_admin" });
    expect(link(1, telegram("1"))).toMatchObject({ ok: false, code: "already_so" });
    expect(link(9, telegram("1"))).toMatchObject({ ok: false, code: "no_such_person" });
    expect(database.read(dumpOf)).toBe(before);
  });
});
