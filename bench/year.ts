/** A database as a year of trading leaves it: every hour of it decided by the real engine, up to a given instant. */
import { syntheticHours } from "../prove/synthetic-hours.ts";
import { openApp } from "../src/app.ts";
import { VirtualClock } from "../src/clock.ts";
import { loadConfig } from "../src/config.ts";
import type { CandleColumns } from "../src/core/candles.ts";
import { idSource } from "../src/core/ids.ts";
import { seededRandom } from "../src/core/random.ts";
import { syncHistory } from "../src/engine/sync-history.ts";
import { ReplayCandles } from "../src/market/replay.ts";
import { createLog } from "../src/ops/log.ts";
import { resumeAsDemo } from "../src/program/headless-demo.ts";
import { replayMarket } from "../src/program/markets.ts";

export const HOURS = 8_760;
/** More than the slowest strategy warms up with. */
const WARMUP_HOURS = 2_200;
/** The market goes on for as long as a bench may run. */
const HOURS_TO_COME = 48;

/** The warm-up, the year, and what comes after `endsAt`. */
export function yearOfHours(endsAt: number): CandleColumns {
  const hours = syntheticHours("year", WARMUP_HOURS + HOURS + HOURS_TO_COME);
  const by = endsAt - hours.openAt[WARMUP_HOURS + HOURS]!;
  return { ...hours, openAt: hours.openAt.map((at) => at + by) };
}

export async function writeYear(hours: CandleColumns, path: string): Promise<{ readonly auditRows: number }> {
  const clock = new VirtualClock(hours.openAt[WARMUP_HOURS]!);
  const { settings } = loadConfig(
    { environment: {}, envFile: null },
    {
      DB_PATH: path,
      PAPER_FILL_MODEL: "slippage",
      TRADING_EXIT_TIMEFRAME: "1h",
      TRADING_ACTIVE_STRATEGY: "mean_reversion",
    },
  );
  const app = await openApp({
    settings,
    mode: "replay",
    clock,
    market: replayMarket(new ReplayCandles(hours), clock),
    ids: idSource(seededRandom("year")),
    random: seededRandom("year seeds"),
    log: createLog({ level: "error", format: "lines", output: process.stderr, now: () => clock.now() }),
    onBroken: (error) => {
      throw error;
    },
  });
  try {
    await syncHistory(app.engine);
    resumeAsDemo(app, clock.now());
    for (let hour = 1; hour <= HOURS; hour++) {
      await clock.advanceTo(hours.openAt[WARMUP_HOURS + hour]!);
      const done = await app.engine.runCycle({ kind: "system", name: "bench" });
      if (!done.ok) throw new Error(`hour ${hour} was refused: ${done.code}`);
    }
    const { checked } = await app.capabilities.audit.verify(() => {});
    return { auditRows: checked };
  } finally {
    await app.stop();
  }
}
