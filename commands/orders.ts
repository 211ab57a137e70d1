import { z } from "zod";
import { integer } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, fields, problem, table, text } from "../src/chat/message.ts";
import { PURPOSES, STATUSES } from "./parts/order-words.ts";
import { emptyPage, LAST_PAGE, LONGEST_PAGE, pageButtons, pageFooter } from "./parts/pages.ts";

const args = z.object({
  rows: integer(1, LONGEST_PAGE).optional().describe("orders a page; 8 unless told"),
  page: integer(1, LAST_PAGE).optional().describe("1 is the newest"),
});

export const orders = {
  name: "orders",
  group: "trading",
  role: "viewer",
  summary: "Orders, newest first",
  args,
  examples: ["/orders", "/orders 20", "/orders 8 2"],
  effects: "read",
  run(context, { page: wanted = 1, rows = 8 }) {
    const { account, format } = context;
    const page = account.orders(wanted, rows);
    const [newest] = page.rows;
    if (newest === undefined)
      return problem(emptyPage(page, "There are no orders yet; /why explains the last decision."));
    const unfilled = page.rows.filter(({ status }) => status !== "filled");
    const unresolved = page.rows.filter(({ status }) => status === "unknown");
    return card({
      title: "Orders",
      tone: unresolved.length === 0 ? "neutral" : "warning",
      body: [
        table(
          [">#", "When", `>${context.market.instrument().baseAsset}`, "For"],
          page.rows.map((order) => [
            String(order.id),
            format.shortInstant(order.decidedAt),
            format.tradedLots(order.side, order.lots),
            // The first word tells them apart.
            PURPOSES[order.purpose].split(" ")[0]!,
          ]),
        ),
        ...(unfilled.length === 0
          ? []
          : [
              fields(
                unfilled.map(({ id, status }) => [`#${id}`, STATUSES[status]]),
                "Not filled",
              ),
            ]),
        ...(unresolved.length === 0
          ? []
          : [
              text(
                `The outcome of ${unresolved.map(({ id }) => `#${id}`).join(", ")} is not known yet: no new order leaves until it is.`,
              ),
            ]),
      ],
      buttons: [
        [
          commandButton(`Why #${newest.id}`, `why ${newest.id}`),
          commandButton("Fills", "fills"),
          commandButton("Position", "position"),
        ],
        ...pageButtons(page, (to) => `orders ${rows} ${to}`),
      ],
      footer: pageFooter(context, page),
    });
  },
} satisfies Command<typeof args>;
