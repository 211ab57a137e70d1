/** What people read of each kind of notice. */
import type { Facts } from "../core/errors.ts";
import { unitsFromDecimal } from "../core/money.ts";
import type { Notice, NoticeKind, NoticeLevel } from "../core/notice.ts";
import type { SystemState } from "../core/state.ts";
import type { Format } from "./format.ts";
import {
  type Block,
  type Button,
  type Card,
  card,
  commandButton,
  fields,
  type Tone,
  text,
} from "./message.ts";

interface Words {
  readonly title: string;
  readonly tone?: Tone;
  readonly body: readonly Block[];
  readonly buttons?: readonly Button[];
}

export interface Reading {
  readonly facts: Facts;
  readonly format: Format;
  /** A readable name for an actor's label. */
  readonly nameOf: (actorLabel: string) => string;
  /** What happens to the open position in that state; null when there is none. */
  readonly positionSentence: (entering: SystemState) => string | null;
}

export function noticeCard({ kind, level, facts }: NoticeFacts, reading: Omit<Reading, "facts">): Card {
  const words = WORDS[kind]({ ...reading, facts });
  return card({
    title: words.title,
    tone: words.tone ?? TONES[level],
    body: words.body,
    buttons: words.buttons === undefined ? [] : [words.buttons],
  });
}

/** Reports are drawn from what is true now (`report-cards.ts`), not from facts alone. */
export type ToldKind = Exclude<NoticeKind, "daily_wrap" | "weekly_report" | "heartbeat">;
type NoticeFacts = Pick<Notice, "level" | "facts"> & { readonly kind: ToldKind };

const TONES: Readonly<Record<NoticeLevel, Tone>> = {
  info: "neutral",
  warning: "warning",
  critical: "danger",
};

const WORDS: Readonly<Record<ToldKind, (reading: Reading) => Words>> = {
  state_changed: ({ facts, nameOf, positionSentence }) => ({
    title: `${said(facts["from"])} → ${said(facts["to"])}`,
    ...(facts["to"] === "RUNNING" && { tone: "good" as const }),
    body: [
      fields([
        ["Reason", known(facts["reason"])],
        ["By", known(facts["actor"]) && nameOf(said(facts["actor"]))],
      ]),
      ...sentence(positionSentence(said(facts["to"]) as SystemState)),
    ],
    buttons: [
      commandButton("Status", "status"),
      ...(facts["to"] === "EMERGENCY_STOP" ? [commandButton("Recover", "recover")] : []),
    ],
  }),
  order_filled: ({ facts, format }) => ({
    title: `${facts["side"] === "buy" ? "Bought" : "Sold"} ${typeof facts["quantity"] === "number" ? format.quantityOf(facts["quantity"]) : said(facts["quantity"])}`,
    ...(typeof facts["pnl"] === "string" && {
      tone: facts["pnl"].startsWith("-") ? ("warning" as const) : ("good" as const),
    }),
    body: [
      fields([
        [
          "Price",
          typeof facts["price"] === "number" ? format.priceOf(facts["price"]) : known(facts["price"]),
        ],
        ["For", known(facts["purpose"])?.replaceAll("_", " ") ?? null],
        ["Result", amount(facts["pnl"], format.signedQuote)],
        ["Fee", amount(facts["fee"], format.quote)],
      ]),
    ],
    buttons: [commandButton("Position", "position"), commandButton("Why", `why ${said(facts["orderId"])}`)],
  }),
  entry_lock: ({ facts, format }) => ({
    title: "Entries are locked",
    body: [
      fields([
        ["By", known(facts["kind"])?.replaceAll("_", " ") ?? null],
        ["Reason", known(facts["reason"])],
        ["Until", typeof facts["untilAt"] === "number" ? format.instant(facts["untilAt"]) : "lifted by hand"],
      ]),
    ],
    buttons: [commandButton("Locks", "locks")],
  }),
  daily_loss_reached: (reading) => ({
    title: "Today's loss limit is reached",
    body: [text("No entries until the next UTC day; exits go on."), rest(reading)],
  }),
  equity_stop: ({ facts, format }) => ({
    title: "Equity stop",
    body: [
      text("Equity fell too far below its peak, so trading stopped."),
      fields([
        ["Drawdown", share(facts["drawdown"], format)],
        ["Limit", share(facts["limit"], format)],
      ]),
    ],
    buttons: [commandButton("Status", "status"), commandButton("Position", "position")],
  }),
  data_stale: ({ facts, format }) => ({
    title: "Market data is stale",
    body: [
      text("Entries are denied until it is fresh again; exits go on."),
      fields([
        ["Age", typeof facts["ageMs"] === "number" ? format.duration(facts["ageMs"]) : null],
        ["Fault", known(facts["fault"])],
      ]),
    ],
    buttons: [commandButton("Data", "data")],
  }),
  data_fresh: () => ({ title: "Market data is fresh again", tone: "good", body: [] }),
  config_drift: (reading) => ({
    title: "Settings differ from the active version",
    body: [text("The active version stays; the environment only seeds the first one."), rest(reading)],
    buttons: [commandButton("Config", "config")],
  }),
  job_failed: (reading) => ({
    title: `Job failed: ${said(reading.facts["name"] ?? reading.facts["job"])}`,
    body: [rest(reading, ["name", "job"])],
    buttons: [commandButton("Jobs", "scheduler")],
  }),
  process_started: (reading) => ({
    title: "Started",
    body: [rest(reading)],
    buttons: [commandButton("Status", "status")],
  }),
  recovery_problem: (reading) => ({
    title: "A safety check failed",
    body: [rest(reading)],
    buttons: [commandButton("Ready?", "ready")],
  }),
  stranger_refused: ({ facts }) => ({
    title: "A stranger was refused",
    body: [
      fields([
        ["Platform", known(facts["platform"])],
        ["Account", known(facts["accountId"])],
        ["Calls itself", known(facts["label"])],
      ]),
    ],
  }),
  account_linked: ({ facts }) => ({
    title: `An account is now ${said(facts["person"])}'s`,
    body: [
      text("It was linked by a one-time code and may do all that this person may."),
      fields([
        ["Account", `${said(facts["platform"])}:${said(facts["accountId"])}`],
        ["Was before", known(facts["before"]) ?? "a stranger's"],
        ["Person", `#${said(facts["personId"])} ${said(facts["person"])}, ${said(facts["role"])}`],
      ]),
    ],
    buttons: [commandButton("People", "roles")],
  }),
  platform_reached: ({ facts }) => ({
    title: said(facts["title"]),
    body: [text(said(facts["text"]))],
    buttons: [commandButton("Health", "health")],
  }),
  price_alert: ({ facts, format }) => ({
    title: `Price ${facts["direction"] === "below" ? "down to" : "up to"} ${typeof facts["price"] === "number" ? format.priceOf(facts["price"]) : said(facts["price"])}`,
    body: [
      fields([
        ["Asked for by", known(facts["askedBy"])],
        ["On", typeof facts["createdAt"] === "number" ? format.instant(facts["createdAt"]) : null],
      ]),
    ],
    buttons: [commandButton("Price", "price"), commandButton("Price alerts", "alerts price")],
  }),
  delivery_test: ({ facts, nameOf }) => ({
    title: "Test",
    tone: "good",
    body: [
      text("Messages arrive here."),
      fields([["Asked for by", known(facts["askedBy"]) && nameOf(said(facts["askedBy"]))]]),
    ],
  }),
  message: ({ facts }) => ({
    title: said(facts["title"] ?? "Message"),
    body: [text(said(facts["text"] ?? ""))],
  }),
};

const sentence = (words: string | null): readonly Block[] => (words === null ? [] : [text(words)]);

type Fact = Facts[string] | undefined;
const said = (fact: Fact): string => (fact === undefined || fact === null ? "?" : String(fact));
const known = (fact: Fact): string | null =>
  fact === undefined || fact === null || fact === "" ? null : String(fact);
const share = (fact: Fact, format: Format): string | null =>
  typeof fact === "number" ? format.percent(fact) : null;

const amount = (fact: Fact, format: (units: number) => string): string | null =>
  typeof fact === "string" ? format(unitsFromDecimal(fact)) : null;

/** Facts under their own names: `ageMs` reads as `Age`, instants and durations as such. */
function rest({ facts, format }: Reading, except: readonly string[] = []): Block {
  const shown = Object.entries(facts).filter(([name]) => !except.includes(name));
  return fields(shown.map(([name, fact]) => [label(name), textOf(name, fact, format)]));
}

function label(name: string): string {
  const words = name
    .replace(/(At|Ms)$/, "")
    .replace(/([A-Z])/g, " $1")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function textOf(name: string, fact: Fact, format: Format): string | null {
  if (typeof fact === "number" && name.endsWith("At")) return format.instant(fact);
  if (typeof fact === "number" && name.endsWith("Ms")) return format.duration(fact);
  if (typeof fact === "boolean") return fact ? "yes" : "no";
  return known(fact);
}
