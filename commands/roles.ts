import { z } from "zod";
import { integer } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { type Button, card, commandButton, problem, table } from "../src/chat/message.ts";
import { linkedAccounts } from "./parts/linked-accounts.ts";
import { LAST_PAGE } from "./parts/pages.ts";

const args = z.object({
  page: integer(1, LAST_PAGE).optional().describe("1 has those who came first"),
});

const ROWS = 10;

export const roles = {
  name: "roles",
  group: "people",
  role: "viewer",
  summary: "Who may do what here",
  args,
  examples: ["/roles", "/roles 2"],
  effects: "read",
  run(context, { page = 1 }) {
    const everyone = context.people.list();
    const pages = Math.max(1, Math.ceil(everyone.length / ROWS));
    if (page > pages) return problem(`There is no page ${page}; the last is ${pages}.`);
    const isAdmin = context.may("admin");
    const paging: Button[] = [];
    if (page > 1) paging.push(commandButton("◀ Before", `roles ${page - 1}`));
    if (page < pages) paging.push(commandButton("After ▶", `roles ${page + 1}`));
    const words = isAdmin
      ? "/grant and an account gives a role, /revoke takes it."
      : "An admin gives roles with /grant; /whoami tells you your id.";
    return card({
      title: "People",
      body: [
        table(
          ["Who", "Role", isAdmin ? "Accounts" : "On"],
          everyone.slice((page - 1) * ROWS, page * ROWS).map((person) => [
            `#${person.id} ${person.label}`,
            person.role ?? "revoked",
            // Ids are what grants hang on: for those who grant.
            isAdmin
              ? linkedAccounts(person)
              : [...new Set(person.accounts.map(({ platform }) => platform))].join(", "),
          ]),
        ),
      ],
      buttons: [[commandButton("Who am I", "whoami")], ...(paging.length === 0 ? [] : [paging])],
      footer: pages === 1 ? words : `Page ${page} of ${pages}, ${everyone.length} people. ${words}`,
    });
  },
} satisfies Command<typeof args>;
