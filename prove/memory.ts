/** Resident memory over many cycles of the real engine on a real database file: the last tenth may stand at most 5 % over the second. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openApp } from "../src/app.ts";
import { VirtualClock } from "../src/clock.ts";
import { loadConfig } from "../src/config.ts";
import { idSource } from "../src/core/ids.ts";
import { seededRandom } from "../src/core/random.ts";
import { warmupCandles } from "../src/engine/recovery.ts";
import { syncHistory } from "../src/engine/sync-history.ts";
import { ReplayCandles } from "../src/market/replay.ts";
import { createLog } from "../src/ops/log.ts";
import { resumeAsDemo } from "../src/program/headless-demo.ts";
import { replayMarket } from "../src/program/markets.ts";
import type { Proof } from "./proof.ts";
import { syntheticHours } from "./synthetic-hours.ts";

const HOUR_MS = 3_600_000;
const MOST_GROWTH = 1.05;
/** What counts is what stays: each sample follows a full collection, and a tenth is the median of its samples. */
const SAMPLE_EVERY = 200;
/** Run before the first tenth is counted: compiled code and the collector's reserves settle in this time. */
const SETTLING_CYCLES = 4000;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

export async function proveMemory(cycles: number): Promise<Proof> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-memory-"));
  const warmup = 2200;
  const hours = syntheticHours("memory", warmup + SETTLING_CYCLES + cycles);
  const clock = new VirtualClock(hours.openAt[warmup - 1]! + HOUR_MS);
  const { settings } = loadConfig(
    { environment: {}, envFile: null },
    {
      DB_PATH: join(folder, "trading.db"),
      PAPER_FILL_MODEL: "slippage",
      TRADING_EXIT_TIMEFRAME: "1h",
      TRADING_ACTIVE_STRATEGY: "mean_reversion",
    },
  );
  const market = replayMarket(new ReplayCandles(hours), clock);
  const app = await openApp({
    settings,
    mode: "replay",
    clock,
    market,
    ids: idSource(seededRandom("memory")),
    random: seededRandom("memory seeds"),
    log: createLog({ level: "error", format: "lines", output: process.stderr, now: () => clock.now() }),
    onBroken: (error) => {
      throw error;
    },
  });
  try {
    if (warmupCandles(app.engine.current().trader.rules) > warmup)
      throw new Error("the warm-up is longer than the history");
    await syncHistory(app.engine);
    resumeAsDemo(app, clock.now());
    const tenth = Math.floor(cycles / 10);
    const residents: number[] = [];
    const samples: number[] = [];
    for (let cycle = -SETTLING_CYCLES; cycle < cycles; cycle++) {
      await clock.advanceTo(hours.openAt[warmup + SETTLING_CYCLES + cycle]! + HOUR_MS);
      const done = await app.engine.runCycle({ kind: "system", name: "memory-proof" });
      if (!done.ok) throw new Error(`cycle ${cycle} was refused: ${done.code}`);
      if (cycle < 0) continue;
      if ((cycle + 1) % SAMPLE_EVERY === 0) {
        Bun.gc(true);
        samples.push(process.memoryUsage.rss());
      }
      if ((cycle + 1) % tenth === 0) residents.push(median(samples.splice(0)));
    }
    const growth = residents.at(-1)! / residents[1]!;
    const table = residents.map(
      (bytes, index) =>
        `    after ${String((index + 1) * tenth).padStart(7)} cycles  ${(bytes / 1e6).toFixed(1).padStart(7)} MB`,
    );
    return {
      name: `memory over ${cycles.toLocaleString("en")} cycles`,
      ok: growth <= MOST_GROWTH,
      figures: {
        cycles,
        lastOverSecondTenth: Number(growth.toFixed(3)),
        residentMB: Number((residents.at(-1)! / 1e6).toFixed(1)),
      },
      lines: table,
    };
  } finally {
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
