/** People, their roles and the accounts that are theirs. A role belongs to a person, rights hang on numeric account ids. */
import type { Actor, PlatformName, Role } from "../src/core/actor.ts";
import { type Result, refusal, success } from "../src/core/errors.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface Account {
  readonly platform: PlatformName;
  readonly accountId: string;
}

export interface Person {
  readonly id: number;
  readonly label: string;
  /** Null: nothing is allowed. */
  readonly role: Role | null;
}

export interface PersonWithAccounts extends Person {
  readonly createdAt: number;
  readonly accounts: readonly Account[];
}

export type PeopleRefusal = "no_such_person" | "last_admin" | "already_so";

/** A new person, with a first account when one is given. An account that is someone's already throws (`database_refused`). */
export function insertPerson(
  tx: Tx,
  { label, role, account }: { label: string; role: Role | null; account?: Account },
  actor: Actor,
): number {
  const { lastId: personId } = tx.run(
    "INSERT INTO people (label, role, created_at, updated_at) VALUES ($label, $role, $now, $now)",
    { label, role, now: tx.now },
  );
  if (account !== undefined) insertAccount(tx, personId, account);
  tx.audit({
    category: "people",
    type: "person_added",
    actor,
    summary: `Added ${label} ${role === null ? "without a role" : `as ${role}`}.`,
    facts: {
      personId,
      label,
      role,
      platform: account?.platform ?? null,
      accountId: account?.accountId ?? null,
    },
  });
  return personId;
}

/** Whose account it is; null for strangers. */
export function accountPerson(reader: Reader, platform: PlatformName, accountId: string): Person | null {
  return reader.get<Person>(
    `SELECT id, label, role FROM people JOIN people_accounts ON person_id = id
     WHERE platform = $platform AND account_id = $accountId`,
    { platform, accountId },
  );
}

export const personById = (reader: Reader, id: number): Person | null =>
  reader.get<Person>("SELECT id, label, role FROM people WHERE id = $id", { id });

/** The number of the newest audit event about people: it rises whenever anybody's role, name or accounts change. */
export const lastPeopleEvent = (reader: Reader): number =>
  reader.get<{ seq: number | null }>("SELECT max(seq) AS seq FROM events_log WHERE category = 'people'")
    ?.seq ?? 0;

/** In the order they were added. */
export function listPeople(reader: Reader): PersonWithAccounts[] {
  const accounts = reader.all<Account & { personId: number }>(
    "SELECT person_id AS personId, platform, account_id AS accountId FROM people_accounts ORDER BY added_at, platform",
  );
  return reader
    .all<Person & { createdAt: number }>(
      "SELECT id, label, role, created_at AS createdAt FROM people ORDER BY id",
    )
    .map((person) => ({
      ...person,
      accounts: accounts
        .filter(({ personId }) => personId === person.id)
        .map(({ platform, accountId }) => ({ platform, accountId })),
    }));
}

/** Null takes the role away. The last admin who can be reached keeps it. */
export function setRole(
  tx: Tx,
  personId: number,
  role: Role | null,
  actor: Actor,
): Result<Person, PeopleRefusal> {
  const person = personById(tx, personId);
  if (person === null) return refusal("no_such_person", { personId });
  if (person.role === role) return refusal("already_so", { personId, role });
  if (person.role === "admin" && !hasOtherAdmin(tx, personId)) return refusal("last_admin", { personId });
  writeRole(tx, person, role, actor);
  return success({ ...person, role });
}

function writeRole(tx: Tx, person: Person, role: Role | null, actor: Actor): void {
  tx.run("UPDATE people SET role = $role, updated_at = $now WHERE id = $id", {
    id: person.id,
    role,
    now: tx.now,
  });
  tx.audit({
    category: "people",
    type: "role_changed",
    actor,
    summary: `${person.label}: ${person.role ?? "no role"} → ${role ?? "no role"}.`,
    facts: { personId: person.id, from: person.role, to: role },
  });
}

/** A person gets the name they go by; what they may do hangs on numbers alone. */
export function renamePerson(tx: Tx, { id, label: before }: Person, label: string, actor: Actor): void {
  tx.run("UPDATE people SET label = $label, updated_at = $now WHERE id = $id", { id, label, now: tx.now });
  tx.audit({
    category: "people",
    type: "person_renamed",
    actor,
    summary: `${before} goes by ${label}.`,
    facts: { personId: id, from: before, to: label },
  });
}

/** An admin without any account could never use the role. */
function hasOtherAdmin(reader: Reader, personId: number): boolean {
  const sql = `SELECT 1 FROM people WHERE role = 'admin' AND id <> $personId
    AND EXISTS (SELECT 1 FROM people_accounts WHERE person_id = people.id)`;
  return reader.get(sql, { personId }) !== null;
}

/**
 * Makes the account this person's. One that was another person's moves, and a person left without any account loses
 * the role: two people who turn out to be one must not count twice.
 */
export function addAccount(
  tx: Tx,
  personId: number,
  account: Account,
  actor: Actor,
): Result<Person, PeopleRefusal> {
  const person = personById(tx, personId);
  if (person === null) return refusal("no_such_person", { personId });
  const { platform, accountId } = account;
  const owner = accountPerson(tx, platform, accountId);
  if (owner?.id === personId) return refusal("already_so", { personId });
  const isEmptied = owner !== null && owner.role !== null && countAccounts(tx, owner.id) === 1;
  if (isEmptied && owner.role === "admin" && person.role !== "admin" && !hasOtherAdmin(tx, owner.id)) {
    return refusal("last_admin", { personId: owner.id });
  }
  if (owner === null) insertAccount(tx, personId, account);
  else moveAccount(tx, personId, account);
  tx.audit({
    category: "people",
    type: "account_linked",
    actor,
    summary: `The ${platform} account ${accountId} is ${person.label}'s.`,
    facts: { personId, platform, accountId, fromPersonId: owner?.id ?? null },
  });
  if (isEmptied) writeRole(tx, owner, null, actor);
  return success(person);
}

/** Makes the account nobody's; false when it was not this person's. That they keep another is the caller's care. */
export function removeAccount(
  tx: Tx,
  person: Person,
  { platform, accountId }: Account,
  actor: Actor,
): boolean {
  const { changes } = tx.run(
    `DELETE FROM people_accounts
     WHERE platform = $platform AND account_id = $accountId AND person_id = $personId`,
    { platform, accountId, personId: person.id },
  );
  if (changes === 0) return false;
  tx.audit({
    category: "people",
    type: "account_unlinked",
    actor,
    summary: `The ${platform} account ${accountId} is not ${person.label}'s any more.`,
    facts: { personId: person.id, platform, accountId },
  });
  return true;
}

function insertAccount(tx: Tx, personId: number, { platform, accountId }: Account): void {
  tx.run(
    `INSERT INTO people_accounts (platform, account_id, person_id, added_at)
     VALUES ($platform, $accountId, $personId, $now)`,
    { platform, accountId, personId, now: tx.now },
  );
}

function moveAccount(tx: Tx, personId: number, { platform, accountId }: Account): void {
  tx.run(
    `UPDATE people_accounts SET person_id = $personId, added_at = $now
     WHERE platform = $platform AND account_id = $accountId`,
    { platform, accountId, personId, now: tx.now },
  );
}

const countAccounts = (reader: Reader, personId: number): number =>
  reader.get<{ n: number }>("SELECT count(*) AS n FROM people_accounts WHERE person_id = $personId", {
    personId,
  })?.n ?? 0;
