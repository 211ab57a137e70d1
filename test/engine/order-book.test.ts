import { describe, expect, test } from "bun:test";
import type { VirtualClock } from "../../src/clock.ts";
import type { OrderBook } from "../../src/core/book.ts";
import { OutsideError } from "../../src/core/errors.ts";
import { ReplayCandles, ReplayFeed } from "../../src/market/replay.ts";
import type { CandleSeries } from "../../src/market/series.ts";
import { OPERATOR } from "../simulation/paper-engine.ts";
import { by, fills, move, orders } from "./market-views.ts";
import { type Bar, BUY, FALL, HOUR, hourly, MINUTE, type Script, scripted } from "./scripted-market.ts";

/** A replayed market with an order book of the test's own. */
class BookFeed extends ReplayFeed {
  readonly #now: () => number;
  asked = 0;
  asks: OrderBook["asks"] = [
    { ticks: 1_013_000, lots: 200 },
    { ticks: 1_014_000, lots: 200 },
  ];
  bids: OrderBook["bids"] = [
    { ticks: 1_011_000, lots: 200 },
    { ticks: 1_010_000, lots: 200 },
  ];

  constructor(base: CandleSeries, clock: VirtualClock) {
    super(new ReplayCandles(base), clock);
    this.#now = () => clock.now();
  }

  isSilent = false;

  override async book(): Promise<OrderBook> {
    this.asked += 1;
    if (this.isSilent) throw new OutsideError("no_answer", "The exchange does not answer.");
    return { at: this.#now(), asks: this.asks, bids: this.bids };
  }
}

async function withBook(bars: readonly Bar[], script: Script = {}) {
  const base = hourly(bars);
  let feed!: BookFeed;
  const market = await scripted(bars, {
    ...script,
    base,
    fillModel: "book",
    makeFeed: (clock) => {
      feed = new BookFeed(base, clock);
      return feed;
    },
  });
  return { ...market, feed };
}

describe("with a real order book", () => {
  test("an entry walks it level by level", async () => {
    const market = await withBook([BUY]);
    await market.cycleAt(HOUR + 500);
    expect(fills(market)).toEqual([
      ["entry", 10_130, 200],
      ["entry", 10_140, 27],
    ]);
  });

  test("that cannot be read refuses an entry and lets an exit go", async () => {
    const market = await withBook([BUY, [10_230, 10_300, 10_200, 10_290], FALL]);
    market.feed.isSilent = true;
    expect((await market.cycleAt(HOUR)).reason).toBe("book_too_thin");
    expect(fills(market)).toEqual([]);
    market.feed.isSilent = false;
    await market.cycleAt(2 * HOUR);
    market.feed.isSilent = true;
    await market.cycleAt(3 * HOUR);
    expect(orders(market).at(-1)?.slice(0, 2)).toEqual(["stop_loss", "filled"]);
  });

  test("too thin for the whole order, the rest expires; empty, the reason says so", async () => {
    const market = await withBook([BUY, [10_230, 10_300, 10_200, 10_290]]);
    market.feed.asks = [];
    expect((await market.cycleAt(HOUR)).reason).toBe("book_too_thin");
    market.feed.asks = [{ ticks: 1_030_000, lots: 150 }];
    expect((await market.cycleAt(2 * HOUR)).reason).toBe("executed");
    expect(orders(market)).toEqual([
      ["entry", "expired", 0, "the book was too thin"],
      ["entry", "expired", 150, "the book was too thin"],
    ]);
  });

  test("flatten walks it, though no candle is new", async () => {
    const market = await withBook([BUY]);
    await market.cycleAt(HOUR);
    await market.engine.flatten(OPERATOR);
    expect(fills(market).slice(2)).toEqual([
      ["flatten", 10_110, 200],
      ["flatten", 10_100, 27],
    ]);
  });

  test("so does an entry decided a cycle after its candle, once the system runs again", async () => {
    const market = await withBook([BUY]);
    move(market, by("pause"));
    await market.cycleAt(HOUR);
    move(market, by("resume"));
    expect((await market.cycleAt(HOUR + MINUTE)).reason).toBe("executed");
    expect(fills(market)[0]).toEqual(["entry", 10_130, 200]);
  });

  test("is not asked for when nothing can be traded", async () => {
    const market = await withBook([BUY]);
    await market.cycleAt(HOUR);
    const { asked } = market.feed;
    await market.cycleAt(HOUR + MINUTE);
    expect(market.feed.asked).toBe(asked);
  });
});
