import { describe, expect, test } from "bun:test";
import type { Signal } from "../../src/core/signal.ts";
import { decide, type Situation, traceJson } from "../../src/engine/decide.ts";
import type { Trader } from "../../src/engine/trader.ts";
import { REPLAY_INSTRUMENT } from "../../src/market/replay-instrument.ts";
import { DEFAULT_HARD_LIMITS } from "../../src/risk/limits.ts";
import { usdt } from "../risk/btcusdt.ts";
import { freshTrader, type PaperSetup } from "../simulation/paper-engine.ts";

const AT = Date.UTC(2024, 5, 3, 15);
const HOUR = 3_600_000;

const CALM: Situation = {
  state: "RUNNING",
  policy: "protect",
  isDataFresh: true,
  isOnTime: true,
  isUnresolved: false,
};

const signal = (side: Signal["side"], reason = "told"): Signal => ({
  side,
  confidence: 0.6,
  reason,
  values: {},
});

/** A trader at 60,000 with 10,000 USDT, its candle closed and its strategy saying what the test says. */
function traderSaying(said: Signal, setup: Omit<PaperSetup, "clock" | "feed"> = {}): Trader {
  const trader = freshTrader(setup);
  trader.markTicks = 6_000_000;
  trader.lastTimingCloseAt = AT;
  trader.rollDay(AT);
  trader.atr = 400;
  trader.signal = said;
  return trader;
}

/** Buys so many lots at 60,000. */
function hold(trader: Trader, lots: number): void {
  trader.ledger.apply(
    { side: "buy", ticks: 6_000_000, lots, feeUnits: 0, feeAsset: "USDT", isMaker: false, at: AT - HOUR },
    "entry",
  );
}

type Arrange = (trader: Trader) => void;
interface Case {
  readonly reason: string;
  readonly side?: Signal["side"];
  readonly says?: string;
  readonly situation?: Partial<Situation>;
  readonly setup?: Omit<PaperSetup, "clock" | "feed">;
  readonly arrange?: Arrange;
}

const CASES: Readonly<Record<string, Case>> = {
  "a hold": { side: "hold", reason: "signal_hold" },
  "a strategy that is still warming up": {
    side: "hold",
    says: "insufficient_candles",
    reason: "insufficient_candles",
  },
  "a buy while paused": { situation: { state: "PAUSED" }, reason: "system_not_running" },
  "a buy after an emergency stop": { situation: { state: "EMERGENCY_STOP" }, reason: "system_not_running" },
  "a buy while an order's outcome is unknown": {
    situation: { isUnresolved: true },
    reason: "order_unresolved",
  },
  "a buy on old data": { situation: { isDataFresh: false }, reason: "stale_data" },
  "a buy on a candle of long ago": { situation: { isOnTime: false }, reason: "late_candle" },
  "a buy under a lock": {
    arrange: (trader) => trader.locks.push({ kind: "cooldown", fromAt: AT - 1, untilAt: AT + 1 }),
    reason: "entry_locked",
  },
  "a buy under a lock without end": {
    arrange: (trader) => trader.locks.push({ kind: "manual", fromAt: AT, untilAt: null }),
    reason: "entry_locked",
  },
  "a buy the instant a lock ends": {
    arrange: (trader) => trader.locks.push({ kind: "cooldown", fromAt: AT - 1, untilAt: AT }),
    reason: "executed",
  },
  "a buy after as many orders as a day may have": {
    setup: { limits: { ...DEFAULT_HARD_LIMITS, maxOrdersPerDay: 3 } },
    arrange: (trader) => {
      trader.ordersToday = 3;
    },
    reason: "order_throttled",
  },
  "a buy after the day's largest loss": {
    arrange: (trader) => {
      trader.dayRealisedUnits = -usdt(200);
    },
    reason: "max_daily_loss_exceeded",
  },
  "a buy one unit before the day's largest loss": {
    arrange: (trader) => {
      trader.dayRealisedUnits = -usdt(200) + 1;
    },
    reason: "executed",
  },
  "a buy with a quarter of equity held": {
    arrange: (trader) => hold(trader, 4167),
    reason: "max_exposure_reached",
  },
  "a buy while long": { arrange: (trader) => hold(trader, 100), reason: "already_in_position" },
  "a buy while holding dust": { arrange: (trader) => hold(trader, 8), reason: "executed" },
  "a buy while a limit order rests": {
    arrange: (trader) => {
      const intent = { ...decide(trader, CALM).intent!, type: "limit" as const, limitTicks: 5_990_000 };
      trader.working = { intent, lotsLeft: 5, candlesLeft: 2 };
    },
    reason: "order_pending",
  },
  "a buy without enough for the smallest order": {
    setup: { cashUnits: usdt(5) },
    reason: "insufficient_cash",
  },
  "a buy of less than a lot": {
    setup: { cashUnits: usdt(100), tunables: { "risk.per_trade": 0.001 } },
    reason: "quantity_rounded_to_zero",
  },
  "a buy below the smallest notional": { setup: { cashUnits: usdt(1000) }, reason: "below_min_notional" },
  "a buy at a price so low that nothing is known about its size": {
    setup: { tunables: { "risk.sizing": "stop_distance" } },
    arrange: (trader) => {
      trader.atr = Number.NaN;
    },
    reason: "insufficient_candles",
  },
  "a limit buy above the largest notional": {
    setup: {
      instrument: { ...REPLAY_INSTRUMENT, maxNotionalUnits: usdt(10) },
      tunables: { "execution.entry_type": "limit" },
    },
    reason: "above_max_notional",
  },
  "a buy while the exchange halts the symbol": {
    setup: { instrument: { ...REPLAY_INSTRUMENT, status: "HALT" } },
    reason: "symbol_not_trading",
  },
  "a buy of fewer lots than the exchange takes": {
    setup: { instrument: { ...REPLAY_INSTRUMENT, marketLotSize: { minLots: 1000, maxLots: 10_000 } } },
    reason: "filter_refused",
  },
  "a limit buy outside the exchange's band": {
    setup: {
      instrument: {
        ...REPLAY_INSTRUMENT,
        priceBand: { bidUp: 1.2, bidDown: 0.9999, askUp: 2, askDown: 0.5 },
      },
      tunables: { "execution.entry_type": "limit" },
    },
    reason: "price_out_of_band",
  },
  "a buy": { reason: "executed" },
  "a limit buy": { setup: { tunables: { "execution.entry_type": "limit" } }, reason: "order_placed" },
  "a sell while flat": { side: "sell", reason: "no_inventory_to_sell" },
  "a sell of dust": { side: "sell", arrange: (trader) => hold(trader, 8), reason: "no_inventory_to_sell" },
  "a sell while paused": {
    side: "sell",
    situation: { state: "PAUSED" },
    arrange: (trader) => hold(trader, 100),
    reason: "system_not_running",
  },
  "a sell while an order's outcome is unknown": {
    side: "sell",
    situation: { isUnresolved: true },
    arrange: (trader) => hold(trader, 100),
    reason: "order_unresolved",
  },
  "a sell while the exchange halts the symbol": {
    side: "sell",
    setup: { instrument: { ...REPLAY_INSTRUMENT, status: "HALT" } },
    arrange: (trader) => hold(trader, 100),
    reason: "symbol_not_trading",
  },
  "a sell on old data, late, locked, throttled and at a loss": {
    side: "sell",
    situation: { isDataFresh: false, isOnTime: false },
    arrange: (trader) => {
      hold(trader, 100);
      trader.locks.push({ kind: "manual", fromAt: 0, untilAt: null });
      trader.ordersToday = 1_000_000;
      trader.dayRealisedUnits = -usdt(9_000);
    },
    reason: "executed",
  },
};

describe("a candle ends with the reason of", () => {
  test.each(Object.entries(CASES))(
    "%s",
    (_name, { side = "buy", says, situation, setup, arrange, reason }) => {
      const trader = traderSaying(signal(side, says), setup);
      arrange?.(trader);
      const decision = decide(trader, { ...CALM, ...situation });
      expect(decision.reason).toBe(reason as typeof decision.reason);
      expect(decision.intent === null).toBe(reason !== "executed" && reason !== "order_placed");
      expect([decision.candleCloseAt, decision.closeTicks]).toEqual([AT, 6_000_000]);
    },
  );
});

describe("of several reasons against a buy", () => {
  /** Each makes its own reason true; together they must be told in this order. */
  const against: readonly (readonly [string, Partial<Situation>, Arrange])[] = [
    ["system_not_running", { state: "PAUSED" }, () => {}],
    ["order_unresolved", { isUnresolved: true }, () => {}],
    ["stale_data", { isDataFresh: false }, () => {}],
    ["late_candle", { isOnTime: false }, () => {}],
    ["entry_locked", {}, (trader) => trader.locks.push({ kind: "manual", fromAt: 0, untilAt: null })],
    [
      "order_throttled",
      {},
      (trader) => {
        trader.ordersToday = 100;
      },
    ],
    [
      "max_daily_loss_exceeded",
      {},
      (trader) => {
        trader.dayRealisedUnits = -usdt(500);
      },
    ],
    ["max_exposure_reached", {}, (trader) => hold(trader, 10_000)],
    ["already_in_position", {}, (trader) => hold(trader, 1000)],
    ["below_min_notional", {}, () => {}],
  ];

  test.each(against.map(([reason], index) => [reason, index] as const))(
    "%s comes before what follows it",
    (reason, index) => {
      const setup = { cashUnits: index === against.length - 1 ? usdt(1000) : usdt(10_000) };
      const trader = traderSaying(signal("buy"), setup);
      let situation = CALM;
      // Holding ten thousand lots is both: too much exposure and already long.
      for (const [name, facts, arrange] of against.slice(index)) {
        if (name === "already_in_position" && reason === "max_exposure_reached") continue;
        if (name === "max_exposure_reached" && reason !== "max_exposure_reached") continue;
        situation = { ...situation, ...facts };
        arrange(trader);
      }
      expect(decide(trader, situation).reason).toBe(reason as never);
    },
  );
});

describe("an intent", () => {
  test("of a buy takes the market at the close, sized by the trace", () => {
    const decision = decide(traderSaying(signal("buy")), CALM);
    // 0.005 × (0.5 + 0.7 × 0.6) × 0.5 = 0.0023 of 10,000: 23 USDT at 0.6 USDT a lot.
    expect(decision.intent).toEqual({
      side: "buy",
      type: "market",
      purpose: "entry",
      lots: 38,
      limitTicks: null,
      decisionTicks: 6_000_000,
      decidedAt: AT,
    });
    expect(decision.trace.sizing?.lots).toBe(38);
    expect(decision.trace.gate?.explain().map(({ name, ok }) => [name, ok])).toEqual(
      [
        "state",
        "unresolved",
        "data_fresh",
        "on_time",
        "lock",
        "orders_today",
        "daily_loss",
        "exposure",
        "position",
        "pending",
      ].map((name) => [name, true]),
    );
  });

  test("of a limit buy rests below the close by the offset, rounded down to the tick", () => {
    const tunables = { "execution.entry_type": "limit", "execution.limit_offset_bps": 7.5 };
    const trader = traderSaying(signal("buy"), { tunables });
    trader.markTicks = 6_000_001;
    // 60,000.01 × (1 − 0.00075) = 59,955.0099925.
    expect(decide(trader, CALM).intent).toMatchObject({ type: "limit", limitTicks: 5_995_500 });
  });

  test("of a sell closes the whole position", () => {
    const trader = traderSaying(signal("sell"));
    hold(trader, 123);
    expect(decide(trader, CALM).intent).toMatchObject({
      side: "sell",
      type: "market",
      purpose: "exit_signal",
      lots: 123,
    });
  });
});

test("a decision changes nothing: asked twice, it is the same", () => {
  const trader = traderSaying(signal("buy"));
  const before = JSON.stringify(trader.memory());
  const asked = () => {
    const { trace, ...rest } = decide(trader, CALM);
    return { ...rest, trace: traceJson(trace) };
  };
  expect(asked()).toEqual(asked());
  expect(JSON.stringify(trader.memory())).toBe(before);
});

test("the stored trace holds the checks up to the first that failed", () => {
  const { trace } = decide(traderSaying(signal("buy")), { ...CALM, isDataFresh: false });
  expect(traceJson(trace)).toEqual({
    checks: [
      { name: "state", ok: true, value: true, bound: true },
      { name: "unresolved", ok: true, value: false, bound: false },
      { name: "data_fresh", ok: false, value: false, bound: true },
    ],
    sizing: null,
  });
  expect(traceJson(decide(traderSaying(signal("hold")), CALM).trace)).toEqual({ checks: [], sizing: null });
});
