import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, fields, series } from "../src/chat/message.ts";

const args = z.object({});

export const price = {
  name: "price",
  group: "market",
  role: "viewer",
  summary: "The price now and over the last 24 hours",
  args,
  examples: ["/price"],
  effects: "read",
  async run({ format, market }) {
    const { at, dayChange, dayCloses, dayHighTicks, dayLowTicks, ticks } = await market.price();
    const { quoteAsset, symbol } = market.instrument();
    const { detail, isConnected } = market.feed();
    const first = dayCloses[0];
    return card({
      title: `${symbol} ${format.price(ticks)} ${quoteAsset}`,
      body: [
        fields([
          ["24 h", format.signedPercent(dayChange)],
          ["High", dayHighTicks === null ? null : format.price(dayHighTicks)],
          ["Low", dayLowTicks === null ? null : format.price(dayLowTicks)],
          ["Feed", isConnected ? null : `not connected: ${detail}`],
        ]),
        ...(dayCloses.length > 1 && first !== undefined
          ? [series(dayCloses, `24 h: ${format.priceOf(first)} → ${format.price(ticks)} ${quoteAsset}`)]
          : []),
      ],
      buttons: [
        [
          commandButton("Refresh", "price"),
          commandButton("Position", "position"),
          commandButton("Data", "data"),
        ],
      ],
      footer: format.instant(at),
    });
  },
} satisfies Command<typeof args>;
