/** Who people are and how they come to hold a role: granted by an admin, named in the settings once, or owning the process. */
import type { Tx } from "../../db/database.ts";
import {
  type Account,
  accountPerson,
  insertPerson,
  type PeopleRefusal,
  type Person,
  renamePerson,
  setRole,
} from "../../db/people.ts";
import type { Actor, PlatformName, Role } from "../core/actor.ts";
import { type Result, refusal, success } from "../core/errors.ts";
import { unlink } from "./linking.ts";

export type GrantRefusal = PeopleRefusal | "bad_account";

/** Telegram's and Discord's user ids are plain numbers of up to 20 digits; names grant nothing. */
const ACCOUNT_ID = /^[1-9][0-9]{0,19}$/;
const LONGEST_LABEL = 64;

const isAccountId = ({ platform, accountId }: Account): boolean =>
  platform === "console" ? accountId === CONSOLE_OWNER.accountId : ACCOUNT_ID.test(accountId);

/** Gives a role to whoever the account belongs to; a new person where nobody does. */
export function grantRole(
  tx: Tx,
  actor: Actor,
  { platform, accountId, label }: Account & { readonly label: string },
  role: Role,
): Result<Person, GrantRefusal> {
  const account = { platform, accountId };
  if (!isAccountId(account)) return refusal("bad_account", { platform, accountId });
  const known = accountPerson(tx, platform, accountId);
  if (known !== null) return setRole(tx, known.id, role, actor);
  const shown = label.trim().slice(0, LONGEST_LABEL) || `${platform} ${accountId}`;
  const personId = insertPerson(tx, { label: shown, role, account }, actor);
  return success({ id: personId, label: shown, role });
}

export const revokeRole = (tx: Tx, actor: Actor, personId: number): Result<Person, PeopleRefusal> =>
  setRole(tx, personId, null, actor);

const SETTINGS: Actor = { kind: "system", name: "settings" };

/** The first admins, from the settings: only accounts never seen before, so that revoking one survives restarts. How many were new. */
export function seedAdmins(tx: Tx, platform: PlatformName, accountIds: readonly string[]): number {
  const fresh = accountIds.filter((accountId) => accountPerson(tx, platform, accountId) === null);
  for (const accountId of fresh) {
    const label = `${platform} ${accountId}`;
    insertPerson(tx, { label, role: "admin", account: { platform, accountId } }, SETTINGS);
  }
  return fresh.length;
}

/**
 * An admin whom the settings know by number alone takes the name their account goes by, the first time they write. Others
 * keep the name an admin gave them: a name that people chose themselves could pass them off as somebody else.
 */
export function takeName(tx: Tx, { platform, accountId }: Account, name: string): void {
  const person = accountPerson(tx, platform, accountId);
  if (person?.role !== "admin" || person.label !== `${platform} ${accountId}`) return;
  const label = name.replaceAll(/\s+/g, " ").trim().slice(0, LONGEST_LABEL);
  if (label !== "")
    renamePerson(tx, person, label, { kind: "person", personId: person.id, platform, accountId });
}

/** The one account of the console: whoever owns the process. */
const CONSOLE_OWNER = { platform: "console", accountId: "console", label: "console" } as const;

/**
 * Whoever can start the process can do everything it can: an admin, at every start. Where the console was linked to
 * somebody who is no admin any more, it becomes a person of its own again: their other accounts must not rise with it.
 */
export function ensureConsoleOwner(tx: Tx): Person {
  const { platform, accountId, label } = CONSOLE_OWNER;
  const account = { platform, accountId };
  const known = accountPerson(tx, platform, accountId);
  if (known?.role === "admin") return known;
  if (known !== null && !unlink(tx, SETTINGS, account).ok) {
    setRole(tx, known.id, "admin", SETTINGS);
    return { ...known, role: "admin" };
  }
  const id = insertPerson(tx, { label, role: "admin", account }, SETTINGS);
  return { id, label, role: "admin" };
}
