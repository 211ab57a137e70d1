/** The risk gate's checks in words. */
import type { CommandContext } from "../../src/chat/context.ts";
import type { Format } from "../../src/chat/format.ts";
import type { ChecklistItem } from "../../src/chat/message.ts";
import type { CheckView } from "../../src/chat/why-view.ts";
import type { OrderPurpose } from "../../src/core/order.ts";
import { PURPOSES } from "./order-words.ts";
import { sentenceCase } from "./sentence-case.ts";

/** What passed without a figure to show is one line; the others, and whatever failed, have a line each. */
export function checkItems(
  { format }: CommandContext,
  checks: readonly CheckView[],
): readonly ChecklistItem[] {
  const worded = checks.map((check) => ({ ok: check.ok, ...wordsOf(check, format) }));
  const plain = worded.filter(({ hasFigure, ok }) => ok && !hasFigure);
  const others = worded.filter(({ hasFigure, ok }) => !ok || hasFigure);
  const lines = [
    ...(plain.length === 0 ? [] : [{ ok: true, words: plain.map(({ words }) => words).join(", ") }]),
    ...others,
  ];
  return lines.map(({ ok, words }) => ({ ok, label: sentenceCase(words), note: null }));
}

/** By the names the gate records; a check of yes or no. */
const PLAIN: Readonly<Record<string, string>> = {
  state: "state is RUNNING",
  unresolved: "no unresolved order",
  data_fresh: "data is fresh",
  on_time: "candle is recent",
  lock: "no lock",
  pending: "no pending order",
};

/** A check of a figure against a bound. */
const FIGURES: Readonly<Record<string, (value: number, bound: number, format: Format) => string>> = {
  orders_today: (made, most, format) => `orders today: ${format.count(made)}, limit ${format.count(most)}`,
  // A loss is recorded as a positive figure.
  daily_loss: (lostUnits, limitUnits, format) =>
    `result today ${format.signedQuote(0 - lostUnits)}, loss limit ${format.quote(limitUnits)}`,
  exposure: (units, limitUnits, format) =>
    `exposure ${format.quote(units)}, limit ${format.quote(limitUnits)}`,
  position: heldText,
  inventory: heldText,
};

function heldText(lots: number, smallestLots: number, format: Format): string {
  return `held: ${lots === 0 ? "nothing" : format.quantity(lots)} (below ${format.quantity(smallestLots)} is dust)`;
}

interface Worded {
  readonly words: string;
  readonly hasFigure: boolean;
}

function wordsOf({ bound, name, value }: CheckView, format: Format): Worded {
  const figure = FIGURES[name];
  if (figure !== undefined && typeof value === "number" && typeof bound === "number") {
    return { words: figure(value, bound, format), hasFigure: true };
  }
  if (name === "policy") {
    return { words: `may leave: ${shown(value)}, allowed now: ${shown(bound)}`, hasFigure: true };
  }
  const label = PLAIN[name] ?? name.replaceAll("_", " ");
  const hasFigure = typeof value === "string" || typeof value === "number";
  return { words: hasFigure ? `${label}: ${shown(value)}` : label, hasFigure };
}

const isPurpose = (word: string): word is OrderPurpose => Object.hasOwn(PURPOSES, word);

function shown(value: CheckView["value"]): string {
  const word = String(value);
  return isPurpose(word) ? PURPOSES[word] : word.replaceAll("_", " ");
}
