/** The market as commands ask for it: the instrument, the price, the last day. */
import { loadColumns } from "../../db/candles.ts";
import type { MarketCapability, PriceView } from "../chat/trading-capabilities.ts";
import type { CandleColumns } from "../core/candles.ts";
import { ticksOf } from "../core/instrument.ts";
import { timeframeMs } from "../core/timeframe.ts";
import { findGaps } from "../market/gaps.ts";
import type { CapabilityParts } from "./parts.ts";

const DAY_MS = 86_400_000;

export function createMarketCapability(parts: CapabilityParts): MarketCapability {
  const { engine, feed, feedConnection } = parts;
  const { instrument } = engine.options;
  return {
    instrument: () => instrument,
    feed: feedConnection,
    async price() {
      const quote = await feed.quote();
      const ticks = ticksOf(instrument, quote.price);
      return { ticks, at: quote.at, ...lastDay(parts, quote.price) };
    },
  };
}

/** From the candles that closed in the last 24 h, and the one before them, at whose close the day begins. */
function lastDay(
  { clock, database, engine }: CapabilityParts,
  price: number,
): Omit<PriceView, "ticks" | "at"> {
  const { instrument, settings } = engine.options;
  const { timing } = engine.current().trader.rules.needs;
  const stepMs = timeframeMs(timing);
  const toAt = Math.floor(clock.now() / stepMs) * stepMs;
  const fromAt = toAt - Math.ceil(DAY_MS / stepMs) * stepMs;
  const candles = database.read((reader) =>
    loadColumns(reader, settings.symbol, timing, { fromAt: fromAt - stepMs, toAt }),
  );
  const dayCloses = [...candles.close].slice(candles.openAt[0] === fromAt - stepMs ? 1 : 0);
  const isWhole = candles.length > 1 && findGaps(candles, fromAt - stepMs, toAt).length === 0;
  if (!isWhole) return { dayChange: null, dayLowTicks: null, dayHighTicks: null, dayCloses };
  const day = { low: lowestOf(candles, price), high: highestOf(candles, price) };
  return {
    dayChange: price / candles.close[0]! - 1,
    dayLowTicks: ticksOf(instrument, day.low),
    dayHighTicks: ticksOf(instrument, day.high),
    dayCloses,
  };
}

/** The first candle is the day before's: only its close counts. */
const lowestOf = ({ low }: CandleColumns, price: number): number => Math.min(price, ...low.subarray(1));
const highestOf = ({ high }: CandleColumns, price: number): number => Math.max(price, ...high.subarray(1));
