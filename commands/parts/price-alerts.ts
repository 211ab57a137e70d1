/** Price alerts: asked for once, told once. The list is the answer to every change of it. */
import type { PriceAlertRefusal, PriceAlertView } from "../../src/chat/alert-capabilities.ts";
import type { CommandContext } from "../../src/chat/context.ts";
import {
  type Block,
  type Button,
  card,
  commandButton,
  problem,
  type Reply,
  table,
  text,
} from "../../src/chat/message.ts";
import type { Facts } from "../../src/core/errors.ts";
import { priceOf, ticksOf } from "../../src/core/instrument.ts";
import { timesFooter } from "./pages.ts";

const PLAIN_PRICE = /^[0-9]{1,9}(\.[0-9]{1,8})?$/;
/** Buttons of five rows, less one for the row below them. */
const REMOVABLE = 20;
const A_ROW = 5;

export const priceAlertList = (context: CommandContext): Reply => listCard(context, []);

function listCard(context: CommandContext, above: readonly Block[]): Reply {
  const waiting = context.alerts.priceAlerts();
  const removing = context.may("operator") ? waiting.slice(0, REMOVABLE) : [];
  return card({
    title: waiting.length === 0 ? "No price alerts" : `Price alerts (${waiting.length})`,
    body: [
      ...above,
      ...(waiting.length === 0
        ? [text("/alerts price 70000 tells it once when the price gets there.")]
        : [
            table(
              [">#", "When", ">Price", "By"],
              waiting.map((alert) => row(context, alert)),
            ),
          ]),
    ],
    buttons: [
      ...inRows(
        removing.map(({ id }) => commandButton(`✕ ${id}`, `alerts price remove ${id}`)),
        A_ROW,
      ),
      [commandButton("Price", "price"), commandButton("Alerts", "alerts")],
    ].slice(-5),
    footer: timesFooter(context),
  });
}

const row = (
  { format, people }: CommandContext,
  { direction, id, personId, ticks }: PriceAlertView,
): readonly string[] => [
  String(id),
  direction === "above" ? "at or above" : "at or below",
  format.price(ticks),
  people.byId(personId)?.label ?? "?",
];

export async function addPriceAlert(context: CommandContext, typed: string): Promise<Reply> {
  const { actor, alerts, format, market } = context;
  const instrument = market.instrument();
  const ticks = PLAIN_PRICE.test(typed) ? ticksOf(instrument, Number(typed)) : 0;
  if (ticks <= 0 || priceOf(instrument, ticks) !== Number(typed)) {
    return problem(
      `A price is a number in steps of ${format.price(1)} ${instrument.quoteAsset}, such as 70000.`,
    );
  }
  const { ticks: nowTicks } = await market.price();
  return context.transact((tx) => {
    const added = alerts.addPriceAlert(tx, actor, ticks, nowTicks);
    if (!added.ok) return problem(refused(added.code, added.facts, format.price(nowTicks)));
    const { direction } = added.value;
    return listCard(context, [
      text(
        `It is told once, when the price is at or ${direction} ${format.price(ticks)}; now it is ${format.price(nowTicks)}.`,
      ),
    ]);
  });
}

export function removePriceAlert(context: CommandContext, id: number): Reply {
  return context.transact((tx) => {
    const removed = context.alerts.removePriceAlert(tx, context.actor, id);
    if (!removed.ok) return problem(`There is no price alert ${id} any more; /alerts price lists them.`);
    return listCard(context, [text(`Removed ${id}, ${context.format.price(removed.value.ticks)}.`)]);
  });
}

function refused(code: PriceAlertRefusal, facts: Facts, now: string): string {
  switch (code) {
    case "at_price":
      return `The price is there now, at ${now}; name another level.`;
    case "too_far":
      return `That is too far from the price, which is ${now}; look at the number again.`;
    case "there_already":
      return `Alert ${facts["id"]} waits for that price already.`;
    case "too_many":
      return `${facts["most"]} price alerts wait already; remove one first (/alerts price).`;
  }
}

/** Buttons in rows of so many. */
export const inRows = (buttons: readonly Button[], perRow: number): readonly (readonly Button[])[] =>
  Array.from({ length: Math.ceil(buttons.length / perRow) }, (_, row) =>
    buttons.slice(row * perRow, (row + 1) * perRow),
  );
