import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ppmCeil } from "../../src/core/money.ts";
import { isDust } from "../../src/risk/dust.ts";
import { clampRisk, DEFAULT_HARD_LIMITS } from "../../src/risk/limits.ts";
import {
  confidenceMultiplier,
  drawdownMultiplier,
  volatilityMultiplier,
} from "../../src/risk/multipliers.ts";
import { type SizingFacts, sizeEntry, sizeExit } from "../../src/risk/sizing.ts";
import { BTCUSDT, RISK, ticks, usdt, WIDE } from "./btcusdt.ts";

const PLAIN = { ...RISK, use_confidence: false, use_volatility: false, use_drawdown: false };
const FACTS: SizingFacts = {
  equityUnits: usdt(10_000),
  cashUnits: usdt(10_000),
  positionLots: 0,
  askTicks: ticks(50_000),
  confidence: 1,
  volatilityPercentile: 50,
  drawdownFraction: 0,
  atrTicks: ticks(400),
};
const size = (risk = PLAIN, facts: Partial<SizingFacts> = {}, limits = WIDE, instrument = BTCUSDT) =>
  sizeEntry(risk, limits, instrument, { ...FACTS, ...facts });

describe("an entry's size", () => {
  test("half a percent of 10,000 at 50,000 is 0.001 bitcoin", () => {
    expect(size()).toEqual({
      lots: 100,
      notionalUnits: usdt(50),
      fraction: 0.005,
      multipliers: { confidence: 1, volatility: 1, drawdown: 1 },
      cappedBy: "none",
      reason: null,
    });
  });

  test("is rounded down to the lot: one tick more in price is one lot less", () => {
    expect(size(PLAIN, { askTicks: ticks(50_000) + 1 }).lots).toBe(99);
  });

  test("with stop distance, the ATR stop loses the per-trade share", () => {
    const sizing = size({ ...PLAIN, sizing: "stop_distance" });
    expect(sizing.lots).toBe(5_000); // 50 USDT over 2.5 × 400
    expect(sizing.lots * ticks(1_000) * BTCUSDT.unitsPerTickLot).toBe(usdt(50));
  });

  test("with a stop that would lie below zero, a lot risks its whole price and no more", () => {
    const sizing = size({ ...PLAIN, sizing: "stop_distance" }, { atrTicks: ticks(30_000) });
    expect(sizing.lots).toBe(100);
  });

  test("with stop distance and no ATR there is no entry", () => {
    for (const atrTicks of [Number.NaN, 0]) {
      expect(size({ ...PLAIN, sizing: "stop_distance" }, { atrTicks })).toMatchObject({
        lots: 0,
        reason: "insufficient_candles",
      });
    }
  });

  test("all three multipliers act together and show in the result", () => {
    const sizing = size(RISK, { confidence: 0.55, volatilityPercentile: 10, drawdownFraction: 0.06 });
    expect(sizing.multipliers).toEqual({ confidence: 0.5 + 0.7 * 0.55, volatility: 1.15, drawdown: 0.8 });
    expect(sizing.fraction).toBeCloseTo(0.005 * 0.885 * 1.15 * 0.8, 12);
    expect(sizing.lots).toBe(81); // 40.71 USDT
  });

  test("the share is held within 0.1 % and 2 % of equity", () => {
    expect(size({ ...RISK, per_trade: 0.001 }, { drawdownFraction: 0.5 }).fraction).toBe(0.001);
    expect(size({ ...RISK, per_trade: 0.02 }).fraction).toBe(0.02);
  });

  test("multipliers never lift the share above its hard limit", () => {
    expect(size({ ...RISK, per_trade: 0.005 }, {}, { ...WIDE, perTrade: 0.005 }).fraction).toBe(0.005);
  });

  test("the largest exposure caps it", () => {
    const sizing = size({ ...PLAIN, per_trade: 0.02, max_exposure: 0.01 });
    expect(sizing).toMatchObject({ lots: 200, cappedBy: "exposure", reason: null });
    const held = size({ ...PLAIN, per_trade: 0.02, max_exposure: 0.01 }, { positionLots: 150 });
    expect(held).toMatchObject({ lots: 50, cappedBy: "exposure" });
    const full = size({ ...PLAIN, max_exposure: 0.01 }, { positionLots: 200 });
    expect(full).toMatchObject({ lots: 0, cappedBy: "exposure", reason: "max_exposure_reached" });
  });

  test("cash caps it with fee and slippage counted", () => {
    const sizing = size(PLAIN, { cashUnits: usdt(30) });
    expect(sizing).toMatchObject({ lots: 59, cappedBy: "cash" }); // 60 lots cost 30.045 USDT before the fee
  });

  test("cash that does not pay for the smallest order is said to be insufficient", () => {
    expect(size(PLAIN, { cashUnits: usdt(5) })).toMatchObject({ lots: 0, reason: "insufficient_cash" });
    expect(size(PLAIN, { cashUnits: usdt(5.01) })).toMatchObject({ lots: 10, reason: null });
    expect(size(PLAIN, { cashUnits: 0 })).toMatchObject({ lots: 0, reason: "insufficient_cash" });
  });

  test("the hard limit on one order and the exchange's largest order cap it", () => {
    expect(size(PLAIN, {}, { ...WIDE, maxOrderNotionalUnits: usdt(20) })).toMatchObject({
      lots: 40,
      cappedBy: "order_limit",
    });
    const small = { ...BTCUSDT, marketLotSize: { minLots: 0, maxLots: 30 } };
    expect(size(PLAIN, {}, WIDE, small)).toMatchObject({ lots: 30, cappedBy: "exchange" });
  });

  test("a share that buys less than one lot is refused", () => {
    const facts = { equityUnits: usdt(50), cashUnits: usdt(50) };
    expect(size(PLAIN, facts)).toMatchObject({ lots: 0, reason: "quantity_rounded_to_zero" });
  });
});

describe("multipliers", () => {
  test.each([
    [0, 0.5],
    [0.5, 0.85],
    [1, 1.2],
    [2, 1.2],
    [-1, 0.5],
    [Number.NaN, 0.5],
  ])("confidence %p gives %p", (confidence, expected) => {
    expect(confidenceMultiplier(confidence)).toBe(expected);
  });

  test.each([
    [0, 1.15],
    [25, 1.15],
    [25.01, 1],
    [75, 1],
    [75.01, 0.85],
    [90, 0.85],
    [90.01, 0.5],
    [100, 0.5],
    [Number.NaN, 0.5],
  ])("volatility percentile %p gives %p", (percentile, expected) => {
    expect(volatilityMultiplier(percentile)).toBe(expected);
  });

  test.each([
    [0, 1],
    [0.0499, 1],
    [0.05, 0.8],
    [0.0999, 0.8],
    [0.1, 0.5],
    [0.1499, 0.5],
    [0.15, 0.2],
    [0.9, 0.2],
    [Number.NaN, 0.2],
  ])("a drawdown of %p gives %p", (drawdown, expected) => {
    expect(drawdownMultiplier(drawdown)).toBe(expected);
  });
});

describe("an exit's size", () => {
  const PRICE = ticks(50_000); // the smallest order is 10 lots

  test.each([
    ["everything", 100, 1, 100, null],
    ["a half, rounded down to the lot", 101, 0.5, 50, null],
    ["everything, when what stays behind could not be sold", 19, 0.6, 19, null],
    ["the part, when what stays behind is the smallest order", 20, 0.5, 10, null],
    ["nothing, when the part is too small to sell alone", 100, 0.05, 0, "below_min_notional"],
    ["nothing, when the part is less than a lot", 15, 0.05, 0, "quantity_rounded_to_zero"],
    ["nothing, of dust", 9, 1, 0, "no_inventory_to_sell"],
    ["nothing, when flat", 0, 1, 0, "no_inventory_to_sell"],
  ] as const)("sells %s", (_, held, fraction, lots, reason) => {
    expect(sizeExit(BTCUSDT, held, fraction, PRICE)).toEqual({ lots, reason });
  });

  test("leaves for the next order what the exchange does not take in one", () => {
    expect(sizeExit(BTCUSDT, 20_000_000, 1, ticks(1_000)).lots).toBe(10_434_000);
  });
});

describe("hard limits", () => {
  test("clamp the version's values and leave smaller ones alone", () => {
    const risky = { ...RISK, per_trade: 0.02, max_exposure: 1, max_daily_loss: 0.1 };
    const limits = { ...DEFAULT_HARD_LIMITS, perTrade: 0.01, maxExposure: 0.3, maxDailyLoss: 0.03 };
    expect(clampRisk(risky, limits)).toEqual({
      ...risky,
      per_trade: 0.01,
      max_exposure: 0.3,
      max_daily_loss: 0.03,
    });
    expect(clampRisk(RISK, limits)).toEqual(RISK);
  });
});

const anyFacts = fc.record({
  equityUnits: fc.integer({ min: 0, max: usdt(10_000_000) }),
  cashUnits: fc.integer({ min: 0, max: usdt(10_000_000) }),
  positionLots: fc.integer({ min: 0, max: 1_000_000 }),
  askTicks: fc.integer({ min: 100, max: ticks(500_000) }),
  confidence: fc.double({ min: 0, max: 1 }),
  volatilityPercentile: fc.double({ min: 0, max: 100 }),
  drawdownFraction: fc.double({ min: 0, max: 1 }),
  atrTicks: fc.oneof(fc.constant(Number.NaN), fc.double({ min: 0, max: 1_000_000, noNaN: true })),
});
const anyRisk = fc.record({
  per_trade: fc.double({ min: 0.001, max: 0.02, noNaN: true }),
  max_exposure: fc.double({ min: 0.01, max: 1, noNaN: true }),
  fee_bps: fc.double({ min: 0, max: 100, noNaN: true }),
  slippage_bps: fc.double({ min: 0, max: 100, noNaN: true }),
  sizing: fc.constantFrom("notional" as const, "stop_distance" as const),
  atr_stop_multiple: fc.double({ min: 0.5, max: 10, noNaN: true }),
});

describe("whatever the numbers", () => {
  test("an entry never spends more than cash, fee and slippage included, and never passes the exposure bound", () => {
    let sized = 0;
    fc.assert(
      fc.property(anyRisk, anyFacts, (changed, facts) => {
        const risk = { ...RISK, ...changed };
        const { lots, fraction, notionalUnits, reason } = sizeEntry(risk, WIDE, BTCUSDT, facts);
        expect(Number.isSafeInteger(lots) && lots >= 0).toBe(true);
        expect(lots === 0).toBe(reason !== null);
        expect(fraction >= 0.001 && fraction <= 0.02).toBe(true);
        if (lots === 0) return;
        sized += 1;
        const worstTicks = Math.ceil(facts.askTicks * (1 + Math.round(risk.slippage_bps * 100) / 1e6));
        const costUnits = lots * worstTicks * 10;
        expect(costUnits + ppmCeil(costUnits, Math.round(risk.fee_bps * 100))).toBeLessThanOrEqual(
          facts.cashUnits,
        );
        const heldUnits = facts.positionLots * facts.askTicks * 10;
        expect(heldUnits + notionalUnits).toBeLessThanOrEqual(
          facts.equityUnits * risk.max_exposure + facts.equityUnits * 1e-6,
        );
        if (risk.sizing === "notional") {
          expect(notionalUnits).toBeLessThanOrEqual(Math.ceil(facts.equityUnits * (fraction + 1e-9)));
        }
      }),
      { numRuns: 3000, seed: 11, endOnFailure: true },
    );
    expect(sized).toBeGreaterThan(300);
  });

  test("an exit never sells more than is held and never leaves dust behind on purpose", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_434_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: ticks(500_000) }),
        (held, fraction, price) => {
          const { lots, reason } = sizeExit(BTCUSDT, held, fraction, price);
          expect(lots >= 0 && lots <= held && Number.isSafeInteger(lots)).toBe(true);
          expect(lots === 0).toBe(reason !== null);
          if (lots > 0 && lots < held) expect(isDust(BTCUSDT, held - lots, price)).toBe(false);
        },
      ),
      { numRuns: 3000, seed: 12, endOnFailure: true },
    );
  });
});
