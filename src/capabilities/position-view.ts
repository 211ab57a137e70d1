import type { PositionView } from "../chat/trading-capabilities.ts";
import { notionalUnits, priceOf, ticksOf } from "../core/instrument.ts";
import type { Engine } from "../engine/engine.ts";
import { isDust } from "../risk/dust.ts";
import { markOf } from "./mark.ts";

/** What is held as of the last commit, marked at the newest price known. */
export function positionView(engine: Engine): PositionView {
  const { trader } = engine.current();
  const { exits, ledger, rules } = trader;
  const { instrument } = rules;
  const { costUnits, feesUnits, lots, openedAt, realisedUnits } = ledger;
  const mark = markOf(engine);
  const entryTicks = ledger.averageEntryTicks();
  const worthUnits = mark === null ? costUnits : notionalUnits(instrument, mark.ticks, lots);
  const equityUnits = ledger.cashUnits + worthUnits;
  const level = (price: number | null): number | null =>
    price === null || lots === 0 ? null : ticksOf(instrument, price);
  return {
    lots,
    entryPrice: entryTicks === null ? null : priceOf(instrument, entryTicks),
    markTicks: mark?.ticks ?? null,
    markAt: mark?.at ?? null,
    notionalUnits: worthUnits,
    unrealisedUnits: worthUnits - costUnits,
    realisedUnits,
    feesUnits,
    openedAt,
    isDust: lots > 0 && mark !== null && isDust(instrument, lots, mark.ticks),
    stopTicks: level(exits.stopPrice()),
    trailingStopTicks: exits.isTrailing ? level(exits.stopPrice()) : null,
    takeProfitTicks: level(exits.targetPrice()),
    exposure: equityUnits <= 0 ? 0 : worthUnits / equityUnits,
  };
}
