/** `demo`: the whole bot on paper against the built-in exchange, in one process but over the wire; nothing outside is touched. */
import { Command } from "commander";
import { type App, openApp } from "../app.ts";
import { createPainter } from "../charts/worker-painter.ts";
import { SystemClock } from "../clock.ts";
import { loadConfig } from "../config.ts";
import { InputError } from "../core/errors.ts";
import { idSource } from "../core/ids.ts";
import { bucketOpenAt } from "../core/timeframe.ts";
import { syncHistory } from "../engine/sync-history.ts";
import { randomBytes } from "../identity/random-bytes.ts";
import { createLog } from "../ops/log.ts";
import { secureRandom } from "../secure-random.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { STRATEGY_NAMES } from "../strategy/registry.ts";
import type { ServedWeb } from "../web/serve.ts";
import { consoleOf } from "./console.ts";
import {
  DEMO_STRATEGY,
  freshDatabase,
  HISTORY_DAYS,
  resumeAsDemo,
  runHeadlessDemo,
} from "./headless-demo.ts";
import { exchangeMarket } from "./markets.ts";
import { wholeNumber } from "./options.ts";
import { servePage } from "./page.ts";
import { progressBar } from "./progress.ts";
import { untilSignal } from "./signals.ts";
import { summaryFacts, summaryLines } from "./summary.ts";

interface Options {
  readonly headless?: true;
  readonly cycles: number;
  readonly seed: string;
  readonly strategy: string;
  readonly speed: number;
}

const DATABASE = "./data/demo/demo.db";
/** Market time between cycles; at the usual speed a second of real time. */
const CYCLE_SECONDS = 900;

export const demoCommand = new Command("demo")
  .description("Watch the bot trade on paper against a built-in exchange: no account, no token, no network.")
  .option(
    "--headless",
    "no chat and no page: run --cycles hourly candles as fast as they go, print a summary, exit",
  )
  .option("--cycles <count>", "hourly candles of a headless run", wholeNumber(1, 1_000_000), 500)
  .option("--seed <seed>", "which simulated market", "7")
  .option("--strategy <name>", `one of ${STRATEGY_NAMES.join(", ")}`, DEMO_STRATEGY)
  .option(
    "--speed <factor>",
    "how many times faster than real time the market runs",
    wholeNumber(1, 10_000),
    900,
  )
  .action(async (options: Options) => {
    const { strategy } = options;
    if (!STRATEGY_NAMES.includes(strategy)) {
      throw new InputError(
        "unknown_strategy",
        `"${strategy}" is not a strategy; use one of ${STRATEGY_NAMES.join(", ")}.`,
      );
    }
    process.exitCode = options.headless ? await headless(options) : await interactive(options);
  });

const headless = ({ cycles, seed, strategy }: Options): Promise<number> =>
  runHeadlessDemo({
    cycles,
    seed,
    strategy,
    databasePath: "./data/demo/headless.db",
    progress: progressBar(),
    print: (line) => console.log(line),
  });

async function interactive(options: Options): Promise<number> {
  const ending = Promise.withResolvers<number>();
  void untilSignal().then(() => ending.resolve(0));
  const { seed, speed } = options;
  const people = new SystemClock();
  // From midnight UTC the seed alone decides the candles, whatever the time of day.
  const clock = new SystemClock({ speed, startAt: bucketOpenAt(people.now(), "1d") });
  freshDatabase(DATABASE);
  const simulator = await startSimulator({
    clock,
    seed,
    historyDays: HISTORY_DAYS,
    requestWeightPerMinute: null,
    updateEveryMs: 1000 * speed,
  });
  try {
    const app = await openDemo(options, simulator, { people, clock, end: ending.resolve });
    try {
      return await watch(app, options, ending.promise);
    } finally {
      await app.stop();
    }
  } finally {
    await simulator.stop();
  }
}

interface Course {
  readonly people: SystemClock;
  /** The market's clock. */
  readonly clock: SystemClock;
  readonly end: (code: number) => void;
}

function openDemo(
  { strategy, speed }: Options,
  simulator: { readonly url: string; readonly wsUrl: string },
  { people, clock, end }: Course,
): Promise<App> {
  const random = secureRandom();
  const { settings } = loadConfig(
    { environment: {}, envFile: null },
    {
      BINANCE_MARKET_DATA_BASE_URL: simulator.url,
      BINANCE_STREAM_BASE_URL: simulator.wsUrl,
      DB_PATH: DATABASE,
      TRADING_ACTIVE_STRATEGY: strategy,
      TRADING_CYCLE_SECONDS: String(CYCLE_SECONDS),
      // The demo begins with a new database each time, so its key need not outlive it.
      APP_TOTP_KEY: randomBytes(random, 32).toBase64(),
    },
  );
  return openApp({
    settings,
    mode: "demo",
    clock,
    peopleClock: people,
    market: exchangeMarket({
      restUrl: simulator.url,
      streamUrl: simulator.wsUrl,
      symbol: settings.TRADING_SYMBOL,
      clock,
      random,
      hasStream: true,
      speed,
    }),
    ids: idSource(random),
    random,
    log: createLog({ level: "info", format: "lines", output: null, now: () => clock.now() }),
    platforms: [consoleOf({ clock: people, onEnd: () => end(0) })],
    painter: createPainter({ clock: people }),
    onBroken: (error) => {
      console.error(`The demo stopped: ${error.message}`);
      end(1);
    },
  });
}

/** Trades until the end, then prints the summary; returns the exit code. */
async function watch(app: App, { strategy, speed }: Options, end: Promise<number>): Promise<number> {
  const startedAt = app.clock.now();
  const page = pageOnAnyPort(app);
  try {
    await syncHistory(app.engine);
    console.log(welcome(speed, strategy, page.line));
    resumeAsDemo(app, app.clock.now());
    await app.start();
    const code = await end;
    const hours = Math.round((app.clock.now() - startedAt) / 3_600_000);
    await app.drain();
    const facts = summaryFacts(app, hours);
    console.log(`\n${summaryLines(app, "The demo in short", facts).join("\n")}`);
    return facts.isChainWhole && facts.mismatches === 0 ? code : 1;
  } finally {
    await page.served?.stop();
  }
}

/** The usual port may be another bot's: a demo is no reason to stop that one. */
function pageOnAnyPort(app: App): { readonly served: ServedWeb | null; readonly line: string } {
  const { settings } = app;
  try {
    const served = servePage(app, settings);
    return { served, line: `Status page: ${served?.url}` };
  } catch (error) {
    if (!(error instanceof InputError && error.code === "web_port_in_use")) throw error;
    const served = servePage(app, settings, 0);
    return { served, line: `Status page: ${served?.url} (port ${settings.WEB_PORT} is taken)` };
  }
}

function welcome(speed: number, strategy: string, pageLine: string): string {
  const hourSeconds = 3600 / speed;
  return [
    "",
    "  Countersign, demo: a paper account of 10,000 USDT on a simulated BTCUSDT market.",
    `  The market runs ${speed} × real time (an hour every ${hourSeconds < 10 ? hourSeconds.toFixed(1) : Math.round(hourSeconds)} s); ${strategy} trades it inside its limits.`,
    "  Nothing here is real: no account, no token, no network.",
    "",
    "  You are the admin, and this terminal is the chat. Try:",
    "    status        how things stand; type a button's number to press it",
    "    why           why the last candle ended as it did",
    "    pause         stop asking the strategy; resume goes on",
    "    stop          emergency stop; only recover leads out of it",
    "    fills         what was bought and sold",
    "    verify        check the tamper-evident audit log",
    "    help          everything else",
    "    quit          end the demo; Ctrl-C does the same",
    "",
    `  ${pageLine}`,
    "",
  ].join("\n");
}
