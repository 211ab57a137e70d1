/** Brings in the history that the active strategy needs, and the fine candles of the last day. */
import { OutsideError } from "../core/errors.ts";
import { timeframeMs } from "../core/timeframe.ts";
import { type DataSyncOptions, syncCandles } from "./data-sync.ts";
import type { Engine } from "./engine.ts";
import { warmupCandles } from "./recovery.ts";

const DAY_MS = 86_400_000;

/**
 * Twice what the strategy needs, so that a restart rebuilds its indicators from the same beginnings. Returns the candles
 * added; the engine takes them up at once. Throws OutsideError when the market fails.
 */
export async function syncHistory(engine: Engine): Promise<number> {
  const { database, feed, clock, settings } = engine.options;
  const { rules } = engine.current().trader;
  const options: DataSyncOptions = { database, feed, clock, symbol: settings.symbol };
  const spanMs = 2 * warmupCandles(rules) * timeframeMs(rules.needs.timing);
  let mayBeNew = true;
  try {
    const { added } = await syncCandles(options, rules.needs.timing, clock.now() - spanMs);
    const addedExit = settings.exitTimeframe === rules.needs.timing ? 0 : await syncExit(options, engine);
    mayBeNew = added > 0;
    return added + addedExit;
  } finally {
    // Also after a failure: what came before it is stored, and the trader must learn of it.
    if (mayBeNew) {
      await engine.idle();
      engine.invalidate();
    }
  }
}

/** A replayed market that has none this fine is no failure: exits then act on the timing timeframe. */
async function syncExit(options: DataSyncOptions, engine: Engine): Promise<number> {
  try {
    const fromAt = options.clock.now() - DAY_MS;
    return (await syncCandles(options, engine.options.settings.exitTimeframe, fromAt)).added;
  } catch (error) {
    if (error instanceof OutsideError && error.code === "timeframe_not_replayed") return 0;
    throw error;
  }
}
