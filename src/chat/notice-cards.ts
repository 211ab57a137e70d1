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
  readonly symbol: string;
  /** What the account is worth by now. */
  readonly equityUnits: () => number;
  /** The price by now; null before any is known. */
  readonly markTicks: () => number | null;
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
    title: said(facts["to"]),
    ...(facts["to"] === "RUNNING" && { tone: "good" as const }),
    body: [
      fields([
        ["Before", known(facts["from"])],
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
    title: fillTitle(facts, format),
    ...(typeof facts["pnl"] === "string" && {
      tone: facts["pnl"].startsWith("-") ? ("warning" as const) : ("good" as const),
    }),
    body: [
      fields([
        ["Price", price(facts["price"], format.quotePriceOf)],
        ["For", known(facts["purpose"])?.replaceAll("_", " ") ?? null],
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
  equity_stop: ({ equityUnits, facts, format, positionSentence }) => ({
    title: "Equity stop",
    body: [
      text("Equity fell too far below its peak: the state is EMERGENCY_STOP, no entries."),
      fields([
        ["Drawdown", drawdownText(facts, format)],
        ["Equity now", format.quote(equityUnits())],
      ]),
      ...sentence(positionSentence("EMERGENCY_STOP")),
    ],
    buttons: [
      commandButton("Status", "status"),
      commandButton("Position", "position"),
      commandButton("Recover", "recover"),
    ],
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
  price_alert: ({ facts, format, markTicks, symbol }) => ({
    title: `${symbol} is ${facts["direction"] === "below" ? "down" : "up"} to ${price(facts["price"], format.quotePriceOf) ?? "?"}`,
    body: [fields([["Price now", priceNow(markTicks(), format)]]), ...sentence(askedBy(facts, format))],
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

/** `2.27 %, limit 2.00 %`. */
function drawdownText({ drawdown, limit }: Facts, format: Format): string | null {
  const bound = share(limit, format);
  const fallen = share(drawdown, format);
  return fallen === null || bound === null ? fallen : `${fallen}, limit ${bound}`;
}

const price = (fact: Fact, format: (price: number) => string): string | null =>
  typeof fact === "number" ? format(fact) : known(fact);

/** An entry with its price; an exit with what it brought. */
function fillTitle({ pnl, price: paid, quantity, side }: Facts, format: Format): string {
  const filled = price(quantity, format.quantityOf) ?? "?";
  if (side === "buy") return `Bought ${filled} at ${price(paid, format.priceOf) ?? "?"}`;
  const result = amount(pnl, format.signedQuote);
  return result === null ? `Sold ${filled}` : `Sold ${filled}: ${result}`;
}

const priceNow = (ticks: number | null, format: Format): string | null =>
  ticks === null ? null : format.quotePrice(ticks);

/** `Asked by Ada, 18 Mar 10:00.` */
function askedBy({ askedBy: who, createdAt }: Facts, format: Format): string | null {
  const parts = [known(who), typeof createdAt === "number" ? format.shortInstant(createdAt) : null];
  const words = parts.filter((part) => part !== null).join(", ");
  return words === "" ? null : `Asked by ${words}.`;
}

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
