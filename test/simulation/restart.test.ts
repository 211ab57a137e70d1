// Restarts change nothing: a process that ends and begins again every few days leaves the same fills as one that never did.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyChain } from "../../db/audit-chain.ts";
import { openDatabase } from "../../db/database.ts";
import { VirtualClock } from "../../src/clock.ts";
import { timeframeMs } from "../../src/core/timeframe.ts";
import { rebuildLedger, warmupCandles } from "../../src/engine/recovery.ts";
import { syncHistory } from "../../src/engine/sync-history.ts";
import { walk } from "../../src/engine/walk.ts";
import { ReplayCandles, ReplayFeed } from "../../src/market/replay.ts";
import { REPLAY_INSTRUMENT } from "../../src/market/replay-instrument.ts";
import {
  freshTrader,
  paperDatabase,
  paperEngine,
  resume,
  TESTER,
  type TunableValues,
} from "./paper-engine.ts";
import { type RunTrace, storedTrace, TraceRecorder } from "./run-trace.ts";
import { MARKET_START, syntheticMarket } from "./synthetic-market.ts";

const HOUR = timeframeMs("1h");
const room = mkdtempSync(join(tmpdir(), "countersign-restart-"));
afterAll(() => rmSync(room, { recursive: true, force: true }));

/** What the strategy saw may differ by its warm-up's tolerance; what was decided and done may not. */
const outcomeOf = ({ decisions, fills, canceledOrders, locks }: RunTrace) => ({
  decisions: decisions.map(({ candleCloseAt, side, signalReason, reason }) => [
    candleCloseAt,
    side,
    signalReason,
    reason,
  ]),
  fills,
  canceledOrders,
  locks,
});

async function withRestarts(tunables: TunableValues, hours: number, everyHours: number) {
  const warm = warmupCandles(freshTrader({ tunables }).rules);
  const warmUntil = MARKET_START + warm * HOUR;
  const base = syntheticMarket("restarts", "1h", warm + hours);
  const recorder = new TraceRecorder();
  walk(freshTrader({ tunables }), { base, warmUntil, policy: "protect" }, recorder);

  const clock = new VirtualClock(warmUntil);
  const setup = { clock, feed: new ReplayFeed(new ReplayCandles(base), clock), tunables };
  const path = join(room, `${everyHours}.db`);
  let database = paperDatabase(setup, path);
  let engine = paperEngine(database, setup);
  await syncHistory(engine);
  resume(database, warmUntil);
  let restarts = 0;
  for (let hour = 1; hour <= hours; hour++) {
    if (hour % everyHours === 0) {
      database.close();
      database = openDatabase({ path });
      engine = paperEngine(database, setup);
      const { mismatches } = database.read((reader) =>
        rebuildLedger(reader, engine.current().account, { instrument: REPLAY_INSTRUMENT }),
      );
      expect(mismatches).toEqual([]);
      restarts += 1;
    }
    await clock.advanceTo(warmUntil + hour * HOUR);
    const done = await engine.runCycle(TESTER);
    expect(done.ok).toBe(true);
  }
  const trace = storedTrace(database, 1);
  const isChainWhole = database.read((reader) => verifyChain(reader)).ok;
  database.close();
  return { trace, recorder, restarts, isChainWhole };
}

describe("a process that is restarted", () => {
  test.each([
    ["every 50 hours, past the history it rebuilds from", 900, 50, { "strategy.active": "mean_reversion" }],
    [
      "before every cycle, with every exit and resting entries",
      120,
      1,
      {
        "strategy.active": "mean_reversion",
        "execution.entry_type": "limit",
        "execution.limit_offset_bps": 15,
        "exits.stop_loss_mode": "percent",
        "exits.stop_loss_pct": 1.5,
        "exits.trailing": true,
        "exits.trailing_distance_pct": 0.8,
        "exits.take_profit_1_pct": 0.6,
        "exits.time_stop_hours": 12,
      },
    ],
  ] as const)(
    "%s trades as one that never was",
    async (_name, hours, every, tunables) => {
      const { trace, recorder, restarts, isChainWhole } = await withRestarts(tunables, hours, every);
      expect(outcomeOf(trace)).toEqual(outcomeOf(recorder));
      expect(recorder.fills.length).toBeGreaterThan(3);
      expect([restarts, isChainWhole]).toEqual([Math.floor(hours / every), true]);
    },
    30_000,
  );
});
