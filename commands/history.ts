import { z } from "zod";
import { integer } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { card, problem, table } from "../src/chat/message.ts";
import { emptyPage, LAST_PAGE, pageButtons, pageFooter } from "./parts/pages.ts";

const args = z.object({ page: integer(1, LAST_PAGE).optional().describe("1 is the newest") });
const ROWS = 10;

export const history = {
  name: "history",
  group: "system",
  role: "viewer",
  summary: "Past changes of state, and who made them",
  args,
  examples: ["/history", "/history 2"],
  effects: "read",
  run(context, { page: wanted = 1 }) {
    const { format, people, state } = context;
    const page = state.history(wanted, ROWS);
    if (page.rows.length === 0) return problem(emptyPage(page, "The state has never changed."));
    return card({
      title: "State changes",
      body: [
        table(
          ["When", "State", "Who and why"],
          page.rows.map(({ actor, reason, since, state: entered }) => [
            format.shortInstant(since),
            entered === "EMERGENCY_STOP" ? "STOP" : entered,
            `${people.nameOf(actor)}: ${reason}`,
          ]),
        ),
      ],
      buttons: pageButtons(page, (to) => `history ${to}`),
      footer: pageFooter(context, page),
    });
  },
} satisfies Command<typeof args>;
