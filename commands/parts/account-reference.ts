/** Naming people by what never changes: a person's number or an account's numeric id; never by a name. */
import type { CommandContext } from "../../src/chat/context.ts";
import type { PersonView } from "../../src/chat/house-capabilities.ts";
import type { PlatformName } from "../../src/core/actor.ts";
import { InputError } from "../../src/core/errors.ts";

export interface AccountReference {
  readonly platform: PlatformName;
  readonly accountId: string;
}

export const ACCOUNT_HINT =
  "a numeric user id such as 123456789 or telegram:123456789, or a person's number such as #3";
export const PERSON_HINT = "a person's number such as #3, or an account such as telegram:123456789";

const ACCOUNT = /^(?:(telegram|discord):)?([1-9][0-9]{2,19})$/;
const PERSON = /^#([1-9][0-9]{0,9})$/;

/**
 * One account: an id without a platform belongs to the one that was asked on; a person's number names their first.
 * Throws InputError `bad_account` or `no_such_person`.
 */
export function accountReferred(context: CommandContext, typed: string): AccountReference {
  if (!PERSON.test(typed)) return accountReference(typed, context.chat.platform);
  const account = personReferred(context, typed).accounts[0];
  if (account !== undefined) return account;
  throw new InputError("bad_account", "That person has no account any more; type the account itself.");
}

function accountReference(typed: string, asked: PlatformName): AccountReference {
  const [, named, accountId] = ACCOUNT.exec(typed.toLowerCase()) ?? [];
  if (accountId === undefined) {
    throw new InputError("bad_account", `That names no account; type ${ACCOUNT_HINT} (/whoami shows yours).`);
  }
  const platform = (named ?? asked) as PlatformName;
  if (platform !== "console") return { platform, accountId };
  throw new InputError("bad_account", `Say which platform the id belongs to, such as telegram:${accountId}.`);
}

/** The person behind a number or an account. Throws InputError `bad_account` or `no_such_person`. */
export function personReferred(context: CommandContext, typed: string): PersonView {
  const [, number] = PERSON.exec(typed) ?? [];
  const person = number === undefined ? byAccount(context, typed) : context.people.byId(Number(number));
  if (person !== null) return person;
  throw new InputError("no_such_person", "Nobody here has that number or account; /roles lists everyone.");
}

function byAccount(context: CommandContext, typed: string): PersonView | null {
  const { platform, accountId } = accountReference(typed, context.chat.platform);
  return context.people.byAccount(platform, accountId);
}
