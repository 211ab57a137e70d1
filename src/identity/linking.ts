/** Accounts of several platforms that are one person's: joined by a code that works once, and parted again. */
import type { Tx } from "../../db/database.ts";
import { insertLinkCode, spendLinkCode } from "../../db/link-codes.ts";
import {
  type Account,
  accountPerson,
  addAccount,
  listPeople,
  type Person,
  personById,
  removeAccount,
} from "../../db/people.ts";
import type { Actor } from "../core/actor.ts";
import { type Result, refusal, success } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { linkCodeHash, newLinkCode, readLinkCode, shownLinkCode } from "./link-code.ts";

const LASTS_MS = 10 * 60_000;

export interface OpenLink {
  /** In two groups; of it only the hash is kept. */
  readonly code: string;
  readonly lastsMs: number;
}

/** A code by which another account becomes this person's, in the place of any other. `at` is people's time. */
export function openLink(tx: Tx, actor: Actor, personId: number, random: Random, at: number): OpenLink {
  const code = newLinkCode(random);
  const times = { createdAt: at, expiresAt: at + LASTS_MS };
  insertLinkCode(tx, { codeHash: linkCodeHash(code), personId, ...times }, actor);
  return { code: shownLinkCode(code), lastsMs: LASTS_MS };
}

/** Ends a code that was typed where others could read it. */
export function spoilLink(tx: Tx, typed: string, at: number): void {
  const code = readLinkCode(typed);
  if (code !== null) spendLinkCode(tx, linkCodeHash(code), at);
}

export type LinkRefusal =
  /** Unknown, used, or its time is over; nothing tells which. */
  "bad_code" | "own_code" | "last_admin" | "console_needs_admin";

export interface Linked {
  readonly person: Person;
  /** Whose account it was before; null for a stranger's. */
  readonly before: Person | null;
}

/**
 * Makes the account the code owner's, whose role stays what it is. A right code is spent by being typed, even where it
 * is refused then: what was typed may be read by others.
 */
export function redeemLink(
  tx: Tx,
  actor: Actor,
  account: Account,
  typed: string,
  at: number,
): Result<Linked, LinkRefusal> {
  const code = readLinkCode(typed);
  const ownerId = code === null ? null : spendLinkCode(tx, linkCodeHash(code), at);
  const owner = ownerId === null ? null : personById(tx, ownerId);
  if (owner === null || owner.role === null) return refusal("bad_code");
  const before = accountPerson(tx, account.platform, account.accountId);
  if (before?.id === owner.id) return refusal("own_code");
  // Whoever holds the console's account is made an admin at the next start.
  if (account.platform === "console" && owner.role !== "admin") return refusal("console_needs_admin");
  const linked = addAccount(tx, owner.id, account, actor);
  return linked.ok ? success({ person: owner, before }) : refusal("last_admin");
}

export type UnlinkRefusal = "not_linked" | "last_account";

/** Makes the account nobody's; its person keeps at least one. */
export function unlink(tx: Tx, actor: Actor, account: Account): Result<Person, UnlinkRefusal> {
  const { platform, accountId } = account;
  const person = accountPerson(tx, platform, accountId);
  if (person === null) return refusal("not_linked", { platform, accountId });
  const accounts = listPeople(tx).find(({ id }) => id === person.id)?.accounts ?? [];
  if (accounts.length < 2) return refusal("last_account", { personId: person.id });
  removeAccount(tx, person, account, actor);
  return success(person);
}
