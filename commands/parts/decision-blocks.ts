/** A decision in the order it was made: candle, signal, indicators, checks, size. */
import type { CommandContext } from "../../src/chat/context.ts";
import { type Block, checklist, fields, text } from "../../src/chat/message.ts";
import type { DecisionView, SizingView, WhyView } from "../../src/chat/why-view.ts";
import type { OrderPurpose } from "../../src/core/order.ts";
import { checkItems } from "./check-items.ts";
import { reasonSentence } from "./reason-sentence.ts";
import { sentenceCase } from "./sentence-case.ts";

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
    ["Strategy", strategy],
    ["Says", `${side.toUpperCase()} ${signalReason}`],
    ["Confidence", format.number(confidence)],
    [`Close, ${timeframe}`, format.price(closeTicks)],
    ["Closed", format.shortInstant(candleCloseAt)],
    ...Object.entries(values)
      .filter(([name]) => name !== "close")
      .map(([name, value]) => [sentenceCase(name), indicatorText(value, format)] as const),
  ];
}

/** Prices at the tick's decimals; shares and oscillators with enough digits to tell them apart. */
function indicatorText(value: number, format: CommandContext["format"]): string {
  if (!Number.isFinite(value)) return "n/a";
  if (Math.abs(value) >= 1000) return format.priceOf(value);
  return format.number(value, Math.abs(value) >= 1 ? 2 : 5);
}

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
    ["Of equity", format.percent(sizing.fraction)],
    ["× confidence", format.number(confidence)],
    ["× volatility", format.number(volatility)],
    ["× drawdown", format.number(drawdown)],
    ["Quantity", sizing.lots === 0 ? "nothing" : format.quantity(sizing.lots)],
    ["Capped by", CAPS[sizing.cappedBy] ?? null],
  ];
}
