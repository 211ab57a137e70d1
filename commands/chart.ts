import { z } from "zod";
import { choice, integer } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { type Button, card, commandButton, fields, picture, problem } from "../src/chat/message.ts";
import { TIMEFRAMES, type Timeframe } from "../src/core/timeframe.ts";

const args = z.object({
  timeframe: choice(TIMEFRAMES).optional().describe("length of a candle; 1h unless told"),
  candles: integer(10, 500).optional().describe("how many; 96 unless told"),
});

const USUAL_CANDLES = 96;
const OFFERED: readonly Timeframe[] = ["15m", "1h", "4h", "1d"];

export const chart = {
  name: "chart",
  group: "market",
  role: "viewer",
  summary: "Candles with averages and fills, as a picture",
  args,
  examples: ["/chart", "/chart 4h", "/chart 1h 200"],
  effects: "read",
  run({ data, format, market, now, timeZone }, { timeframe = "1h", candles = USUAL_CANDLES }) {
    const drawn = data.chart(timeframe, candles, timeZone);
    const others = OFFERED.filter((one) => one !== timeframe).map((one) =>
      commandButton(one, `chart ${one}`),
    );
    if (drawn === null) {
      return problem(
        `There are no ${timeframe} candles yet; /data shows what is held, /data fetch brings more.`,
      );
    }
    const { close, high, low, openAt } = drawn.candles;
    const last = close.at(-1)!;
    const first = drawn.candles.open[0]!;
    const { quoteAsset } = market.instrument();
    const refresh: Button = commandButton("Refresh", `chart ${timeframe} ${candles}`);
    return card({
      title: `${drawn.title} ${format.priceOf(last)} ${quoteAsset}`,
      body: [
        picture(
          drawn,
          `${openAt.length} candles: ${format.priceOf(first)} → ${format.priceOf(last)} ${quoteAsset}`,
        ),
        fields([
          ["Change", format.signedPercent(first === 0 ? null : last / first - 1)],
          ["High", format.priceOf(Math.max(...high))],
          ["Low", format.priceOf(Math.min(...low))],
          ["Fills shown", drawn.fills.length === 0 ? null : format.count(drawn.fills.length)],
        ]),
      ],
      buttons: [
        [refresh, ...others],
        [commandButton("Price", "price"), commandButton("Fills", "fills")],
      ],
      footer: format.instant(now),
    });
  },
} satisfies Command<typeof args>;
