import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { OrderPurpose } from "../../src/core/order.ts";
import { equityFloorUnits, isEquityStopReached } from "../../src/risk/equity-stop.ts";
import {
  checkEntry,
  checkExit,
  type EntryFacts,
  type ExitFacts,
  exitScope,
  mayLeave,
} from "../../src/risk/gate.ts";
import { BTCUSDT, RISK, ticks, usdt, WIDE } from "./btcusdt.ts";

const CLEAR: EntryFacts = {
  mayEnter: true,
  isUnresolved: false,
  isDataFresh: true,
  isOnTime: true,
  lock: null,
  ordersToday: 0,
  dayRealisedUnits: 0,
  dayOpeningEquityUnits: usdt(10_000),
  equityUnits: usdt(10_000),
  positionLots: 0,
  isOrderPending: false,
  markTicks: ticks(50_000),
};
const entry = (facts: Partial<EntryFacts> = {}, limits = WIDE) =>
  checkEntry(RISK, limits, BTCUSDT, { ...CLEAR, ...facts });

/** Every fault an entry may have, in the order the checks are made. */
const FAULTS = [
  ["system_not_running", { mayEnter: false }],
  ["order_unresolved", { isUnresolved: true }],
  ["stale_data", { isDataFresh: false }],
  ["late_candle", { isOnTime: false }],
  ["entry_locked", { lock: "cooldown" }],
  ["order_throttled", { ordersToday: WIDE.maxOrdersPerDay }],
  ["max_daily_loss_exceeded", { dayRealisedUnits: usdt(-200) }],
  ["max_exposure_reached", { positionLots: 5_000 }],
  ["already_in_position", { positionLots: 100 }],
  ["order_pending", { isOrderPending: true }],
] as const;

describe("an entry", () => {
  test("passes when nothing stands against it, and shows every check", () => {
    const verdict = entry();
    expect(verdict.reason).toBeNull();
    expect(verdict.explain().map((check) => check.name)).toEqual([
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
    ]);
    expect(verdict.explain().every((check) => check.ok)).toBe(true);
  });

  test.each(FAULTS)("is denied with %s", (reason, facts) => {
    const verdict = entry(facts);
    expect(verdict.reason).toBe(reason);
    expect(verdict.explain().at(-1)!.ok).toBe(false);
    expect(
      verdict
        .explain()
        .slice(0, -1)
        .every((check) => check.ok),
    ).toBe(true);
  });

  test("with several faults is denied for the first in order", () => {
    for (let first = 0; first < FAULTS.length; first++) {
      const facts: Partial<EntryFacts> = {};
      for (const [, fault] of FAULTS.slice(first).reverse()) Object.assign(facts, fault);
      expect(entry(facts).reason).toBe(FAULTS[first]![0]);
    }
  });

  test.each([
    [-199.99999999, null],
    [-200, "max_daily_loss_exceeded"],
    [-200.00000001, "max_daily_loss_exceeded"],
    [500, null],
  ] as const)("after a day's realised %p of 10,000 the answer is %p", (realised, reason) => {
    expect(entry({ dayRealisedUnits: usdt(realised) }).reason).toBe(reason);
  });

  test("the daily loss is held against the day's opening equity, not today's", () => {
    expect(entry({ dayRealisedUnits: usdt(-200), dayOpeningEquityUnits: usdt(10_001) }).reason).toBeNull();
    expect(entry({ dayOpeningEquityUnits: 0 }).reason).toBe("max_daily_loss_exceeded");
  });

  test("exposure exactly at a quarter of equity is reached; one lot less is just a position", () => {
    expect(entry({ positionLots: 5_000 }).reason).toBe("max_exposure_reached");
    expect(entry({ positionLots: 4_999 }).reason).toBe("already_in_position");
  });

  test("dust counts as flat; the smallest sellable quantity does not", () => {
    expect(entry({ positionLots: 9 }).reason).toBeNull();
    expect(entry({ positionLots: 10 }).reason).toBe("already_in_position");
  });

  test("hard limits hold even when the version's values are wider", () => {
    const limits = { ...WIDE, maxDailyLoss: 0.01, maxExposure: 0.1, maxOrdersPerDay: 3 };
    expect(entry({ dayRealisedUnits: usdt(-100) }, limits).reason).toBe("max_daily_loss_exceeded");
    expect(entry({ positionLots: 2_000 }, limits).reason).toBe("max_exposure_reached");
    expect(entry({ ordersToday: 3 }, limits).reason).toBe("order_throttled");
    expect(entry({ ordersToday: 2 }, limits).reason).toBeNull();
  });

  test("never passes outside RUNNING, whatever else is true", () => {
    const facts = fc.record({
      isDataFresh: fc.boolean(),
      isOnTime: fc.boolean(),
      isUnresolved: fc.boolean(),
      isOrderPending: fc.boolean(),
      positionLots: fc.nat(10_000),
      dayRealisedUnits: fc.integer({ min: usdt(-1000), max: usdt(1000) }),
    });
    fc.assert(
      fc.property(facts, (some) => entry({ ...some, mayEnter: false }).reason === "system_not_running"),
      { seed: 3 },
    );
  });
});

const EXIT_CLEAR: ExitFacts = {
  purpose: "exit_signal",
  state: "RUNNING",
  policy: "protect",
  isUnresolved: false,
  positionLots: 100,
  markTicks: ticks(50_000),
};
const exit = (facts: Partial<ExitFacts>) => checkExit(BTCUSDT, { ...EXIT_CLEAR, ...facts }).reason;

describe("an exit", () => {
  const STOPS: readonly OrderPurpose[] = ["stop_loss", "trailing_stop"];
  const OTHERS: readonly OrderPurpose[] = ["exit_signal", "take_profit", "time_stop"];

  test("of any purpose leaves while RUNNING; an entry is never an exit", () => {
    for (const purpose of [...STOPS, ...OTHERS, "flatten"] as const) expect(exit({ purpose })).toBeNull();
    expect(exit({ purpose: "entry" })).toBe("system_not_running");
  });

  test.each(["PAUSED", "EMERGENCY_STOP"] as const)("in %s follows the position policy", (state) => {
    for (const policy of ["protect", "flatten"] as const) {
      for (const purpose of STOPS) expect(exit({ state, policy, purpose })).toBeNull();
      for (const purpose of OTHERS) expect(exit({ state, policy, purpose })).toBe("system_not_running");
    }
    for (const purpose of [...STOPS, ...OTHERS]) {
      expect(exit({ state, policy: "hold", purpose })).toBe("system_not_running");
    }
    for (const policy of ["protect", "hold", "flatten"] as const) {
      expect(exit({ state, policy, purpose: "flatten" })).toBeNull();
    }
  });

  test("waits while an earlier order's outcome is unknown", () => {
    expect(exit({ isUnresolved: true, purpose: "stop_loss" })).toBe("order_unresolved");
  });

  test("needs something to sell: dust is nothing", () => {
    expect(exit({ positionLots: 0 })).toBe("no_inventory_to_sell");
    expect(exit({ positionLots: 9 })).toBe("no_inventory_to_sell");
    expect(exit({ positionLots: 10 })).toBeNull();
  });

  test("the scope handed to the exit watch is the one the gate applies", () => {
    expect(exitScope("RUNNING", "hold")).toBe("all");
    expect(exitScope("PAUSED", "protect")).toBe("protect");
    expect(exitScope("EMERGENCY_STOP", "hold")).toBe("nothing");
    expect(mayLeave("protect", "take_profit")).toBe(false);
  });
});

describe("the equity stop", () => {
  test.each([
    [8_000.00000001, false],
    [8_000, false],
    [7_999.99999999, true],
    [0, true],
  ])("with a peak of 10,000 and a limit of 20 %%, equity of %p trips: %p", (equity, trips) => {
    expect(isEquityStopReached(usdt(equity), usdt(10_000), 0.2)).toBe(trips);
  });

  test("agrees with big integers for every peak and limit", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 1_000_000 }), (peak, ppm) => {
        const lost = (BigInt(peak) * BigInt(ppm)) / 1_000_000n;
        expect(equityFloorUnits(peak, ppm / 1_000_000)).toBe(Number(BigInt(peak) - lost));
      }),
      { numRuns: 5000, seed: 4 },
    );
  });
});
