/** The demo for machines: one virtual clock shared with the simulator steps an hour at a time over the wire, so that a run repeats exactly. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { openDatabase } from "../../db/database.ts";
import { enterState } from "../../db/system-state.ts";
import { type App, openApp } from "../app.ts";
import { VirtualClock } from "../clock.ts";
import { loadConfig } from "../config.ts";
import type { Actor } from "../core/actor.ts";
import { InputError } from "../core/errors.ts";
import { idSource } from "../core/ids.ts";
import { seededRandom } from "../core/random.ts";
import { timeframeMs } from "../core/timeframe.ts";
import { syncHistory } from "../engine/sync-history.ts";
import { createLog } from "../ops/log.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { exchangeMarket } from "./markets.ts";
import type { Progress } from "./progress.ts";
import { summaryFacts, summaryLines } from "./summary.ts";

const HOUR_MS = timeframeMs("1h");
/** The simulated market's present begins here in every headless run, so that the seed alone decides it. */
const START_AT = Date.UTC(2026, 0, 5);
/**
 * History before the demo's present: more than twice the warm-up of the slowest strategy (a restart rebuilds from the same
 * beginnings). The seed's market is one long path, so the number also says where on it the demo begins: for the usual seed
 * shortly before a few dips, so that there is something to see from the start.
 */
export const HISTORY_DAYS = 190;
/** The strategy that trades most often: in a demo there should be something to see. */
export const DEMO_STRATEGY = "mean_reversion";
const DEMO: Actor = { kind: "system", name: "demo" };

export interface HeadlessOptions {
  readonly cycles: number;
  readonly seed: string;
  readonly databasePath: string;
  readonly strategy: string;
  readonly progress: Progress;
  readonly print: (line: string) => void;
}

/** Runs and prints the summary; returns the exit code: 0 only when the chain verifies and the ledger adds up. */
export async function runHeadlessDemo(options: HeadlessOptions): Promise<number> {
  freshDatabase(options.databasePath);
  const clock = new VirtualClock(START_AT);
  const simulator = await startSimulator({
    clock,
    seed: options.seed,
    startAt: START_AT,
    historyDays: HISTORY_DAYS,
    requestWeightPerMinute: null,
  });
  try {
    const app = await openHeadless(options, simulator, clock);
    try {
      return await runCycles(app, options, simulator);
    } finally {
      options.progress.stop();
      await app.stop();
    }
  } finally {
    await simulator.stop();
  }
}

function openHeadless(
  { databasePath, seed, strategy }: HeadlessOptions,
  simulator: Simulator,
  clock: VirtualClock,
): Promise<App> {
  const overrides: Record<string, string> = {
    BINANCE_MARKET_DATA_BASE_URL: simulator.url,
    DB_PATH: databasePath,
    PAPER_FILL_MODEL: "slippage",
    TRADING_EXIT_TIMEFRAME: "1h",
    TRADING_ACTIVE_STRATEGY: strategy,
  };
  const { settings } = loadConfig({ environment: {}, envFile: null }, overrides);
  const random = seededRandom(seed);
  return openApp({
    settings,
    mode: "demo",
    clock,
    market: exchangeMarket({
      restUrl: simulator.url,
      streamUrl: simulator.wsUrl,
      symbol: settings.TRADING_SYMBOL,
      clock,
      random,
      hasStream: false,
    }),
    ids: idSource(random.fork("ids")),
    random: random.fork("seeds"),
    log: createLog({ level: "warn", format: "lines", output: process.stderr, now: () => clock.now() }),
    onBroken: (error) => {
      throw error;
    },
  });
}

async function runCycles(
  app: App,
  { cycles, seed, progress, print }: HeadlessOptions,
  simulator: Simulator,
): Promise<number> {
  await syncHistory(app.engine);
  resumeAsDemo(app, app.clock.now());
  progress.start(cycles, "candles");
  for (let cycle = 1; cycle <= cycles; cycle++) {
    await simulator.advanceTo(START_AT + cycle * HOUR_MS);
    const done = await app.engine.runCycle(DEMO);
    if (!done.ok) throw new Error(`cycle ${cycle} was refused: ${done.code} ${JSON.stringify(done.facts)}`);
    progress.update(cycle);
  }
  progress.stop();
  const facts = summaryFacts(app, cycles);
  const title = `Demo, seed ${seed}: ${cycles} hourly candles against the built-in exchange`;
  for (const line of summaryLines(app, title, facts)) print(line);
  return facts.isChainWhole && facts.mismatches === 0 ? 0 : 1;
}

/** The demo resumes trading itself, as an audited act of its own actor. */
export function resumeAsDemo(app: App, now: number): void {
  app.database.transact(now, (tx) => {
    enterState(
      tx,
      { by: "person", role: "operator", via: "resume" },
      "The demo starts trading by itself.",
      DEMO,
    );
  });
}

/** Every demo starts over. Throws InputError `database_in_use` while another process runs on it. */
export function freshDatabase(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path)) refuseInUse(path);
  // The lock file stays: another process's lock is on that very file.
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
}

/** Whatever else is wrong with the old one does not matter: it goes. */
function refuseInUse(path: string): void {
  try {
    openDatabase({ path }).close();
  } catch (error) {
    if (error instanceof InputError && error.code === "database_in_use") throw error;
  }
}
