/** Candle coverage for everyone; fetching what is missing for operators. */
import { z } from "zod";
import { choice, integer } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import { type Block, card, commandButton, fields, type Reply, table } from "../src/chat/message.ts";
import type { CoverageView } from "../src/chat/trading-capabilities.ts";
import { timeframeMs } from "../src/core/timeframe.ts";
import { timesFooter } from "./parts/pages.ts";

const LONGEST_FETCH_DAYS = 1500;
const LEAST_FETCH_DAYS = 30;
const DAY_MS = 86_400_000;
const GAPS_SHOWN = 6;

const args = z.object({
  action: choice(["fetch"]).optional().describe("fetch what is missing; left out, coverage is shown"),
  days: integer(1, LONGEST_FETCH_DAYS)
    .optional()
    .describe("how far back; what the strategy needs unless told"),
});

export const data = {
  name: "data",
  group: "market",
  role: "viewer",
  summary: "Candles held, gaps and age; fetch what is missing",
  args,
  examples: ["/data", "/data fetch 90"],
  effects: "change",
  roleFor: ({ action }) => (action === undefined ? "viewer" : "operator"),
  run: (context, { action, days }) =>
    action === undefined ? coverage(context) : fetchMissing(context, days),
} satisfies Command<typeof args>;

function coverage(context: CommandContext): Reply {
  const { data: held, format, now } = context;
  const rows = held.coverage();
  const age = held.ageMs(now);
  const isShort = rows.some(({ candles, missing, needed }) => candles < needed || missing > 0);
  return card({
    title: age === null ? "No candles yet" : isShort ? "Candles are missing" : "Candles are complete",
    tone: age === null || isShort ? "warning" : "good",
    body: [
      table(
        [" ", ">Held", ">Needed", ">Gaps", "Until"],
        rows.map((row) => coverageRow(context, row)),
      ),
      ...gapsBlock(context),
    ],
    buttons: [
      [
        commandButton("Refresh", "data"),
        ...(context.may("operator") ? [commandButton("Fetch missing", "data fetch")] : []),
        commandButton("Ready?", "ready"),
      ],
    ],
    footer: `${age === null ? "" : `Newest close ${format.duration(age)} old. `}${timesFooter(context)}`,
  });
}

function coverageRow({ format }: CommandContext, row: CoverageView): readonly string[] {
  return [
    row.timeframe,
    format.count(row.candles),
    row.needed === 0 ? "–" : format.count(row.needed),
    format.count(row.missing + row.confirmedMissing),
    row.lastCloseAt === null ? "–" : format.shortInstant(row.lastCloseAt),
  ];
}

function gapsBlock({ data: held, format }: CommandContext): readonly Block[] {
  const gaps = held.gaps(GAPS_SHOWN);
  if (gaps.length === 0) return [];
  return [
    fields(
      gaps.map(({ fromAt, isConfirmed, timeframe, toAt }) => [
        timeframe,
        `${format.shortInstant(fromAt)} to ${format.shortInstant(toAt)}, ${isConfirmed ? "the exchange has none" : "to be fetched"}`,
      ]),
      "Gaps",
    ),
  ];
}

async function fetchMissing(context: CommandContext, days: number | undefined): Promise<Reply> {
  const { format } = context;
  const wanted = days ?? daysNeeded(context.data.coverage());
  const { added, missing } = await context.data.fetch(wanted, context.progress);
  return card({
    title: `Fetched ${format.count(added)} candles`,
    tone: missing === 0 ? "good" : "warning",
    body: [
      fields([
        ["Days", format.count(wanted)],
        ["Still missing", missing === 0 ? "none" : `${format.count(missing)} that the exchange did not give`],
      ]),
    ],
    buttons: [[commandButton("Data", "data"), commandButton("Ready?", "ready")]],
  });
}

/** The longest history any timeframe needs, a day to spare. */
function daysNeeded(rows: readonly CoverageView[]): number {
  const days = rows.map(({ needed, timeframe }) => Math.ceil((needed * timeframeMs(timeframe)) / DAY_MS) + 1);
  return Math.min(LONGEST_FETCH_DAYS, Math.max(LEAST_FETCH_DAYS, ...days));
}
