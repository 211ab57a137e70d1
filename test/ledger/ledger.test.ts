import { describe, expect, test } from "bun:test";
import Big from "big.js";
import fc from "fast-check";
import { InvariantError } from "../../src/core/errors.ts";
import type { Fill } from "../../src/core/order.ts";
import { Ledger } from "../../src/ledger/ledger.ts";
import { BTCUSDT, ticks, usdt } from "../risk/btcusdt.ts";
import { BigLedger } from "./big-ledger.ts";

const START = { cashUnits: usdt(10_000), lots: 0, costUnits: 0 };
const fresh = (start = START): Ledger => new Ledger(BTCUSDT, start, 0);

const fill = (side: Fill["side"], price: number, lots: number, rest: Partial<Fill> = {}): Fill => ({
  side,
  ticks: ticks(price),
  lots,
  feeUnits: 0,
  feeAsset: "USDT",
  isMaker: false,
  at: 1,
  ...rest,
});

/** What a trader may do: shares of what can be bought or sold, at 30,000 to 40,000 USDT, fees in any of three assets. */
const act = fc.record({
  side: fc.constantFrom<Fill["side"]>("buy", "sell"),
  share: fc.constantFrom(0.001, 0.1, 0.37, 0.5, 0.99, 1),
  price: fc.integer({ min: 3_000_000, max: 4_000_000 }),
  feePpm: fc.constantFrom(0, 1, 750, 1000, 100_000),
  feeAsset: fc.constantFrom("USDT", "USDT", "USDT", "BTC", "BNB"),
});
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** The execution an act stands for in front of this ledger, or null when nothing can be done. */
function executionOf(ledger: Ledger, { side, share, price, feePpm, feeAsset }: Act, at: number): Fill | null {
  const affordable = Math.floor(ledger.cashUnits / (price * BTCUSDT.unitsPerTickLot * 1.11));
  const lots = Math.floor((side === "buy" ? affordable : ledger.lots) * share);
  if (lots < 1) return null;
  const notional = lots * price * BTCUSDT.unitsPerTickLot;
  const paidInBase = feeAsset === "BTC" && side === "buy";
  const base = paidInBase ? lots * BTCUSDT.lotUnits : notional;
  const feeUnits = Math.ceil((base * feePpm) / 1_000_000);
  return {
    side,
    ticks: price,
    lots,
    feeUnits,
    feeAsset: feeAsset === "BTC" && side === "sell" ? "USDT" : feeAsset,
    isMaker: false,
    at,
  };
}

/** Takes a fresh ledger through the acts and hands every execution to `then`. */
function trade(acts: readonly Act[], then: (ledger: Ledger, executed: Fill) => void): Ledger {
  const ledger = fresh();
  acts.forEach((one, index) => {
    const executed = executionOf(ledger, one, index + 1);
    if (executed !== null) then(ledger, executed);
  });
  return ledger;
}

describe("whatever is bought and sold", () => {
  test("cash, quantity, cost, realised and fees equal an independent ledger in decimals, to the last unit", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const oracle = new BigLedger(START.cashUnits);
        trade(acts, (ledger, executed) => {
          ledger.apply(executed, "entry");
          oracle.apply(executed);
          expect(stateOf(ledger)).toEqual(oracle.state());
        });
      }),
      { numRuns: 200 },
    );
  });

  test("cash and quantity equal the start plus the sum of fills and fees, per asset", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const sum = { USDT: new Big(START.cashUnits), BTC: new Big(0), BNB: new Big(0) };
        const ledger = trade(acts, (traded, executed) => {
          traded.apply(executed, "entry");
          const way = executed.side === "buy" ? 1 : -1;
          const value = new Big(executed.ticks).times(executed.lots).times(10);
          sum.USDT = sum.USDT.minus(value.times(way));
          sum.BTC = sum.BTC.plus(new Big(executed.lots).times(1000).times(way));
          const asset = executed.feeAsset as keyof typeof sum;
          sum[asset] = sum[asset].minus(executed.feeUnits);
        });
        expect(ledger.cashUnits).toBe(sum.USDT.toNumber());
        expect(ledger.baseUnits).toBe(sum.BTC.toNumber());
        expect(-(ledger.otherFees.get("BNB") ?? 0) + 0).toBe(sum.BNB.toNumber());
      }),
      { numRuns: 200 },
    );
  });

  test("a ledger rebuilt from the fills equals the one they were folded into", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const fills: Fill[] = [];
        const folded = trade(acts, (ledger, executed) => {
          ledger.apply(executed, "entry");
          fills.push(executed);
        });
        const rebuilt = fresh();
        for (const executed of fills) rebuilt.apply(executed, "entry");
        expect(stateOf(rebuilt)).toEqual(stateOf(folded));
        expect(rebuilt.openedAt).toBe(folded.openedAt);
      }),
      { numRuns: 100 },
    );
  });

  test("once flat, closed trades add up to what was realised less the fees", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        let pnl = 0;
        const quoteOnly = acts.map((one) => ({ ...one, feeAsset: "USDT" as const }));
        const ledger = trade(quoteOnly, (traded, executed) => {
          pnl += traded.apply(executed, "exit_signal")?.pnlUnits ?? 0;
        });
        if (ledger.lots > 0) pnl += ledger.apply(fill("sell", 30_000, ledger.lots), "flatten")!.pnlUnits;
        expect(pnl).toBe(ledger.realisedUnits - ledger.feesUnits);
        expect(ledger.cashUnits).toBe(START.cashUnits + pnl);
        expect([ledger.costUnits, ledger.baseUnits, ledger.openedAt]).toEqual([0, 0, null]);
      }),
      { numRuns: 200 },
    );
  });

  test("nothing sells more than is held, and nothing is bought beyond the cash", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 20 }), fc.integer({ min: 1, max: 1000 }), (acts, more) => {
        const ledger = trade(acts, (traded, executed) => traded.apply(executed, "entry"));
        expect(() => copyOf(ledger).apply(fill("sell", 30_000, ledger.lots + more), "flatten")).toThrow(
          InvariantError,
        );
        const tooMany = Math.floor(ledger.cashUnits / (ticks(100) * 10)) + more;
        expect(() => copyOf(ledger).apply(fill("buy", 100, tooMany), "entry")).toThrow("below zero");
      }),
      { numRuns: 100 },
    );
  });
});

const copyOf = (ledger: Ledger): Ledger =>
  fresh({ cashUnits: ledger.cashUnits, lots: ledger.lots, costUnits: ledger.costUnits });

const stateOf = (ledger: Ledger) => ({
  cash: ledger.cashUnits,
  base: ledger.baseUnits,
  lots: ledger.lots,
  cost: ledger.costUnits,
  realised: ledger.realisedUnits,
  fees: ledger.feesUnits,
});

describe("a round trip", () => {
  // 100 lots of 0.00001 BTC: bought for 60 USDT with 0.06 fee, sold half at 66,000 and half at 54,000.
  const buy = fill("buy", 60_000, 100, { feeUnits: usdt(0.06), at: 10 });
  const sellHigh = fill("sell", 66_000, 50, { feeUnits: usdt(0.033), at: 20 });
  const sellLow = fill("sell", 54_000, 50, { feeUnits: usdt(0.027), at: 30 });

  test("is told when the last lot leaves, with everything paid and received", () => {
    const ledger = fresh();
    expect([ledger.apply(buy, "entry"), ledger.apply(sellHigh, "take_profit")]).toEqual([null, null]);
    expect(ledger.realisedUnits).toBe(usdt(3));
    expect(ledger.apply(sellLow, "stop_loss")).toEqual({
      entryAt: 10,
      exitAt: 30,
      lots: 100,
      entryUnits: usdt(60),
      exitUnits: usdt(60),
      feesUnits: usdt(0.12),
      pnlUnits: -usdt(0.12),
      purpose: "stop_loss",
    });
    expect(ledger.cashUnits).toBe(usdt(9_999.88));
  });

  test("marks the position: equity, unrealised profit and the average entry without fees", () => {
    const ledger = fresh();
    ledger.apply(buy, "entry");
    expect(ledger.equityUnits(ticks(66_000))).toBe(usdt(10_005.94));
    expect(ledger.unrealisedUnits(ticks(66_000))).toBe(usdt(6));
    expect(ledger.averageEntryTicks()).toBe(ticks(60_000));
    expect(ledger.openedAt).toBe(10);
  });

  test("flat, there is no average entry and nothing unrealised", () => {
    expect([fresh().averageEntryTicks(), fresh().unrealisedUnits(ticks(1))]).toEqual([null, 0]);
  });

  test("an account that starts with a position closes it as a trade of its own", () => {
    const ledger = new Ledger(BTCUSDT, { cashUnits: usdt(100), lots: 100, costUnits: usdt(50) }, 5);
    const closed = ledger.apply(fill("sell", 60_000, 100, { at: 9 }), "flatten");
    expect([closed?.entryAt, closed?.entryUnits, closed?.pnlUnits]).toEqual([5, usdt(50), usdt(10)]);
  });
});

describe("fees in other assets", () => {
  test("a fee in the base asset leaves fewer whole lots and the rest as units", () => {
    const ledger = fresh();
    ledger.apply(fill("buy", 60_000, 100, { feeUnits: 150, feeAsset: "BTC" }), "entry");
    expect([ledger.lots, ledger.baseUnits, ledger.feesUnits]).toEqual([99, 99_850, 0]);
    expect(ledger.costUnits).toBe(usdt(60));
  });

  test("selling those lots realises the whole cost and leaves dust of no cost", () => {
    const ledger = fresh();
    ledger.apply(fill("buy", 60_000, 100, { feeUnits: 150, feeAsset: "BTC" }), "entry");
    const closed = ledger.apply(fill("sell", 60_000, 99), "exit_signal");
    expect(closed?.pnlUnits).toBe(-usdt(0.6));
    expect([ledger.costUnits, ledger.baseUnits, ledger.lots]).toEqual([0, 850, 0]);
  });

  test("dust of two trades can become a lot that is sold with the next", () => {
    const ledger = fresh();
    for (const price of [60_000, 61_000]) {
      ledger.apply(fill("buy", price, 100, { feeUnits: 400, feeAsset: "BTC" }), "entry");
      ledger.apply(fill("sell", price, ledger.lots), "exit_signal");
    }
    // 99,600 − 99,000 + 99,600 = 100,200 units: a hundred lots, sold whole, and 200 units of dust.
    expect([ledger.baseUnits, ledger.lots, ledger.costUnits]).toEqual([200, 0, 0]);
  });

  test("a buy whose fee takes its only lot ends no trade: the next buy adds to it", () => {
    const ledger = fresh();
    expect(ledger.apply(fill("buy", 60_000, 1, { feeUnits: 1, feeAsset: "BTC" }), "entry")).toBeNull();
    expect(ledger.apply(fill("buy", 60_000, 1, { feeUnits: 1, feeAsset: "BTC", at: 2 }), "entry")).toBeNull();
    const closed = ledger.apply(fill("sell", 60_000, 1, { at: 3 }), "flatten");
    expect([closed?.lots, closed?.entryUnits, closed?.entryAt]).toEqual([2, usdt(1.2), 1]);
  });

  test("a fee in a third asset touches neither cash nor quantity and is kept by asset", () => {
    const ledger = fresh();
    ledger.apply(fill("buy", 60_000, 100, { feeUnits: 7, feeAsset: "BNB" }), "entry");
    ledger.apply(fill("sell", 60_000, 100, { feeUnits: 5, feeAsset: "BNB" }), "flatten");
    expect([ledger.cashUnits, ledger.feesUnits, ledger.otherFees.get("BNB")]).toEqual([usdt(10_000), 0, 12]);
  });
});
