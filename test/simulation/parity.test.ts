// The same candles in memory, from a file, and over the wire: the same signals, reasons, sizes and fills (S12).
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditHead } from "../../db/audit.ts";
import { VirtualClock } from "../../src/clock.ts";
import type { CandleColumns } from "../../src/core/candles.ts";
import { seededRandom } from "../../src/core/random.ts";
import { type Timeframe, timeframeMs } from "../../src/core/timeframe.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { warmupCandles } from "../../src/engine/recovery.ts";
import { syncHistory } from "../../src/engine/sync-history.ts";
import { walk } from "../../src/engine/walk.ts";
import { importCandlesCsv } from "../../src/market/csv.ts";
import { writeCandlesCsv } from "../../src/market/csv-write.ts";
import { ReplayCandles, ReplayFeed } from "../../src/market/replay.ts";
import { exchangeMarket } from "../../src/program/markets.ts";
import { ReplayedCandles } from "../../src/simulator/replayed-candles.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import {
  freshTrader,
  paperDatabase,
  paperEngine,
  resume,
  TESTER,
  type TunableValues,
} from "./paper-engine.ts";
import { type RunTrace, storedTrace, TraceRecorder, traceOf } from "./run-trace.ts";
import { MARKET_START, syntheticMarket } from "./synthetic-market.ts";

const HOUR = timeframeMs("1h");
const MINUTE = timeframeMs("1m");
const room = mkdtempSync(join(tmpdir(), "countersign-parity-"));
afterAll(() => rmSync(room, { recursive: true, force: true }));

interface Plan {
  readonly base: CandleColumns;
  readonly tunables: TunableValues;
  /** Hours that only warm the indicators: what the strategy asks for. */
  readonly warmHours: number;
}

function planOf(seed: string, timeframe: Timeframe, hours: number, tunables: TunableValues): Plan {
  const warmHours = warmupCandles(freshTrader({ tunables }).rules);
  const count = ((warmHours + hours) * HOUR) / timeframeMs(timeframe);
  return { base: syntheticMarket(seed, timeframe, count), tunables, warmHours };
}

const warmUntil = ({ warmHours }: Plan): number => MARKET_START + warmHours * HOUR;
const endOf = ({ base }: Plan): number => base.openAt[base.length - 1]! + timeframeMs(base.timeframe);

function inMemory(plan: Plan): RunTrace {
  const recorder = new TraceRecorder();
  const trader = freshTrader({ tunables: plan.tunables });
  walk(trader, { base: plan.base, warmUntil: warmUntil(plan), policy: "protect" }, recorder);
  return traceOf(recorder);
}

/** Runs a cycle when the first hour after the warm-up closes, and from then on one a step. */
async function step(engine: Engine, plan: Plan, stepMs: number, advanceTo: (at: number) => Promise<void>) {
  const { database } = engine.options;
  await advanceTo(warmUntil(plan));
  await syncHistory(engine);
  resume(database, warmUntil(plan));
  for (let at = warmUntil(plan) + HOUR; at <= endOf(plan); at += stepMs) {
    await advanceTo(at);
    const done = await engine.runCycle(TESTER);
    if (!done.ok)
      throw new Error(`The cycle at ${at} was refused: ${done.code} ${JSON.stringify(done.facts)}`);
  }
  return traceOf(storedTrace(database, engine.current().account.id));
}

async function fromFile(plan: Plan, stepMs = HOUR): Promise<RunTrace> {
  const path = join(room, `${Bun.hash(JSON.stringify(plan.tunables) + plan.base.close[9])}.csv`);
  await Bun.write(path, writeCandlesCsv(plan.base));
  const { columns, faults } = await importCandlesCsv(path, { now: endOf(plan) });
  expect(faults.filter(({ severity }) => severity === "error")).toEqual([]);
  const clock = new VirtualClock(MARKET_START);
  const setup = {
    clock,
    feed: new ReplayFeed(new ReplayCandles(columns!), clock),
    tunables: plan.tunables,
    exitTimeframe: plan.base.timeframe,
  };
  const engine = paperEngine(paperDatabase(setup), setup);
  return step(engine, plan, stepMs, (at) => clock.advanceTo(at));
}

/** Turns of the event loop that pushed candles may take before they are asked for instead. */
const MOST_TURNS = 200;

async function overTheWire(plan: Plan, stepMs = HOUR): Promise<{ trace: RunTrace; pushed: number }> {
  const clock = new VirtualClock(MARKET_START);
  const source = new ReplayedCandles(plan.base);
  const simulator = await startSimulator({ clock, source, requestWeightPerMinute: null });
  const market = exchangeMarket({
    restUrl: simulator.url,
    streamUrl: simulator.wsUrl,
    symbol: "BTCUSDT",
    clock,
    random: seededRandom("market"),
    hasStream: true,
    // Virtual time leaps: nothing on the wire may count as late.
    speed: 1e6,
  });
  const { timeframe } = plan.base;
  const closesAStep = stepMs / timeframeMs(timeframe) + (timeframe === "1h" || stepMs < HOUR ? 0 : 1);
  let pushed = 0;
  let isStreaming = false;
  try {
    const setup = { clock, feed: market.feed, tunables: plan.tunables, exitTimeframe: timeframe };
    const engine = paperEngine(paperDatabase(setup), setup);
    const trace = await step(engine, plan, stepMs, async (at) => {
      const expected = pushed + closesAStep;
      await simulator.advanceTo(at);
      for (let turn = 0; isStreaming && turn < MOST_TURNS && pushed < expected; turn++) await Bun.sleep(0);
      if (isStreaming) return;
      isStreaming = true;
      market.start?.([...new Set<Timeframe>(["1h", timeframe])], () => pushed++);
    });
    return { trace, pushed };
  } finally {
    await market.stop?.();
    await simulator.stop();
  }
}

/** Every exit, limit entries and stop-distance sizing at once. */
const EVERYTHING: TunableValues = {
  "strategy.active": "mean_reversion",
  "risk.sizing": "stop_distance",
  "execution.entry_type": "limit",
  "execution.limit_offset_bps": 15,
  "execution.limit_ttl_candles": 2,
  "exits.stop_loss_mode": "percent",
  "exits.stop_loss_pct": 1,
  "exits.trailing": true,
  "exits.trailing_distance_pct": 0.7,
  "exits.trailing_activation_pct": 0.4,
  "exits.take_profit_1_pct": 0.5,
  "exits.take_profit_1_fraction": 0.5,
  "exits.take_profit_2_pct": 1.2,
  "exits.time_stop_hours": 8,
  "protections.cooldown_minutes": 10,
};

describe("base 1h", () => {
  test.each([
    ["trend_ema", 500, 1],
    ["trend_ema_fast", 500, 1],
    ["mean_reversion", 500, 15],
    ["breakout", 500, 4],
  ] as const)(
    "%s decides and fills alike in memory, from a file and over the wire",
    async (name, hours, leastFills) => {
      const plan = planOf(`parity ${name}`, "1h", hours, { "strategy.active": name });
      const memory = inMemory(plan);
      expect(memory.decisions).toHaveLength(hours);
      expect(memory.fills.length).toBeGreaterThanOrEqual(leastFills);
      expect(await fromFile(plan)).toEqual(memory);
      const { trace, pushed } = await overTheWire(plan);
      expect(trace).toEqual(memory);
      // The stream is renewed once a day, and what falls into that moment is asked for.
      expect(pushed).toBeGreaterThan(0.9 * hours);
    },
    30_000,
  );
});

describe("base 1m with decisions on 1h", () => {
  const purposesOf = ({ fills }: RunTrace): string[] =>
    [...new Set(fills.map(({ purpose }) => purpose))].toSorted();

  test("two weeks of limit entries and every exit: alike everywhere, whatever the length of a cycle", async () => {
    const plan = planOf("parity minutes b", "1m", 14 * 24, EVERYTHING);
    const memory = inMemory(plan);
    expect(purposesOf(memory)).toEqual(["entry", "stop_loss", "take_profit", "trailing_stop"]);
    expect([memory.fills.length > 30, memory.canceledOrders.length > 1]).toEqual([true, true]);
    expect(await fromFile(plan, 20 * MINUTE)).toEqual(memory);
    const { trace, pushed } = await overTheWire(plan);
    expect(trace).toEqual(memory);
    expect(pushed).toBeGreaterThan(0.9 * 14 * 24 * 61);
  }, 30_000);

  test("a week of market entries: alike in memory and with a cycle every five minutes", async () => {
    const plan = planOf("parity minutes b", "1m", 7 * 24, { "strategy.active": "mean_reversion" });
    const memory = inMemory(plan);
    expect(purposesOf(memory)).toEqual(["entry", "stop_loss"]);
    expect(await fromFile(plan, 5 * MINUTE)).toEqual(memory);
  }, 30_000);
});

describe("one seed", () => {
  const plan = planOf("same seed", "1h", 400, { "strategy.active": "mean_reversion" });

  /** A run over the database, and the head of its audit chain, which hashes every id, instant and figure. */
  async function runOnce({ base, tunables }: Plan) {
    const clock = new VirtualClock(MARKET_START);
    const setup = { clock, feed: new ReplayFeed(new ReplayCandles(base), clock), tunables };
    const engine = paperEngine(paperDatabase(setup), setup);
    const trace = await step(engine, plan, HOUR, (at) => clock.advanceTo(at));
    return { trace: JSON.stringify(trace), head: engine.options.database.read(auditHead).hash };
  }

  test("twice gives the same bytes, down to the head of the audit chain", async () => {
    const first = await runOnce(plan);
    expect(await runOnce(plan)).toEqual(first);
    expect(JSON.parse(first.trace).fills.length).toBeGreaterThan(2);
  }, 30_000);

  test("and another give different fills", async () => {
    const other = planOf("another seed", "1h", 400, { "strategy.active": "mean_reversion" });
    expect((await runOnce(other)).trace).not.toBe((await runOnce(plan)).trace);
  }, 30_000);
});
