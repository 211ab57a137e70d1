/** `replay`: a file of candles through the real paper path, candle by candle, as fast as the machine can, and a report. */
import { existsSync } from "node:fs";
import { Command } from "commander";
import { fillsOf } from "../../db/fills.ts";
import { type App, openApp } from "../app.ts";
import { SystemClock, VirtualClock } from "../clock.ts";
import { loadConfig } from "../config.ts";
import type { Actor } from "../core/actor.ts";
import { InputError } from "../core/errors.ts";
import { idSource } from "../core/ids.ts";
import { seededRandom } from "../core/random.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import { warmupCandles } from "../engine/recovery.ts";
import { syncHistory } from "../engine/sync-history.ts";
import { importCandlesCsv } from "../market/csv.ts";
import { ReplayCandles } from "../market/replay.ts";
import { createLog } from "../ops/log.ts";
import { STRATEGY_NAMES } from "../strategy/registry.ts";
import { freshDatabase, resumeAsDemo } from "./headless-demo.ts";
import { replayMarket } from "./markets.ts";
import { wholeNumber } from "./options.ts";
import { progressBar } from "./progress.ts";
import { summaryFacts, summaryLines } from "./summary.ts";

interface Options {
  readonly strategy?: string;
  readonly database?: string;
  readonly limit?: number;
}

const DATABASE = "./data/replay/replay.db";
const REPLAY: Actor = { kind: "system", name: "replay" };

export const replayCommand = new Command("replay")
  .description("Trade a file of candles on paper through the real engine and database, then print a report.")
  .argument("<file>", "candles as CSV, gzipped or plain")
  .option("--strategy <name>", `one of ${STRATEGY_NAMES.join(", ")}`)
  .option(
    "--database <path>",
    `a new file that keeps the run (default: ${DATABASE}, which every replay starts over)`,
  )
  .option("--limit <candles>", "stop after so many decided candles", wholeNumber(1, 100_000_000))
  .action(async (file: string, options: Options) => {
    process.exitCode = await replay(file, options);
  });

async function replay(file: string, options: Options): Promise<number> {
  const imported = await importCandlesCsv(file, { now: new SystemClock().now() });
  for (const fault of imported.faults.filter(({ severity }) => severity === "error"))
    console.error(`${fault.code}${fault.line > 0 ? ` (line ${fault.line})` : ""}: ${fault.message}`);
  const { columns, timeframe } = imported;
  if (columns === null || timeframe === null)
    throw new InputError("bad_replay_file", `${file} cannot be replayed; mend the faults above.`);
  const exitTimeframe: Timeframe = timeframeMs(timeframe) < timeframeMs("1h") ? timeframe : "1h";
  const database = databaseOf(options);
  const { settings } = loadConfig(
    { environment: {}, envFile: null },
    {
      DB_PATH: database,
      PAPER_FILL_MODEL: "slippage",
      TRADING_EXIT_TIMEFRAME: exitTimeframe,
      ...(options.strategy === undefined ? {} : { TRADING_ACTIVE_STRATEGY: options.strategy }),
    },
  );
  const clock = new VirtualClock(columns.openAt[0]!);
  const candles = new ReplayCandles(columns);
  const app = await openApp({
    settings,
    mode: "replay",
    clock,
    market: replayMarket(candles, clock),
    ids: idSource(seededRandom("replay")),
    random: seededRandom("replay seeds"),
    log: createLog({ level: "warn", format: "lines", output: process.stderr, now: () => clock.now() }),
    onBroken: (error) => {
      throw error;
    },
  });
  try {
    const decided = await run(app, candles, clock, options.limit ?? Number.POSITIVE_INFINITY);
    const facts = summaryFacts(app, decided);
    for (const line of summaryLines(app, `Replay of ${file}`, facts)) console.log(line);
    const { explained, fills } = explainFills(app);
    console.log(`  explained         ${explained} of ${fills} fills have their whole chain for /why`);
    return facts.isChainWhole && facts.mismatches === 0 && explained === fills ? 0 : 1;
  } finally {
    await app.stop();
  }
}

/** A file that a person names is never deleted: it may be the bot's own. */
function databaseOf({ database }: Options): string {
  if (database === undefined) freshDatabase(DATABASE);
  else if (existsSync(database))
    throw new InputError("file_exists", `${database} exists already; name a new file.`, { path: database });
  return database ?? DATABASE;
}

/** Warms up on the file's beginning, then decides every candle as it closes. */
async function run(app: App, candles: ReplayCandles, clock: VirtualClock, limit: number): Promise<number> {
  const { rules } = app.engine.current().trader;
  const timing = candles.in(rules.needs.timing);
  const warmup = warmupCandles(rules);
  if (timing.length <= warmup) {
    throw new InputError(
      "replay_too_short",
      `${rules.strategy.name} needs ${warmup} candles of ${rules.needs.timing} to warm up; the file gives ${timing.length}.`,
    );
  }
  const timingMs = timeframeMs(rules.needs.timing);
  await clock.advanceTo(timing.openAt[warmup - 1]! + timingMs);
  await syncHistory(app.engine);
  resumeAsDemo(app, clock.now());
  const end = Math.min(timing.length, warmup + limit);
  const progress = progressBar();
  progress.start(end - warmup, "candles");
  for (let i = warmup; i < end; i++) {
    await clock.advanceTo(timing.openAt[i]! + timingMs);
    const done = await app.engine.runCycle(REPLAY);
    if (!done.ok)
      throw new InputError(
        "replay_refused",
        `The engine refused a cycle: ${done.code} ${JSON.stringify(done.facts)}`,
      );
    if (i % 100 === 0) progress.update(i - warmup);
  }
  progress.stop();
  return end - warmup;
}

/** Every fill must lead to its order, its decision (or the protective exit's purpose), its checks and its config version. */
function explainFills(app: App): { readonly explained: number; readonly fills: number } {
  const { account } = app.engine.current();
  let fills = 0;
  let explained = 0;
  for (const fill of app.database.read((reader) => [...fillsOf(reader, account.id)])) {
    fills += 1;
    const why = app.capabilities.why(fill.orderId);
    const isFromCandle = fill.purpose === "entry" || fill.purpose === "exit_signal";
    if (
      why?.order != null &&
      why.fills.length > 0 &&
      (!isFromCandle || (why.decision !== null && why.decision.checks.length > 0))
    )
      explained += 1;
  }
  return { explained, fills };
}
