/** `start`: the bot on paper against the market, with the terminal as its chat when there is one, and the status page. */
import { Command } from "commander";
import { type App, openApp } from "../app.ts";
import { createPainter } from "../charts/worker-painter.ts";
import { SystemClock } from "../clock.ts";
import { loadConfig, type Settings, secretsOf } from "../config.ts";
import { idSource } from "../core/ids.ts";
import { createLog } from "../ops/log.ts";
import { Redactor } from "../ops/redact.ts";
import { secureRandom } from "../secure-random.ts";
import type { ServedWeb } from "../web/serve.ts";
import { consoleOf } from "./console.ts";
import { exchangeMarket } from "./markets.ts";
import { wholeNumber } from "./options.ts";
import { servePage } from "./page.ts";
import { configuredPlatforms } from "./platforms.ts";
import { untilSignal } from "./signals.ts";

interface Options {
  readonly console?: true;
  readonly speed: number;
}

export const startCommand = new Command("start")
  .description("Run the bot on paper against the market, with the terminal as its chat and the status page.")
  .option("--console", "read commands from standard input even where it is no terminal; its end ends the bot")
  .option(
    "--speed <factor>",
    "run the clock this many times faster, for a simulator that does the same",
    wholeNumber(1, 100_000),
    1,
  )
  .action(async (options: Options) => {
    process.exitCode = await start(options);
  });

async function start({ console: wantsConsole, speed }: Options): Promise<number> {
  const ending = Promise.withResolvers<number>();
  void untilSignal().then(() => ending.resolve(0));
  const { settings, warnings } = loadConfig();
  const hasConsole = wantsConsole === true || process.stdin.isTTY === true;
  const clock = new SystemClock(await marketStart(settings, speed));
  const people = speed === 1 ? clock : new SystemClock();
  const random = secureRandom();
  const log = createLog({
    level: settings.APP_LOG_LEVEL,
    format: settings.APP_LOG_FORMAT,
    output: hasConsole && process.stdout.isTTY ? null : process.stderr,
    now: () => clock.now(),
    redactor: new Redactor(secretsOf(settings)),
  });
  for (const warning of warnings) log.warn(warning);
  const app = await openApp({
    settings,
    mode: "paper",
    clock,
    ...(speed === 1 ? {} : { peopleClock: people }),
    market: exchangeMarket({
      restUrl: settings.BINANCE_MARKET_DATA_BASE_URL,
      streamUrl: settings.BINANCE_STREAM_BASE_URL,
      symbol: settings.TRADING_SYMBOL,
      clock,
      random,
      hasStream: true,
      speed,
      onBadFrame: (problem) => log.warn("the market stream sent something unusable", { problem }),
    }),
    ids: idSource(random.fork("ids")),
    random,
    log,
    platforms: [
      ...(hasConsole ? [consoleOf({ clock: people, onEnd: () => ending.resolve(0) })] : []),
      ...(await configuredPlatforms(settings, people, log)),
    ],
    painter: createPainter({ clock: people, onFailure: (error) => log.error(error) }),
    onBroken: () => ending.resolve(1),
  });
  try {
    return await run(app, hasConsole, ending.promise);
  } finally {
    await app.stop();
    log.info("stopped");
  }
}

async function run(app: App, hasConsole: boolean, end: Promise<number>): Promise<number> {
  const page = servePage(app, app.settings);
  try {
    // The end may come while a platform is still connecting.
    return await Promise.race([end, app.start().then(() => announce(app, hasConsole, page, end))]);
  } finally {
    await page?.stop();
  }
}

function announce(
  app: App,
  hasConsole: boolean,
  page: ServedWeb | null,
  end: Promise<number>,
): Promise<number> {
  const { state } = app.capabilities.state.current();
  app.log.info("started", { state, page: page?.url ?? null });
  const parts = [
    `Countersign is up on paper, ${state}`,
    ...(page === null ? [] : [`status page: ${page.url}`]),
    ...(hasConsole ? ["help lists the commands, quit ends the bot"] : []),
  ];
  console.log(parts.join("; "));
  return end;
}

/** At real speed the system's time; a faster clock starts at the simulated market's present. */
async function marketStart(settings: Settings, speed: number): Promise<{ speed: number; startAt?: number }> {
  if (speed === 1) return { speed };
  const { feed } = exchangeMarket({
    restUrl: settings.BINANCE_MARKET_DATA_BASE_URL,
    streamUrl: settings.BINANCE_STREAM_BASE_URL,
    symbol: settings.TRADING_SYMBOL,
    clock: new SystemClock(),
    random: secureRandom(),
    hasStream: false,
  });
  return { speed, startAt: await feed.serverTime() };
}
