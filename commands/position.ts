import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import { card, commandButton, fields, text } from "../src/chat/message.ts";
import { positionSentence } from "./parts/position-sentence.ts";

const args = z.object({});

export const position = {
  name: "position",
  group: "trading",
  role: "viewer",
  summary: "What is held, what it is worth, and its stops",
  args,
  examples: ["/position"],
  effects: "read",
  run(context) {
    const { account, format, now, state } = context;
    const view = account.position();
    const policy = positionSentence(context, state.current().state);
    const isFlat = view.lots === 0;
    return card({
      title: isFlat ? "Flat" : `${format.quantity(view.lots)}${view.isDust ? " (dust)" : ""}`,
      tone: isFlat || view.unrealisedUnits === 0 ? "neutral" : view.unrealisedUnits > 0 ? "good" : "warning",
      body: [
        ...(policy === null ? [] : [text(policy)]),
        ...(isFlat ? [] : [fields(held(context))]),
        fields(
          [
            ...account.balances().map(({ asset, units }) => [asset, balance(context, asset, units)] as const),
            ["Realised gross", format.signedQuote(view.realisedUnits)],
            ["Fees", format.quote(view.feesUnits)],
          ],
          "Account",
        ),
      ],
      buttons: [
        [
          commandButton("Refresh", "position"),
          commandButton("Orders", "orders"),
          commandButton("Fills", "fills"),
        ],
        [
          commandButton("Why", "why"),
          ...(!isFlat && !view.isDust && context.may("admin")
            ? [commandButton("Close it", "flatten", "danger")]
            : []),
        ],
      ],
      footer: format.instant(view.markAt ?? now),
    });
  },
} satisfies Command<typeof args>;

function held({ account, format }: CommandContext): readonly (readonly [string, string | null])[] {
  const view = account.position();
  const stop = (ticks: number | null): string | null => (ticks === null ? null : format.price(ticks));
  return [
    ["Entry", view.entryPrice === null ? null : format.priceOf(view.entryPrice)],
    ["Price", stop(view.markTicks)],
    ["Worth", format.quote(view.notionalUnits)],
    ["Of equity", format.percent(view.exposure)],
    ["Unrealised", format.signedQuote(view.unrealisedUnits)],
    ["Stop loss", stop(view.stopTicks) ?? "none"],
    ["Trailing", stop(view.trailingStopTicks)],
    ["Target", stop(view.takeProfitTicks)],
    [
      "Held since",
      view.openedAt === null
        ? null
        : `${format.relative(view.openedAt)}, ${format.shortInstant(view.openedAt)}`,
    ],
  ];
}

/** Balances are in units of 1e-8 of their asset, which is what a quote amount and a lot count are made of. */
function balance({ format, market }: CommandContext, asset: string, units: number): string {
  const { baseAsset, lotUnits, quoteAsset } = market.instrument();
  if (asset === quoteAsset) return format.quote(units);
  if (asset === baseAsset) return format.quantity(Math.floor(units / lotUnits));
  return `${format.amount(units)} ${asset}`;
}
