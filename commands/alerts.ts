/** What this chat hears of each kind of notice, and the prices somebody waits for. */
import { z } from "zod";
import { choice, integer, word } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import {
  type Block,
  type Button,
  card,
  commandButton,
  type Reply,
  table,
  text,
} from "../src/chat/message.ts";
import { InputError } from "../src/core/errors.ts";
import {
  CHOSEN_KINDS,
  HEARINGS,
  type Hearing,
  NOTICE_KINDS,
  NOTICES,
  type NoticeKind,
} from "../src/core/notice.ts";
import { type EnrolledHere, enrolledHere, notEnrolled } from "./parts/enrolled-chat.ts";
import { addPriceAlert, inRows, priceAlertList, removePriceAlert } from "./parts/price-alerts.ts";

const PRICE = "price";
const ALL = "all";
const LONGEST_NUMBER = 999_999_999;

const args = z.object({
  what: choice([PRICE, ALL, ...CHOSEN_KINDS])
    .optional()
    .describe("a kind of notice, all of them, or price; left out, this chat's levels are shown"),
  to: word("on, silent or off; a price; or remove").optional().describe("on, silent, off, or a price"),
  number: integer(1, LONGEST_NUMBER).optional().describe("the price alert to remove"),
});

export const alerts = {
  name: "alerts",
  group: "reports",
  role: "viewer",
  summary: "What this chat hears, and price alerts",
  args,
  examples: [
    "/alerts",
    "/alerts order_filled silent",
    "/alerts all on",
    "/alerts price 70000",
    "/alerts price remove 3",
  ],
  effects: "change",
  roleFor: ({ to }) => (to === undefined ? "viewer" : "operator"),
  run(context, { number, to, what }) {
    if (what === PRICE) return priceAlerts(context, to, number);
    const here = enrolledHere(context);
    if (here === null) return notEnrolled();
    if (what === undefined || to === undefined) return levels(context, here, what);
    const hearing = HEARINGS.find((one) => one === to.toLowerCase());
    if (hearing === undefined) {
      throw new InputError("bad_arguments", `Say on, silent or off, such as /alerts ${what} silent.`);
    }
    return setHearings(context, here, what, hearing);
  },
} satisfies Command<typeof args>;

function priceAlerts(
  context: CommandContext,
  to: string | undefined,
  number: number | undefined,
): Reply | Promise<Reply> {
  if (to === undefined) return priceAlertList(context);
  if (to.toLowerCase() !== "remove") return addPriceAlert(context, to);
  if (number !== undefined) return removePriceAlert(context, number);
  throw new InputError("bad_arguments", "Say which one, such as /alerts price remove 3.");
}

function setHearings(
  context: CommandContext,
  { chat }: EnrolledHere,
  what: typeof ALL | NoticeKind,
  hearing: Hearing,
): Reply {
  return context.transact((tx) => {
    const kinds = what === ALL ? CHOSEN_KINDS : [what];
    context.alerts.setHearings(tx, context.actor, chat, kinds, hearing);
    const here = enrolledHere(context);
    return here === null ? notEnrolled() : levels(context, here);
  });
}

const heard = ({ hearing }: EnrolledHere, kind: NoticeKind): Hearing => hearing.hearings[kind] ?? "on";

/** Those that people turn on and off, a button each; the others are typed. */
const BUTTON_KINDS = [
  "order_filled",
  "state_changed",
  "entry_lock",
  "stranger_refused",
  "daily_wrap",
  "weekly_report",
] as const satisfies readonly NoticeKind[];
const TYPED_KINDS = CHOSEN_KINDS.filter((kind) => !(BUTTON_KINDS as readonly NoticeKind[]).includes(kind));
const A_ROW = 3;

function levels(context: CommandContext, here: EnrolledHere, only?: string): Reply {
  const shown = NOTICE_KINDS.filter((kind) => (only === undefined || only === ALL ? true : kind === only));
  const single = shown.length === 1 ? shown[0] : undefined;
  const mayChange = context.may("operator");
  return card({
    title: single === undefined ? "What this chat hears" : NOTICES[single].name,
    body: [
      ...(single === undefined ? [] : [text(NOTICES[single].line)]),
      table(
        ["Kind", "Here"],
        shown
          .filter((kind) => NOTICES[kind].hearing !== "own")
          .map((kind) => {
            const { hearing, name } = NOTICES[kind];
            return [name, hearing === "always" ? "always" : heard(here, kind)];
          }),
      ),
      ...(mayChange && single === undefined
        ? [text(`The others by typing, such as /alerts data_stale silent: ${TYPED_KINDS.join(", ")}.`)]
        : []),
      ...notes(context, here),
    ],
    buttons: mayChange ? buttons(here) : [[commandButton("Price alerts", "alerts price")]],
    footer: "Critical alerts are heard with a sound whatever is chosen or muted.",
  });
}

function notes({ chats, format }: CommandContext, { chat, hearing }: EnrolledHere): readonly Block[] {
  const topics = chats.find(chat)?.topics ?? [];
  const { mutedUntil } = hearing;
  return [
    text(
      topics.length === 0
        ? "It is enrolled for no topic: /here."
        : `It is enrolled for ${topics.join(", ")}.`,
    ),
    ...(mutedUntil === null ? [] : [text(`Muted until ${format.instant(mutedUntil)}.`)]),
  ];
}

const NEXT: Readonly<Record<Hearing, Hearing>> = { on: "silent", silent: "off", off: "on" };
const MARKS: Readonly<Record<Hearing, string>> = { on: "🔔", silent: "🔕", off: "✕" };

/** A press takes a kind to its next level. */
function buttons(here: EnrolledHere): readonly (readonly Button[])[] {
  const kinds = BUTTON_KINDS.map((kind) => {
    const now = heard(here, kind);
    return commandButton(`${MARKS[now]} ${NOTICES[kind].name}`, `alerts ${kind} ${NEXT[now]}`);
  });
  return [
    ...inRows(kinds, A_ROW),
    [commandButton("All on", "alerts all on"), commandButton("All silent", "alerts all silent")],
    [commandButton("Price alerts", "alerts price"), commandButton("Heartbeat", "heartbeat")],
  ];
}
