/**
 * The engine with its full decision path against the bare loop, in one process: 525,600 one-minute candles, every strategy
 * having passed through the same process first, contender and anchor in turn. Prints a table and a JSON line.
 */
import { cpus } from "node:os";
import type { CandleColumns } from "../src/core/candles.ts";
import { seededRandom } from "../src/core/random.ts";
import { resolveRules } from "../src/engine/rules.ts";
import type { Recorder } from "../src/engine/step.ts";
import { Trader } from "../src/engine/trader.ts";
import { walk } from "../src/engine/walk.ts";
import { Ledger } from "../src/ledger/ledger.ts";
import { REPLAY_INSTRUMENT } from "../src/market/replay-instrument.ts";
import { DEFAULT_HARD_LIMITS } from "../src/risk/limits.ts";
import { STRATEGY_NAMES } from "../src/strategy/registry.ts";
import { initialTunables } from "../src/tunables/table.ts";
import { bareLoop } from "./bare-loop.ts";

const CANDLES = 525_600;
const WARM_UNTIL = 0;
const PAIRS = 9;

function syntheticMinutes(): CandleColumns {
  const random = seededRandom("bench");
  const column = () => new Float64Array(CANDLES);
  const columns = {
    openAt: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  let price = 40_000;
  let drift = 0;
  for (let i = 0; i < CANDLES; i++) {
    if (i % 7200 === 0) drift = random.normal() * 0.00002;
    const open = price;
    price = Math.round(price * Math.exp(drift + random.normal() * 0.0006) * 100) / 100;
    columns.openAt[i] = 1_600_000_000_000 - (1_600_000_000_000 % 86_400_000) + i * 60_000;
    columns.open[i] = open;
    columns.close[i] = price;
    columns.high[i] = Math.round(Math.max(open, price) * (1 + random.next() * 0.0004) * 100) / 100;
    columns.low[i] = Math.round(Math.min(open, price) * (1 - random.next() * 0.0004) * 100) / 100;
    columns.volume[i] = Math.round(random.next() * 1e6) / 1e5;
  }
  return { timeframe: "1m", length: CANDLES, ...columns };
}

/** Collects what a report needs: decisions by reason, fills and equity at every decision. */
class Collector implements Recorder {
  fills = 0;
  decisions = 0;
  reasons = new Map<string, number>();
  decided(decision: { readonly reason: string }): void {
    this.decisions += 1;
    this.reasons.set(decision.reason, (this.reasons.get(decision.reason) ?? 0) + 1);
  }
  ordered(_intent: unknown, outcome: { readonly fills: readonly unknown[] }): void {
    this.fills += outcome.fills.length;
  }
  rested(): void {}
  canceled(): void {}
  locked(): void {}
  equityStopped(): void {}
}

function engineOnce(base: CandleColumns, strategy: string): { collector: Collector; trader: Trader } {
  const tunables = initialTunables({ "strategy.active": strategy });
  const rules = resolveRules(1, tunables, REPLAY_INSTRUMENT, DEFAULT_HARD_LIMITS);
  const trader = new Trader(
    rules,
    new Ledger(REPLAY_INSTRUMENT, { cashUnits: 10_000e8, lots: 0, costUnits: 0 }, 0),
  );
  const collector = new Collector();
  walk(trader, { base, warmUntil: WARM_UNTIL, policy: "protect" }, collector);
  return { collector, trader };
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

function timed<T>(run: () => T): { ms: number; result: T } {
  const startedAt = performance.now();
  const result = run();
  return { ms: performance.now() - startedAt, result };
}

const base = syntheticMinutes();
for (const name of STRATEGY_NAMES) engineOnce(base, name);
for (let i = 0; i < 5; i++) bareLoop(base.close, base.length);

const rows = STRATEGY_NAMES.map((name) => {
  const ratios: number[] = [];
  const ours: number[] = [];
  const bare: number[] = [];
  let fills = 0;
  let decisions = 0;
  for (let pair = 0; pair < PAIRS; pair++) {
    const engine = timed(() => engineOnce(base, name));
    const anchor = timed(() => bareLoop(base.close, base.length));
    ours.push(engine.ms);
    bare.push(anchor.ms);
    ratios.push(engine.ms / anchor.ms);
    ({ fills, decisions } = engine.result.collector);
  }
  return {
    strategy: name,
    decisions,
    fills,
    engineMs: median(ours),
    bareMs: median(bare),
    ratio: median(ratios),
  };
});

console.log(
  `Engine, full decision path, ${CANDLES.toLocaleString("en")} one-minute candles; goal: at most 2.9 × the bare loop`,
);
console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Bun ${Bun.version}; medians of ${PAIRS} pairs\n`,
);
console.log("strategy         decisions   fills   engine ms   bare ms   ratio   ns a candle   met");
for (const row of rows) {
  const cells = [
    row.strategy.padEnd(15),
    String(row.decisions).padStart(11),
    String(row.fills).padStart(8),
    row.engineMs.toFixed(2).padStart(12),
    row.bareMs.toFixed(2).padStart(10),
    row.ratio.toFixed(2).padStart(8),
    ((row.engineMs * 1e6) / CANDLES).toFixed(1).padStart(14),
    (row.ratio <= 2.9 ? "yes" : "no").padStart(6),
  ];
  console.log(cells.join(""));
}
console.log(`\n${JSON.stringify({ bench: "engine", candles: CANDLES, pairs: PAIRS, rows })}`);
