import { z } from "zod";
import { choice, rest, word } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, fields, problem } from "../src/chat/message.ts";
import { ROLES, type Role } from "../src/core/actor.ts";
import { ACCOUNT_HINT, accountReferred } from "./parts/account-reference.ts";
import { PEOPLE_REFUSALS } from "./parts/people-refusals.ts";

const args = z.object({
  account: word(ACCOUNT_HINT).describe("whom; /whoami tells people their id"),
  role: choice(ROLES),
  name: rest("a name for lists", 40).optional().describe("how lists call a new person"),
});

const MAY: Readonly<Record<Role, string>> = {
  viewer: "look at everything but change nothing",
  operator: "pause, stop and start trading",
  admin: "do everything here, roles included",
};

export const grant = {
  name: "grant",
  group: "people",
  role: "admin",
  summary: "Give a person a role",
  args,
  examples: ["/grant telegram:123456789 operator", "/grant discord:123456789012345678 viewer Ada"],
  effects: "change",
  confirm({ account, role }, context) {
    const { accountId, platform } = accountReferred(context, account);
    const held = context.people.byAccount(platform, accountId)?.role ?? null;
    if (held === role || (held === null && role === "viewer")) return null;
    return {
      text: `Give ${platform} ${accountId} the role ${role}${held === null ? "" : ` instead of ${held}`}? They may ${MAY[role]}.`,
      confirm: `Make them ${role}`,
    };
  },
  run(context, { account, name, role }) {
    const { actor, people } = context;
    const { accountId, platform } = accountReferred(context, account);
    return context.transact((tx) => {
      const known = people.byAccount(platform, accountId);
      const label = name ?? known?.label ?? `${platform} ${accountId}`;
      const granted = people.grant(tx, actor, { platform, accountId, label }, role);
      if (!granted.ok) return problem(PEOPLE_REFUSALS[granted.code]);
      return card({
        title: `${granted.value.label} is now ${role}`,
        tone: "good",
        body: [
          fields([
            ["Person", `#${granted.value.id}`],
            ["Account", `${platform}:${accountId}`],
            ["Before", known?.role ?? "no role"],
          ]),
        ],
        buttons: [[commandButton("People", "roles"), commandButton("Revoke", `revoke #${granted.value.id}`)]],
      });
    });
  },
} satisfies Command<typeof args>;
