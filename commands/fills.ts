import { z } from "zod";
import { integer } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, problem, table } from "../src/chat/message.ts";
import { feesText } from "./parts/fees-text.ts";
import { emptyPage, LAST_PAGE, LONGEST_PAGE, pageButtons, pageFooter } from "./parts/pages.ts";

const args = z.object({
  rows: integer(1, LONGEST_PAGE).optional().describe("fills a page; 8 unless told"),
  page: integer(1, LAST_PAGE).optional().describe("1 is the newest"),
});

export const fills = {
  name: "fills",
  group: "trading",
  role: "viewer",
  summary: "Executions with price and fee, newest first",
  args,
  examples: ["/fills", "/fills 20", "/fills 8 2"],
  effects: "read",
  run(context, { page: wanted = 1, rows = 8 }) {
    const { account, format, market } = context;
    const page = account.fills(wanted, rows);
    const [newest] = page.rows;
    if (newest === undefined)
      return problem(emptyPage(page, "Nothing has been filled yet; /orders shows what was tried."));
    const { baseAsset, quoteAsset } = market.instrument();
    return card({
      title: "Fills",
      body: [
        table(
          ["When", `>${baseAsset}`, ">Price"],
          page.rows.map(({ at, lots, side, ticks }) => [
            format.shortInstant(at),
            format.tradedLots(side, lots),
            format.price(ticks),
          ]),
        ),
      ],
      buttons: [
        [
          commandButton(`Why #${newest.orderId}`, `why ${newest.orderId}`),
          commandButton("Orders", "orders"),
          commandButton("Position", "position"),
        ],
        ...pageButtons(page, (to) => `fills ${rows} ${to}`),
      ],
      footer: `Prices in ${quoteAsset}, fees ${feesText(context, page.rows)}. ${pageFooter(context, page)}`,
    });
  },
} satisfies Command<typeof args>;
