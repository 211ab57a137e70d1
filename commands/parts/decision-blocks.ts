/** A decision in the order it was made: candle, signal, indicators, checks, size. */
import type { CommandContext } from "../../src/chat/context.ts";
import { type Block, type ChecklistItem, checklist, fields, text } from "../../src/chat/message.ts";
import type { CheckView, DecisionView, SizingView, WhyView } from "../../src/chat/why-view.ts";
import type { OrderPurpose } from "../../src/core/order.ts";
import { PURPOSES } from "./order-words.ts";
import { reasonSentence } from "./reason-sentence.ts";

export function decisionBlocks(context: CommandContext, { decision, order }: WhyView): readonly Block[] {
  if (decision === null) return [text(order === null ? "Nothing was decided." : UNDECIDED[order.purpose])];
  return [
    text(sentences(decision)),
    fields(signalFields(context, decision), "Signal"),
    ...(decision.checks.length === 0 ? [] : [checklist(checkItems(context, decision.checks))]),
    ...(decision.sizing === null ? [] : [fields(sizingFields(context, decision.sizing), "Size")]),
  ];
}

/** Orders that no signal made. */
const UNDECIDED: Readonly<Record<OrderPurpose, string>> = {
  entry: "A person ordered this entry.",
  exit_signal: "A person ordered this exit.",
  stop_loss: "The stop loss was touched; the strategy was not asked.",
  trailing_stop: "The trailing stop was touched; the strategy was not asked.",
  take_profit: "A take profit level was reached; the strategy was not asked.",
  time_stop: "The position was held as long as it may be; the strategy was not asked.",
  flatten: "An admin or the position policy closed the position; the strategy was not asked.",
};

/** What the strategy said, and, where something else stopped it, what the rules said. */
function sentences({ reason, signalReason, signalSentence }: DecisionView): string {
  const said = signalSentence ?? `The strategy says ${signalReason}.`;
  if (reason === "signal_hold") return said;
  return reason === "executed" || reason === "order_placed" ? said : `${said} ${reasonSentence(reason)}`;
}

function signalFields(
  { format }: CommandContext,
  decision: DecisionView,
): readonly (readonly [string, string])[] {
  const { candleCloseAt, closeTicks, confidence, side, signalReason, strategy, timeframe, values } = decision;
  return [
    ["Candle", `${timeframe}, closed ${format.instant(candleCloseAt)} at ${format.price(closeTicks)}`],
    [strategy, `${side.toUpperCase()} ${signalReason}, confidence ${format.number(confidence)}`],
    ...Object.entries(values)
      .filter(([name]) => name !== "close")
      .map(([name, value]) => [name, indicatorText(value, format)] as const),
  ];
}

/** Prices at the tick's decimals; shares and oscillators with enough digits to tell them apart. */
function indicatorText(value: number, format: CommandContext["format"]): string {
  if (!Number.isFinite(value)) return "n/a";
  if (Math.abs(value) >= 1000) return format.priceOf(value);
  return format.number(value, Math.abs(value) >= 1 ? 2 : 5);
}

/** Names and units as the risk gate records them. */
const CHECKS: Readonly<Record<string, readonly [label: string, unit: "units" | "lots" | "plain"]>> = {
  state: ["state is RUNNING", "plain"],
  unresolved: ["no unresolved order", "plain"],
  data_fresh: ["data is fresh", "plain"],
  on_time: ["candle is recent", "plain"],
  lock: ["no lock", "plain"],
  orders_today: ["orders today", "plain"],
  daily_loss: ["loss today", "units"],
  exposure: ["exposure", "units"],
  position: ["position", "lots"],
  pending: ["no pending order", "plain"],
  policy: ["may leave", "plain"],
  inventory: ["held", "lots"],
};

/** What passed without a number to show is one line; the others, and whatever failed, have a line each. */
function checkItems(context: CommandContext, checks: readonly CheckView[]): readonly ChecklistItem[] {
  const shown = checks.map((check) => ({ ...check, detail: checkDetail(context, check) }));
  const plain = shown.filter(({ detail, ok }) => ok && detail === "").map(({ name }) => labelOf(name));
  const items = shown
    .filter(({ detail, ok }) => !ok || detail !== "")
    .map(({ detail, name, ok }) => ({
      ok,
      label: [labelOf(name), detail].filter(Boolean).join(": "),
      note: null,
    }));
  return [...(plain.length === 0 ? [] : [{ ok: true, label: plain.join(", "), note: null }]), ...items];
}

const isPurpose = (word: string): word is OrderPurpose => Object.hasOwn(PURPOSES, word);

const labelOf = (name: string): string => CHECKS[name]?.[0] ?? name.replaceAll("_", " ");

/** `0.00 USDT, limit 200.00 USDT`; empty for a check of yes or no. */
function checkDetail({ format }: CommandContext, { bound, name, value }: CheckView): string {
  const unit = CHECKS[name]?.[1] ?? "plain";
  const shown = (side: CheckView["value"]): string | null => {
    if (side === null || typeof side === "boolean") return null;
    if (typeof side === "string") return isPurpose(side) ? PURPOSES[side] : side.replaceAll("_", " ");
    if (unit === "units") return format.quote(side);
    return unit === "lots" ? format.quantity(side) : format.count(side);
  };
  const held = shown(bound);
  const relation = RELATIONS[name] ?? "limit";
  return [shown(value), held === null ? null : `${relation} ${held}`]
    .filter((part) => part !== null)
    .join(", ");
}

/** What the bound is to the value, where it is no upper limit. */
const RELATIONS: Readonly<Record<string, string>> = {
  inventory: "sellable from",
  position: "counts from",
  policy: "allowed now:",
};

const CAPS: Readonly<Record<string, string>> = {
  exposure: "the largest exposure",
  cash: "cash",
  order_limit: "the hard limit of one order",
  exchange: "the exchange's largest order",
};

function sizingFields(
  { format }: CommandContext,
  sizing: SizingView,
): readonly (readonly [string, string | null])[] {
  const { confidence, drawdown, volatility } = sizing.multipliers;
  return [
    ["Share", `${format.percent(sizing.fraction)} of equity`],
    [
      "Multipliers",
      `confidence ×${format.number(confidence)}, volatility ×${format.number(volatility)}, drawdown ×${format.number(drawdown)}`,
    ],
    ["Quantity", sizing.lots === 0 ? "nothing" : format.quantity(sizing.lots)],
    ["Capped by", CAPS[sizing.cappedBy] ?? null],
  ];
}
