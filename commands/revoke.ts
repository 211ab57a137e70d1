import { z } from "zod";
import { word } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, problem, text } from "../src/chat/message.ts";
import { PERSON_HINT, personReferred } from "./parts/account-reference.ts";
import { PEOPLE_REFUSALS } from "./parts/people-refusals.ts";

const args = z.object({ person: word(PERSON_HINT).describe("whom; /roles lists everyone") });

export const revoke = {
  name: "revoke",
  group: "people",
  role: "admin",
  summary: "Take a person's role away",
  args,
  examples: ["/revoke #3", "/revoke telegram:123456789"],
  effects: "change",
  confirm({ person }, context) {
    const { label, role } = personReferred(context, person);
    if (role === null) return null;
    return {
      text: `Take the role ${role} from ${label}? They can do and see nothing here any more.`,
      confirm: "Revoke",
    };
  },
  run(context, { person }) {
    const { id } = personReferred(context, person);
    return context.transact((tx) => {
      const revoked = context.people.revoke(tx, context.actor, id);
      if (!revoked.ok) return problem(PEOPLE_REFUSALS[revoked.code]);
      return card({
        title: `${revoked.value.label} has no role any more`,
        tone: "warning",
        body: [text("Their accounts are refused from now on, on every platform.")],
        buttons: [[commandButton("People", "roles")]],
      });
    });
  },
} satisfies Command<typeof args>;
