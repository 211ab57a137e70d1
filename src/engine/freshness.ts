/** Whether market data is young enough for an entry; people hear, once, when that changes. */
import { lastOpenAt } from "../../db/candles.ts";
import type { Tx } from "../../db/database.ts";
import { insertNotice } from "../../db/notices.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import { staleness } from "../market/gaps.ts";
import type { CycleSettings } from "./cycle.ts";
import type { Gathered } from "./gather.ts";

/** Judged by the newest closed candle of the exit timeframe; `wasStale` is what people were last told. */
export function noteFreshness(
  tx: Tx,
  settings: CycleSettings,
  timing: Timeframe,
  gathered: Gathered,
  wasStale: boolean,
): boolean {
  const timeframe = settings.exitTimeframe;
  const fresh = timeframe === timing ? gathered.timing : gathered.exit;
  const newest = fresh.at(-1)?.openAt ?? lastOpenAt(tx, settings.symbol, timeframe);
  const closedAt = newest === null ? null : newest + timeframeMs(timeframe);
  const { isStale, ageMs } = staleness(closedAt, tx.now, settings.cycleMs, timeframe);
  if (isStale !== wasStale) {
    insertNotice(tx, {
      kind: isStale ? "data_stale" : "data_fresh",
      level: isStale ? "warning" : "info",
      topic: "alerts",
      facts: { ageMs, fault: gathered.fault },
    });
  }
  return !isStale;
}
