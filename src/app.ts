/** The composition root: opens the database, runs the start checks in order, builds the rooms, and starts and stops them. */
import { commands } from "../commands/index.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { insertNotice } from "../db/notices.ts";
import { enterState } from "../db/system-state.ts";
import packageJson from "../package.json" with { type: "json" };
import { admitFirst } from "./admission.ts";
import { createCapabilities } from "./capabilities/capabilities.ts";
import { seedBlocksOf } from "./capabilities/seeds.ts";
import type { Painter } from "./charts/painter.ts";
import { type Chat, createChat } from "./chat/chat.ts";
import type { Capabilities } from "./chat/context.ts";
import type { Platform } from "./chat/platform.ts";
import type { Settings } from "./config.ts";
import type { Actor } from "./core/actor.ts";
import type { Clock } from "./core/clock.ts";
import { InvariantError } from "./core/errors.ts";
import type { IdSource } from "./core/ids.ts";
import { unitsFromDecimal } from "./core/money.ts";
import type { Random } from "./core/random.ts";
import type { Timeframe } from "./core/timeframe.ts";
import { Engine } from "./engine/engine.ts";
import { jobsAtStart, jobTable, TRADING_JOB } from "./jobs.ts";
import type { MarketFeed } from "./market/feed.ts";
import type { Log } from "./ops/log.ts";
import { LoopDelay } from "./ops/loop-delay.ts";
import type { HardLimits } from "./risk/limits.ts";
import { Scheduler } from "./scheduler/scheduler.ts";
import { type Started, startUp } from "./startup.ts";

export const VERSION: string = packageJson.version;

export interface Market {
  readonly feed: MarketFeed;
  /** How the market is reached right now. */
  readonly connection: () => {
    readonly isConnected: boolean;
    readonly since: number;
    readonly detail: string;
  };
  /** Starts the stream, when there is one; told when a candle closed. */
  readonly start?: (timeframes: readonly Timeframe[], onCandle: () => void) => void;
  readonly stop?: () => Promise<void>;
}

export interface AppOptions {
  readonly settings: Settings;
  readonly mode: "paper" | "replay" | "demo";
  /** The market's clock; trading lives by it. */
  readonly clock: Clock;
  /** People's clock: deadlines and deliveries. The market's own unless that one runs fast. */
  readonly peopleClock?: Clock;
  readonly market: Market;
  readonly ids: IdSource;
  /** Of one-time-code seeds and link codes: unguessable outside tests. */
  readonly random: Random;
  readonly log: Log;
  readonly platforms?: readonly Platform[];
  /** Draws what cards show as pictures; without it captions stand alone. */
  readonly painter?: Painter;
  /** Ends the process: an invariant broke and start-up is the recovery path. */
  readonly onBroken: (error: InvariantError) => void;
}

export interface App {
  readonly settings: Settings;
  readonly feed: MarketFeed;
  readonly clock: Clock;
  readonly mode: AppOptions["mode"];
  readonly log: Log;
  readonly database: Database;
  readonly engine: Engine;
  readonly scheduler: Scheduler;
  readonly chat: Chat;
  readonly capabilities: Capabilities;
  readonly started: Started;
  readonly painter: Painter | null;
  readonly isHalted: () => boolean;
  /** Connects the platforms and arms the jobs. */
  start(): Promise<void>;
  /** Ends trading and chat, and leaves the database open for a last look. */
  drain(): Promise<void>;
  /** Ends in order: no new cycle, running ones end, chat drains, the database closes. Safe to call twice. */
  stop(): Promise<void>;
}

const SYSTEM: Actor = { kind: "system", name: "app" };
/** How long the end of the process waits for jobs that still talk to the market. */
const DRAIN_MS = 10_000;

const hardLimits = (settings: Settings): HardLimits => ({
  maxOrderNotionalUnits: unitsFromDecimal(String(settings.RISK_LIMIT_ORDER_NOTIONAL)),
  maxExposure: settings.RISK_LIMIT_MAX_EXPOSURE,
  perTrade: settings.RISK_LIMIT_PER_TRADE,
  maxDailyLoss: settings.RISK_LIMIT_DAILY_LOSS,
  maxOrdersPerDay: settings.RISK_LIMIT_ORDERS_PER_DAY,
  equityStop: settings.RISK_EQUITY_STOP,
});

/** Opens everything and runs the start checks; nothing trades before `start`. */
export async function openApp(options: AppOptions): Promise<App> {
  const { settings, clock, market } = options;
  const database = openDatabase({ path: settings.DB_PATH });
  try {
    const started = await startUp({
      database,
      settings,
      feed: market.feed,
      now: clock.now(),
      version: VERSION,
    });
    return assemble(options, database, started);
  } catch (error) {
    database.close();
    throw error;
  }
}

function assemble(options: AppOptions, database: Database, started: Started): App {
  const { settings, clock, market, ids, log, mode, painter, random } = options;
  const { peopleClock = clock } = options;
  let isHalted = started.isHalted;
  let draining: Promise<void> | null = null;
  const report = (error: unknown, facts: Readonly<Record<string, string | number>> = {}): void => {
    log.error(error, facts);
    if (!(error instanceof InvariantError)) return;
    // At once: no job may trade on while the process is on its way down.
    isHalted = true;
    recordBroken(database, clock.now(), error, log);
    options.onBroken(error);
  };
  const engine = new Engine({
    database,
    feed: market.feed,
    clock,
    instrument: started.instrument,
    limits: hardLimits(settings),
    settings: {
      symbol: settings.TRADING_SYMBOL,
      cycleMs: settings.TRADING_CYCLE_SECONDS * 1000,
      exitTimeframe: settings.TRADING_EXIT_TIMEFRAME,
      policy: settings.TRADING_POSITION_POLICY,
      fillModel: settings.PAPER_FILL_MODEL,
    },
    ids,
    requireDataReady: settings.TRADING_REQUIRE_DATA_READY,
  });
  const platforms = options.platforms ?? [];
  const loopDelay = new LoopDelay(peopleClock);
  admitFirst(database, clock.now(), settings, new Set(platforms.map(({ name }) => name)));
  let scheduler: Scheduler;
  let chat: Chat;
  const seedKey = settings.APP_TOTP_KEY;
  const capabilities = createCapabilities({
    ...{ database, engine, clock, peopleClock, random, seedKey },
    scheduler: () => scheduler,
    feed: market.feed,
    feedConnection: market.connection,
    settings,
    mode,
    version: VERSION,
    startedAt: clock.now(),
    chain: started.chain,
    process: {
      memoryBytes: () => process.memoryUsage.rss(),
      loopDelayMs: () => loopDelay.worstMs(),
      logTail: (lines) => log.tail(lines),
    },
    platforms: () => chat.platforms(),
    isHalted: () => isHalted,
    recover: () => {
      isHalted = false;
    },
  });
  chat = createChat({
    database,
    clock: peopleClock,
    marketClock: clock,
    ids,
    commands,
    capabilities,
    platforms,
    timeZone: settings.APP_TIMEZONE,
    ...(painter && { paint: (picture) => painter.png(picture) }),
    seedBlocks: seedBlocksOf({ database, peopleClock, seedKey }),
    report,
  });
  const parts = {
    ...{ database, settings, clock, peopleClock, engine },
    feed: market.feed,
    chat,
    audit: capabilities.audit,
    isHalted: () => isHalted,
  };
  scheduler = new Scheduler({
    jobs: jobTable(parts),
    database,
    clock,
    onError: (job, error) => report(error, { job }),
  });

  const drain = (): Promise<void> => {
    draining ??= (async () => {
      loopDelay.stop();
      const ended = Promise.all([scheduler.stop(), engine.idle()]);
      // The cycle under way may still ask the market; what hangs is cut off.
      const cutOff = peopleClock.after(DRAIN_MS, () => void market.stop?.());
      await ended;
      cutOff();
      await market.stop?.();
      await chat.stop();
      painter?.close();
    })();
    return draining;
  };

  return {
    settings,
    feed: market.feed,
    clock,
    mode,
    log,
    database,
    engine,
    scheduler,
    chat,
    capabilities,
    started,
    painter: painter ?? null,
    isHalted: () => isHalted,
    async start() {
      loopDelay.start();
      scheduler.start();
      // What a first start lacks and what was missed while the process was down need not wait for the job's turn.
      for (const job of jobsAtStart(parts, scheduler)) scheduler.trigger(job);
      const { timing } = engine.current().trader.rules.needs;
      const timeframes = [...new Set([timing, settings.TRADING_EXIT_TIMEFRAME])];
      market.start?.(timeframes, () => scheduler.trigger(TRADING_JOB));
      // Last: a platform that is slow to connect holds up nothing.
      await chat.start();
    },
    drain,
    async stop() {
      await drain();
      database.close();
    },
  };
}

/** The next start comes back stopped; a database that no longer takes it must not hide the error that led here. */
function recordBroken(database: Database, now: number, { code, message }: InvariantError, log: Log): void {
  try {
    database.transact(now, (tx) => {
      const reason = `An invariant broke (${code}): ${message}`;
      if (!enterState(tx, { by: "safety", cause: "invariant_broken" }, reason, SYSTEM).ok) return;
      const facts = { cause: "invariant_broken", reason };
      insertNotice(tx, { kind: "recovery_problem", level: "critical", topic: "alerts", facts });
    });
  } catch (error) {
    log.error(error, { doing: "record a broken invariant" });
  }
}
