import { z } from "zod";
import { rest } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { card, problem, table } from "../src/chat/message.ts";
import { EVENT_CATEGORIES } from "../src/core/event.ts";
import { eventQuestion } from "./parts/event-filter.ts";
import { eventText } from "./parts/event-text.ts";
import { emptyPage, pageButtons, pageFooter } from "./parts/pages.ts";

const args = z.object({
  filters: rest(
    "filters such as trading, actor:#3, from:7d, to:2026-02-28, page:2, or a word of the text",
    200,
  )
    .optional()
    .describe(`${EVENT_CATEGORIES.join(", ")}; the newest of everything unless told`),
});
const ROWS = 10;

export const events = {
  name: "events",
  group: "audit",
  role: "viewer",
  summary: "The audit log, filtered",
  args,
  examples: ["/events", "/events trading", "/events actor:#1 from:7d"],
  effects: "read",
  run(context, { filters = "" }) {
    const { audit, format } = context;
    const { filter, page: wanted, words } = eventQuestion(filters, context);
    const page = audit.events(filter, wanted, ROWS);
    if (page.rows.length === 0)
      return problem(emptyPage(page, "No event matches; take a filter away, or try /events alone."));
    return card({
      title: words === "" ? "Events" : `Events: ${words}`,
      body: [
        table(
          [">#", "When", "What happened"],
          page.rows.map((event) => [
            String(event.seq),
            format.shortInstant(event.at),
            eventText(context, event),
          ]),
        ),
      ],
      buttons: pageButtons(page, (to) => `events ${words} page:${to}`.replace("  ", " ")),
      footer: pageFooter(context, page),
    });
  },
} satisfies Command<typeof args>;
