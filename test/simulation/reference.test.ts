import { describe, expect, test } from "bun:test";
import Big from "big.js";
import { candleAt } from "../../src/core/candles.ts";
import { walk } from "../../src/engine/walk.ts";
import { DEFAULT_HARD_LIMITS } from "../../src/risk/limits.ts";
import { freshTrader, type TunableValues } from "./paper-engine.ts";
import { TraceRecorder } from "./run-trace.ts";
import {
  type ReferenceDecision,
  type ReferenceFill,
  type ReferenceRules,
  SlowReference,
} from "./slow-reference.ts";
import { MARKET_START, syntheticMarket } from "./synthetic-market.ts";

const HOUR = 3_600_000;
/** 488 closed 4h candles, and one more that may have begun before the history. */
const WARM_HOURS = 1956;

/** Protections that the reference does not know. */
const OTHERS_OFF: TunableValues = {
  "protections.stop_guard": false,
  "protections.max_drawdown": false,
  "protections.loss_streak": false,
  "protections.order_throttle": false,
};

function bothOver(seed: string, hours: number, rules: ReferenceRules) {
  const base = syntheticMarket(seed, "1h", WARM_HOURS + hours);
  const recorder = new TraceRecorder();
  const trader = freshTrader({
    tunables: {
      ...OTHERS_OFF,
      "strategy.active": "trend_ema",
      "risk.sizing": rules.sizing,
      "risk.per_trade": rules.perTrade,
      "risk.max_exposure": rules.maxExposure,
      "risk.max_daily_loss": rules.maxDailyLoss,
      "protections.cooldown_minutes": rules.cooldownMinutes,
    },
    limits: { ...DEFAULT_HARD_LIMITS, maxExposure: 1, equityStop: rules.equityStop },
    cashUnits: rules.startingCash * 1e8,
  });
  const state = walk(
    trader,
    { base, warmUntil: MARKET_START + WARM_HOURS * HOUR, policy: "protect" },
    recorder,
  );
  const candles = Array.from({ length: base.length }, (_, i) => candleAt(base, i));
  return { recorder, trader, state, reference: new SlowReference(candles, rules).run(WARM_HOURS) };
}

const RULES: ReferenceRules = {
  sizing: "notional",
  perTrade: 0.005,
  maxExposure: 0.25,
  maxDailyLoss: 0.02,
  equityStop: 0.9,
  cooldownMinutes: 60,
  startingCash: 10_000,
};

/** Each case over three markets; the reasons it must have met. */
const CASES: readonly (readonly [string, Partial<ReferenceRules>, readonly string[]])[] = [
  ["the defaults", {}, ["executed", "signal_hold", "already_in_position", "no_inventory_to_sell"]],
  ["a long cooldown", { cooldownMinutes: 1440 }, ["entry_locked", "executed"]],
  [
    "exposure that caps the size",
    { perTrade: 0.02, maxExposure: 0.01 },
    ["executed", "max_exposure_reached", "already_in_position"],
  ],
  [
    "risk by stop distance, deep drawdown and daily losses",
    { sizing: "stop_distance", perTrade: 0.02, maxExposure: 1, maxDailyLoss: 0.005, cooldownMinutes: 0 },
    ["executed", "max_daily_loss_exceeded"],
  ],
  ["little money, and dust", { startingCash: 1000 }, ["below_min_notional", "executed"]],
  [
    "an equity stop that ends trading",
    { sizing: "stop_distance", perTrade: 0.02, maxExposure: 1, equityStop: 0.05, cooldownMinutes: 0 },
    ["executed"],
  ],
];
const MARKETS = ["reference", "reference b", "reference c"];

describe("walk and an independent reference agree on every decision, size and fill", () => {
  test.each(CASES.map((one) => [...one] as const))(
    "with %s",
    (_name, changed, reasons) => {
      const seen = new Set<string>();
      const purposes = new Set<string>();
      let stops = 0;
      for (const seed of MARKETS) {
        const { recorder, trader, state, reference } = bothOver(seed, 3000, { ...RULES, ...changed });
        expect(decisionsOf(recorder)).toEqual([...reference.decisions]);
        expect(fillsOf(recorder)).toEqual([...reference.fills]);
        expect(new Big(trader.ledger.cashUnits).div(1e8).toFixed(8)).toBe(reference.cash.toFixed(8));
        expect(state === "EMERGENCY_STOP").toBe(reference.isStopped);
        for (const { reason } of recorder.decisions) seen.add(reason);
        for (const { purpose } of recorder.fills) purposes.add(purpose);
        if (reference.isStopped) stops += 1;
      }
      for (const reason of reasons) expect(seen).toContain(reason);
      expect(purposes).toContain("stop_loss");
      expect(stops > 0).toBe(changed.equityStop !== undefined);
    },
    30_000,
  );
});

const decisionsOf = (recorder: TraceRecorder): ReferenceDecision[] =>
  recorder.decisions.map(({ candleCloseAt, side, signalReason, reason, trace }) => ({
    at: candleCloseAt,
    side,
    signal: signalReason,
    reason,
    lots: side === "buy" ? lotsOf(trace) : null,
  }));

const fillsOf = (recorder: TraceRecorder): ReferenceFill[] =>
  recorder.fills.map(({ at, side, purpose, ticks, lots, feeUnits }) => ({
    at,
    side,
    purpose: purpose as ReferenceFill["purpose"],
    price: new Big(ticks).div(100).toFixed(2),
    lots,
    fee: new Big(feeUnits).div(1e8).toFixed(8),
  }));

/** The size that was asked for, whether or not an order came of it. */
function lotsOf(trace: unknown): number | null {
  return (trace as { sizing: { lots: number } | null }).sizing?.lots ?? null;
}
