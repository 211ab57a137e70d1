// A few candles decided, sized and filled by hand: every number here was worked out with pencil rules, none copied from a run.
import { describe, expect, test } from "bun:test";
import type { CandleColumns } from "../../src/core/candles.ts";
import { walk } from "../../src/engine/walk.ts";
import { CandleSeries } from "../../src/market/series.ts";
import { freshTrader } from "./paper-engine.ts";
import { TraceRecorder } from "./run-trace.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2024, 0, 1);
const closeOf = (hour: number): number => START + (hour + 1) * HOUR;

/** 21 quiet 4h candles between 9,900 and 10,100: every true range is 200, so ATR 14 is 200. */
const QUIET_HOURS = 84;
const AFTERWARDS: readonly (readonly [open: number, high: number, low: number, close: number])[] = [
  [10_000, 10_200, 10_000, 10_120], // 84: closes above 10,100
  [10_120, 10_220, 10_020, 10_150], // 85: stays above
  [9_700, 9_800, 9_600, 9_650], // 86: falls through the stop
  [9_650, 10_140, 9_640, 10_130], // 87: closes above again, an hour after the stop
  [9_500, 9_520, 9_400, 9_450], // 88: opens below the new stop
];

function candles(): CandleColumns {
  const series = new CandleSeries("1h");
  for (let hour = 0; hour < QUIET_HOURS; hour++)
    series.push(START + hour * HOUR, 10_000, 10_100, 9_900, 10_000, 5);
  AFTERWARDS.forEach(([open, high, low, close], i) => {
    series.push(START + (QUIET_HOURS + i) * HOUR, open, high, low, close, 5);
  });
  return series;
}

const recorder = new TraceRecorder();
const trader = freshTrader({ tunables: { "strategy.active": "breakout" } });
walk(trader, { base: candles(), warmUntil: closeOf(QUIET_HOURS - 2), policy: "protect" }, recorder);

describe("breakout on ninety candles", () => {
  test("decides hour by hour", () => {
    expect(
      recorder.decisions.map(({ candleCloseAt, side, signalReason, reason, confidence }) => [
        candleCloseAt / HOUR - START / HOUR - 1,
        side,
        signalReason,
        reason,
        confidence,
      ]),
    ).toEqual([
      [83, "hold", "inside_range", "signal_hold", 0],
      // 20 of 200 beyond the channel: 0.5 + 0.1.
      [84, "buy", "range_breakout", "executed", 0.6],
      // 50 of 200 beyond: 0.75.
      [85, "buy", "range_breakout", "already_in_position", 0.75],
      // Below the exit channel's 9,900, but the stop has sold already.
      [86, "sell", "range_breakdown", "no_inventory_to_sell", 1],
      // 30 of 200 beyond: 0.65; the cooldown of 60 minutes is just over.
      [87, "buy", "range_breakout", "executed", 0.65],
      // The 4h candle of 84 to 87 counts now: its low of 9,600 is the exit channel's.
      [88, "sell", "range_breakdown", "no_inventory_to_sell", 1],
    ]);
  });

  test("sizes by share of equity, confidence and unknown volatility", () => {
    const sizes = recorder.decisions.flatMap(
      ({ trace }) => (trace as { sizing: object | null }).sizing ?? [],
    );
    expect(sizes).toEqual([
      {
        // 0.005 × (0.5 + 0.7 × 0.6) × 0.5 = 0.0023 of 10,000: 23 USDT buy 227 lots of 0.1012 USDT.
        lots: 227,
        notionalUnits: 2_297_240_000,
        fraction: expect.closeTo(0.0023, 12),
        multipliers: { confidence: expect.closeTo(0.92, 12), volatility: 0.5, drawdown: 1 },
        cappedBy: "none",
        reason: null,
      },
      {
        // 0.005 × (0.5 + 0.7 × 0.65) × 0.5 = 0.0023875 of 9,998.80923676: 23.87215705 USDT buy 235 lots of 0.1013.
        lots: 235,
        notionalUnits: 2_380_550_000,
        fraction: expect.closeTo(0.0023875, 12),
        multipliers: { confidence: expect.closeTo(0.955, 12), volatility: 0.5, drawdown: 1 },
        cappedBy: "none",
        reason: null,
      },
    ]);
  });

  test("fills at the worse price, with every fee rounded up", () => {
    const fill = { feeAsset: "USDT", isMaker: false };
    expect(recorder.fills).toEqual([
      // 10,120 × 1.0005 = 10,125.06; 22.9838862 USDT; fee 0.0229838862.
      {
        ...fill,
        side: "buy",
        purpose: "entry",
        ticks: 1_012_506,
        lots: 227,
        feeUnits: 2_298_389,
        at: closeOf(84),
      },
      // Stop at 10,125.06 − 2.5 × 200 = 9,625.06, below the open of 9,700; × 0.9995 = 9,620.24747; fee 0.0218379448.
      {
        ...fill,
        side: "sell",
        purpose: "stop_loss",
        ticks: 962_024,
        lots: 227,
        feeUnits: 2_183_795,
        at: closeOf(86),
      },
      // 10,130 × 1.0005 = 10,135.065; 23.8174145 USDT; fee 0.0238174145.
      {
        ...fill,
        side: "buy",
        purpose: "entry",
        ticks: 1_013_507,
        lots: 235,
        feeUnits: 2_381_742,
        at: closeOf(87),
      },
      // True ranges 200, 550 and 500 make ATR 244.642857; the stop of 9,523.46 lies above the open of 9,500, which it gets:
      // × 0.9995 = 9,495.25; 22.3138375 USDT; fee 0.0223138375.
      {
        ...fill,
        side: "sell",
        purpose: "stop_loss",
        ticks: 949_525,
        lots: 235,
        feeUnits: 2_231_384,
        at: closeOf(88),
      },
    ]);
  });

  test("books both round trips to the unit", () => {
    // 21.8379448 − 22.9838862 − 0.02298389 − 0.02183795, and 22.3138375 − 23.8174145 − 0.02381742 − 0.02231384.
    expect(recorder.closedTrades.map(({ pnlUnits }) => pnlUnits)).toEqual([-119_076_324, -154_970_826]);
    expect(trader.ledger.cashUnits).toBe(1_000_000_000_000 - 119_076_324 - 154_970_826);
    // Highest at the close of hour 85: 10,000 − 22.9838862 − 0.02298389 + 0.00227 × 10,150.
    expect(trader.peakUnits).toBe(1_000_003_362_991);
    expect(trader.dayRealisedUnits).toBe(-119_076_324 - 154_970_826);
  });

  test("rests for an hour after each stop", () => {
    expect(recorder.locks).toEqual([
      ["cooldown", String(closeOf(86)), closeOf(86), closeOf(87)],
      ["cooldown", String(closeOf(88)), closeOf(88), closeOf(89)],
    ]);
  });
});
