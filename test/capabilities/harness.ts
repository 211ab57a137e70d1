// A whole house without people: a replayed market of synthetic candles, a real database and engine, stepped by a virtual clock.
import { activate, activeVersion, insertVersion } from "../../db/config-versions.ts";
import { type Database, openDatabase, type Tx } from "../../db/database.ts";
import { createCapabilities } from "../../src/capabilities/capabilities.ts";
import type { CapabilityParts } from "../../src/capabilities/parts.ts";
import type { Capabilities } from "../../src/chat/context.ts";
import { VirtualClock } from "../../src/clock.ts";
import { loadConfig, type Settings } from "../../src/config.ts";
import type { Actor } from "../../src/core/actor.ts";
import type { CandleColumns } from "../../src/core/candles.ts";
import { idSource } from "../../src/core/ids.ts";
import { unitsFromDecimal } from "../../src/core/money.ts";
import type { ParameterValue } from "../../src/core/parameter.ts";
import { seededRandom } from "../../src/core/random.ts";
import { type Timeframe, timeframeMs } from "../../src/core/timeframe.ts";
import type { CycleReport } from "../../src/engine/cycle.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { MarketFeed } from "../../src/market/feed.ts";
import { ReplayCandles, ReplayFeed } from "../../src/market/replay.ts";
import { CandleSeries } from "../../src/market/series.ts";
import type { Job } from "../../src/scheduler/job.ts";
import { Scheduler } from "../../src/scheduler/scheduler.ts";
import { type Started, startUp } from "../../src/startup.ts";
import type { Tunables } from "../../src/tunables/table.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** Wednesday 2025-01-01, midnight UTC. */
export const START = Date.UTC(2025, 0, 1);
/** Hours of history before trading begins: a little more than mean reversion's warm-up of 734. */
export const HISTORY_HOURS = 760;
export const JOB: Actor = { kind: "job", name: "trading" };
export const ADA: Actor = { kind: "person", personId: 1, platform: "console", accountId: "console" };

/** Prices that swing around a slow trend, so that mean reversion trades often and is stopped now and then. */
export function swings(hours: number, timeframe: Timeframe = "15m", seed = "swings"): CandleSeries {
  const random = seededRandom(seed);
  const series = new CandleSeries(timeframe);
  const stepMs = timeframeMs(timeframe);
  const perHour = HOUR / stepMs;
  let drift = 0;
  let ticks = 6_000_000;
  for (let i = 0; i < hours * perHour; i++) {
    const swing = Math.sin((2 * Math.PI * i) / (30 * perHour)) * 0.0006;
    drift = 0.999 * drift + 0.00001 * random.normal();
    const open = ticks;
    ticks = Math.max(1_000_000, Math.round(ticks * (1 + swing + drift + 0.0015 * random.normal())));
    const high = Math.max(open, ticks) + random.integer(1_500);
    const low = Math.min(open, ticks) - random.integer(1_500);
    series.push(START + i * stepMs, open / 100, high / 100, low / 100, ticks / 100, 5 + random.next() * 50);
  }
  return series;
}

export interface House {
  readonly database: Database;
  readonly engine: Engine;
  readonly clock: VirtualClock;
  readonly settings: Settings;
  readonly started: Started;
  readonly scheduler: Scheduler;
  readonly capabilities: Capabilities;
  readonly market: { isHalted: boolean; isConnected: boolean };
  transact<T>(run: (tx: Tx) => T): T;
  /** One cycle now; throws when it is refused. */
  cycle(): Promise<CycleReport>;
  /** Steps the clock through quarters of an hour, one cycle each, half a minute after the candle closed. */
  step(quarters: number): Promise<CycleReport[]>;
  /** Puts a config version in force that differs in some values. */
  change(values: Readonly<Record<string, ParameterValue>>): void;
  resume(): void;
  close(): void;
}

export interface HouseOptions {
  readonly candles?: CandleColumns;
  readonly path?: string;
  readonly jobs?: readonly Job[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Stands in front of the replayed market. */
  readonly feed?: (feed: MarketFeed) => MarketFeed;
  readonly parts?: Partial<CapabilityParts>;
  /** When the house opens: the end of the history unless told. */
  readonly now?: number;
  readonly isEmpty?: boolean;
}

const QUARTER = HOUR / 4;
const AFTER_CLOSE_MS = 30_000;

/** A house at the end of its history, fetched and PAUSED; with `isEmpty` nothing is fetched yet. */
export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const clock = new VirtualClock(options.now ?? START + HISTORY_HOURS * HOUR + AFTER_CLOSE_MS);
  const { settings } = loadConfig({
    environment: {
      TRADING_EXIT_TIMEFRAME: "15m",
      TRADING_ACTIVE_STRATEGY: "mean_reversion",
      PAPER_FILL_MODEL: "slippage",
      RISK_PER_TRADE: "0.02",
      ...options.environment,
    },
    envFile: null,
  });
  const database = openDatabase({ path: options.path ?? ":memory:" });
  const replayed = new ReplayFeed(new ReplayCandles(options.candles ?? swings(1_400)), clock);
  const feed = options.feed?.(replayed) ?? replayed;
  const started = await startUp({ database, settings, feed, now: clock.now(), version: "0.0.0" });
  const engine = engineOf({ database, settings, clock, feed, started });
  const market = { isHalted: started.isHalted, isConnected: true };
  const scheduler = new Scheduler({ jobs: options.jobs ?? [], database, clock, onError: () => {} });
  const capabilities = createCapabilities({
    database,
    engine,
    scheduler: () => scheduler,
    ...{ clock, peopleClock: clock, random: seededRandom("seeds and codes"), seedKey: null },
    feed,
    feedConnection: () => ({ isConnected: market.isConnected, since: START, detail: "replay" }),
    settings,
    mode: "replay",
    version: "0.0.0",
    startedAt: clock.now(),
    chain: started.chain,
    process: { memoryBytes: () => 1_000_000, loopDelayMs: () => 3, logTail: () => ["a line"] },
    platforms: () => [],
    isHalted: () => market.isHalted,
    recover: () => {
      market.isHalted = false;
    },
    ...options.parts,
  });
  const house = assembled({ database, engine, clock, settings, started, scheduler, capabilities, market });
  if (!options.isEmpty) await capabilities.data.fetch(40, () => {});
  return house;
}

function engineOf(parts: {
  database: Database;
  settings: Settings;
  clock: VirtualClock;
  feed: MarketFeed;
  started: Started;
}): Engine {
  const { database, settings, clock, feed, started } = parts;
  return new Engine({
    database,
    feed,
    clock,
    instrument: started.instrument,
    limits: {
      maxOrderNotionalUnits: unitsFromDecimal(String(settings.RISK_LIMIT_ORDER_NOTIONAL)),
      maxExposure: settings.RISK_LIMIT_MAX_EXPOSURE,
      perTrade: settings.RISK_LIMIT_PER_TRADE,
      maxDailyLoss: settings.RISK_LIMIT_DAILY_LOSS,
      maxOrdersPerDay: settings.RISK_LIMIT_ORDERS_PER_DAY,
      equityStop: settings.RISK_EQUITY_STOP,
    },
    settings: {
      symbol: settings.TRADING_SYMBOL,
      cycleMs: settings.TRADING_CYCLE_SECONDS * 1000,
      exitTimeframe: settings.TRADING_EXIT_TIMEFRAME,
      policy: settings.TRADING_POSITION_POLICY,
      fillModel: settings.PAPER_FILL_MODEL,
    },
    ids: idSource(seededRandom("house")),
    requireDataReady: settings.TRADING_REQUIRE_DATA_READY,
  });
}

type Rooms = Omit<House, "transact" | "cycle" | "step" | "change" | "resume" | "close">;

function assembled(rooms: Rooms): House {
  const { capabilities, clock, database, engine } = rooms;
  const transact = <T>(run: (tx: Tx) => T): T => database.transact(clock.now(), run);
  const cycle = async (): Promise<CycleReport> => {
    const ran = await engine.runCycle(JOB);
    if (!ran.ok) throw new Error(`The cycle was refused: ${ran.code} ${JSON.stringify(ran.facts)}`);
    return ran.value;
  };
  return {
    ...rooms,
    transact,
    cycle,
    async step(quarters) {
      const reports: CycleReport[] = [];
      for (let i = 0; i < quarters; i++) {
        await clock.advanceTo(clock.now() + QUARTER);
        reports.push(await cycle());
      }
      return reports;
    },
    change(values) {
      transact((tx) => {
        const active = activeVersion(tx);
        const tunables: Tunables = { ...active.tunables, ...values };
        activate(tx, insertVersion(tx, { baseVersion: active.version, source: "test", tunables }, ADA), ADA);
      });
    },
    resume() {
      const moved = transact((tx) =>
        capabilities.state.move(tx, "resume", "Let it trade.", { actor: ADA, role: "operator" }),
      );
      if (!moved.ok) throw new Error(`The state did not move: ${moved.code}`);
    },
    close: () => database.close(),
  };
}
