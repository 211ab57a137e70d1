import { describe, expect, test } from "bun:test";
import { accountPerson, addAccount, insertPerson, listPeople, setRole } from "../../db/people.ts";
import { seededRandom } from "../../src/core/random.ts";
import { linkCodeHash, newLinkCode, readLinkCode, shownLinkCode } from "../../src/identity/link-code.ts";
import { openLink, redeemLink } from "../../src/identity/linking.ts";
import { ensureConsoleOwner } from "../../src/identity/people.ts";
import { freshDatabase, NOON, SYSTEM } from "../chat/bench.ts";

const CONSOLE = { platform: "console", accountId: "console" } as const;
const random = seededRandom("links");

describe("a link code", () => {
  test("is ten characters of which none looks like another, shown in two groups", () => {
    for (let i = 0; i < 100; i++) {
      const code = newLinkCode(random);
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
      expect(readLinkCode(shownLinkCode(code))).toBe(code);
    }
  });

  test.each([
    ["7K3QX-9M2TD", "7K3QX9M2TD"],
    ["7k3qx9m2td", "7K3QX9M2TD"],
    ["7k3qx 9m2td", "7K3QX9M2TD"],
    ["OoIiL-lOoIi", "0011110011"],
  ])("%p is read as %p", (typed, read) => {
    expect(readLinkCode(typed)).toBe(read);
  });

  test.each([
    "",
    "7K3QX",
    "7K3QX-9M2T",
    "7K3QX-9M2TDD",
    "7K3QX--9M2TD",
    "7K3UX-9M2TD",
    "７K3QX-9M2TD",
    "7K3QX-9M2TD ",
  ])("%p is none", (typed) => {
    expect(readLinkCode(typed)).toBeNull();
  });

  test("is kept as SHA-256", () => {
    expect(linkCodeHash("abc").toHex()).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });
});

describe("the console", () => {
  function household() {
    const database = freshDatabase();
    database.transact(NOON, (tx) => {
      ensureConsoleOwner(tx);
      insertPerson(
        tx,
        { label: "Ada", role: "admin", account: { platform: "telegram", accountId: "101" } },
        SYSTEM,
      );
      insertPerson(
        tx,
        { label: "Otto", role: "operator", account: { platform: "telegram", accountId: "102" } },
        SYSTEM,
      );
    });
    const linkConsole = (ownerId: number) =>
      database.transact(NOON, (tx) => {
        const { code } = openLink(tx, SYSTEM, ownerId, random, NOON);
        return redeemLink(tx, SYSTEM, CONSOLE, code, NOON);
      });
    return { database, linkConsole };
  }

  test("joins an admin, and nobody less: its account is an admin's at every start", () => {
    const { database, linkConsole } = household();
    expect(linkConsole(3)).toMatchObject({ ok: false, code: "console_needs_admin" });
    expect(linkConsole(2)).toMatchObject({ ok: true, value: { person: { label: "Ada" } } });
    expect(database.transact(NOON, ensureConsoleOwner)).toMatchObject({ label: "Ada", role: "admin" });
    expect(database.read(listPeople)).toHaveLength(3);
  });

  test("linked to an admin who was revoked since becomes a person of its own; the revoked one stays revoked", () => {
    const { database, linkConsole } = household();
    linkConsole(2);
    database.transact(NOON, (tx) => {
      setRole(tx, 3, "admin", SYSTEM);
      setRole(tx, 2, null, SYSTEM);
    });
    expect(database.transact(NOON, ensureConsoleOwner)).toMatchObject({ label: "console", role: "admin" });
    expect(database.read((reader) => accountPerson(reader, "telegram", "101"))).toMatchObject({ role: null });
    expect(database.read((reader) => accountPerson(reader, "console", "console"))?.id).toBe(4);
  });

  test("with an account of its own on another platform stays the same person", () => {
    const { database } = household();
    database.transact(NOON, (tx) => addAccount(tx, 1, { platform: "discord", accountId: "201" }, SYSTEM));
    expect(database.transact(NOON, ensureConsoleOwner)).toMatchObject({ id: 1, role: "admin" });
  });
});
