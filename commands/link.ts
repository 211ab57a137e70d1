/** `/link` makes a code, `/link CODE` typed by another account joins it, `/link remove` parts it again. */
import { z } from "zod";
import { word } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import { card, commandButton, copy, fields, problem, type Reply, text } from "../src/chat/message.ts";
import { InputError } from "../src/core/errors.ts";
import { type AccountReference, accountReferred } from "./parts/account-reference.ts";
import { linkedAccounts } from "./parts/linked-accounts.ts";
import { refusedOutsidePrivate } from "./parts/private-chat.ts";

const args = z.object({
  code: word("the code that /link made on your other account, or remove")
    .optional()
    .describe("from your other account; left out, a code is made"),
  account: word("an account such as telegram:123456789").optional().describe("the one to remove"),
});

const REFUSED = {
  bad_code: "That code is not valid, or not any more; /link on your other account makes a new one.",
  own_code:
    "This account is yours already, so that code is used up; /link makes another, to be typed on the other platform.",
  last_admin: "This is the last admin's account; make somebody else admin first, then make a new code.",
  console_needs_admin: "Whoever has the console is an admin, so only an admin's code can join it.",
} as const;

export const link = {
  name: "link",
  group: "people",
  role: "anyone",
  summary: "Join your accounts of several platforms",
  args,
  examples: ["/link", "/link 7K3QX-9M2TD", "/link remove telegram:123456789"],
  effects: "change",
  confirm({ account, code }, context) {
    if (!isRemoval(code)) return null;
    const { accountId, platform, owner } = removable(context, account);
    return {
      text: `Take ${platform} ${accountId} from ${owner}? It is a stranger's from then on.`,
      confirm: "Remove it",
    };
  },
  run(context, { account, code }) {
    if (isRemoval(code)) return remove(context, account);
    if (code === undefined) return refusedOutsidePrivate(context) ?? makeCode(context);
    // Phones put a space where the hyphen was.
    return redeem(context, account === undefined ? code : `${code} ${account}`);
  },
} satisfies Command<typeof args>;

const isRemoval = (code: string | undefined): boolean => code?.toLowerCase() === "remove";

function makeCode(context: CommandContext): Reply {
  const { actor, format, links, who } = context;
  return context.transact((tx) => {
    const { code, lastsMs } = links.open(tx, actor, who.personId);
    return card({
      title: "Join another account",
      body: [
        text(
          "Type this on the other platform, in a private chat with the bot. Only you may type it: whoever does becomes you.",
        ),
        copy("Type there", `/link ${code}`),
        fields([
          ["Works", `once, for ${format.duration(lastsMs)}`],
          ["Gives that account", `your role, ${who.role}`],
        ]),
      ],
      buttons: [[commandButton("Who am I", "whoami")]],
    });
  });
}

/** Typed where others read along, a code is used up and joins nothing. */
function redeem(context: CommandContext, code: string): Reply {
  const { actor, chat, links, who } = context;
  const refused = refusedOutsidePrivate(context);
  const account = { platform: chat.platform, accountId: who.accountId };
  return context.transact((tx) => {
    if (refused !== null) {
      links.spoil(tx, code);
      return refused;
    }
    const linked = links.redeem(tx, actor, account, code);
    if (!linked.ok) return problem(REFUSED[linked.code]);
    const { id, label, role } = linked.value;
    return card({
      title: `You are ${label} here now`,
      tone: "good",
      body: [
        fields([
          ["Person", `#${id}`],
          ["Role", role],
          ["Before", `#${who.personId} ${who.label}, ${who.role}`],
          ["Accounts", linkedAccounts(linked.value)],
        ]),
      ],
      buttons: [[commandButton("Who am I", "whoami"), commandButton("Menu", "menu")]],
    });
  });
}

interface Removable extends AccountReference {
  /** The label of whose it is. */
  readonly owner: string;
}

/** Throws InputError for an account that this person may not part from somebody. */
function removable(context: CommandContext, typed: string | undefined): Removable {
  if (typed === undefined) {
    throw new InputError("bad_account", "Say which account, such as /link remove telegram:123456789.");
  }
  const account = accountReferred(context, typed);
  const owner = context.people.byAccount(account.platform, account.accountId);
  const { chat, who } = context;
  if (owner === null || (owner.id !== who.personId && !context.may("admin"))) {
    throw new InputError("not_linked", "That is no account of yours; /whoami lists them.");
  }
  if (owner.accounts.length < 2) {
    const sentence = "That is the person's only account; an admin takes the role with /revoke instead.";
    throw new InputError("last_account", sentence);
  }
  if (account.platform === chat.platform && account.accountId === who.accountId) {
    throw new InputError(
      "asked_here",
      "You are asking from that account; remove it from another one of yours.",
    );
  }
  return { ...account, owner: owner.label };
}

function remove(context: CommandContext, typed: string | undefined): Reply {
  const { accountId, platform } = removable(context, typed);
  return context.transact((tx) => {
    const parted = context.links.unlink(tx, context.actor, { platform, accountId });
    if (!parted.ok) return problem("That changed meanwhile; /whoami lists your accounts.");
    return card({
      title: "The account is a stranger's now",
      body: [
        fields([
          ["Account", `${platform}:${accountId}`],
          ["Was", `#${parted.value.id} ${parted.value.label}'s`],
          ["Still theirs", linkedAccounts(parted.value)],
        ]),
      ],
      buttons: [[commandButton("Who am I", "whoami"), commandButton("People", "roles")]],
    });
  });
}
