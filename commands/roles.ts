import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { card, table } from "../src/chat/message.ts";

const args = z.object({});

export const roles = {
  name: "roles",
  group: "people",
  role: "viewer",
  summary: "Who may do what here",
  args,
  examples: ["/roles"],
  effects: "read",
  run(context) {
    const everyone = context.people.list();
    const isAdmin = context.may("admin");
    return card({
      title: "People",
      body: [
        table(
          ["Who", "Role", ...(isAdmin ? ["Accounts"] : [])],
          everyone.map(({ accounts, id, label, role }) => [
            `#${id} ${label}`,
            role ?? "revoked",
            ...(isAdmin
              ? [accounts.map(({ accountId, platform }) => `${platform}:${accountId}`).join(", ")]
              : []),
          ]),
        ),
      ],
      footer: isAdmin
        ? "/grant and an account gives a role, /revoke takes it."
        : "An admin gives roles with /grant; /whoami tells you your id.",
    });
  },
} satisfies Command<typeof args>;
