import { describe, expect, test } from "bun:test";
import type { Instrument } from "../../src/core/instrument.ts";
import type { ClosedTrade } from "../../src/core/position.ts";
import { tradeMetrics } from "../../src/metrics/closed-trades.ts";
import { EquityCurve } from "../../src/metrics/equity-curve.ts";
import { type ExecutedFill, executionMetrics } from "../../src/metrics/executions.ts";
import { compositeScore, performanceOf } from "../../src/metrics/performance.ts";
import { reportOf } from "../../src/metrics/report.ts";
import { DAY_MS } from "../../src/metrics/returns.ts";

const MIDNIGHT = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;
/** A tick of 0.01 and a lot of 0.00001: 10 units a tick and lot. */
const INSTRUMENT = {
  symbol: "BTCUSDT",
  baseAsset: "BTC",
  quoteAsset: "USDT",
  tickUnits: 1_000_000,
  lotUnits: 1_000,
  unitsPerTickLot: 10,
} as Instrument;

const trade = (pnlUnits: number, hours = 1): ClosedTrade => ({
  entryAt: MIDNIGHT,
  exitAt: MIDNIGHT + hours * HOUR,
  lots: 1,
  entryUnits: 1_000,
  exitUnits: 1_000 + pnlUnits,
  feesUnits: 0,
  pnlUnits,
  purpose: "exit_signal",
});

describe("closed trades", () => {
  const metrics = tradeMetrics([
    trade(30, 1),
    trade(10, 2),
    trade(0, 3),
    trade(-20, 4),
    trade(-5, 5),
    trade(-1, 6),
    trade(6, 7),
  ]);

  test("a trade that made nothing is neither a win nor a loss, and ends a streak", () => {
    expect(metrics).toMatchObject({ closedTrades: 7, wins: 3, losses: 3, winRate: 3 / 7 });
    expect([metrics.longestWinStreak, metrics.longestLossStreak]).toEqual([2, 3]);
  });

  test("a draw between two wins ends the streak", () => {
    expect(tradeMetrics([trade(1), trade(0), trade(1)]).longestWinStreak).toBe(1);
    expect(tradeMetrics([trade(-1), trade(0), trade(-1)]).longestLossStreak).toBe(1);
  });

  test("profit factor, expectancy and payoff are what a trader computes by hand", () => {
    expect(metrics.profitFactor).toBeCloseTo(46 / 26, 12);
    expect(metrics.expectancyUnits).toBeCloseTo(20 / 7, 12);
    expect(metrics.payoff).toBeCloseTo(46 / 3 / (26 / 3), 12);
    expect(metrics.expectancyRatio).toBeCloseTo(20 / 7 / (26 / 3), 12);
    expect(metrics.averageHoldingMs).toBe(4 * HOUR);
  });

  test("without a draw the expectancy ratio is (1 + payoff) × win rate − 1", () => {
    const { expectancyRatio, payoff, winRate } = tradeMetrics([trade(30), trade(-10), trade(-4)]);
    expect(expectancyRatio).toBeCloseTo((1 + payoff!) * winRate! - 1, 12);
  });

  test("best and worst carry when and how much", () => {
    expect(metrics.bestTrade).toEqual({ exitAt: MIDNIGHT + HOUR, pnlUnits: 30, returnFraction: 0.03 });
    expect(metrics.worstTrade).toEqual({ exitAt: MIDNIGHT + 4 * HOUR, pnlUnits: -20, returnFraction: -0.02 });
  });

  test("with wins alone, what divides by losses is null", () => {
    expect(tradeMetrics([trade(1), trade(2)])).toMatchObject({
      winRate: 1,
      profitFactor: null,
      expectancyUnits: 1.5,
      expectancyRatio: null,
      payoff: null,
    });
  });

  test("without any, counts are 0 and the rest is null", () => {
    expect(tradeMetrics([])).toEqual({
      closedTrades: 0,
      wins: 0,
      losses: 0,
      winRate: null,
      profitFactor: null,
      expectancyUnits: null,
      expectancyRatio: null,
      payoff: null,
      systemQuality: null,
      bestTrade: null,
      worstTrade: null,
      longestWinStreak: 0,
      longestLossStreak: 0,
      averageHoldingMs: null,
    });
  });
});

const fill = (changed: Partial<ExecutedFill>): ExecutedFill => ({
  side: "buy",
  ticks: 10_000,
  lots: 100,
  feeUnits: 500,
  feeAsset: "USDT",
  decisionTicks: 10_000,
  ...changed,
});

describe("executions", () => {
  test("slippage is a cost when a buy is dearer or a sell cheaper than decided, weighted by value", () => {
    const bps = (...fills: ExecutedFill[]) => executionMetrics(INSTRUMENT, fills).averageSlippageBps;
    expect(bps(fill({ ticks: 10_005 }))).toBeCloseTo(5, 9);
    expect(bps(fill({ side: "sell", ticks: 9_995 }))).toBeCloseTo(5, 9);
    expect(bps(fill({ ticks: 9_995 }))).toBeCloseTo(-5, 9);
    expect(bps(fill({ ticks: 10_010, lots: 300 }), fill({}))).toBeCloseTo(7.5, 9);
    expect(bps()).toBeNull();
  });

  test("fees add up in the quote asset; a base-asset fee counts at its fill's price", () => {
    const { totalFeesUnits, averageFeeUnits, tradedUnits } = executionMetrics(INSTRUMENT, [
      fill({}),
      fill({ feeAsset: "BTC", feeUnits: 3 }), // 100 USDT a bitcoin
      fill({ feeAsset: "BNB", feeUnits: 999 }),
    ]);
    expect([totalFeesUnits, averageFeeUnits, tradedUnits]).toEqual([800, 800 / 3, 30_000_000]);
  });
});

/** Sixty days from 10,000: up 1 %, down 0.5 %, in turn. */
function alternating(): EquityCurve {
  const curve = new EquityCurve(MIDNIGHT, 1_000_000_000_000);
  for (let day = 1; day <= 60; day++) {
    curve.push(MIDNIGHT + day * DAY_MS, curve.endUnits * (day % 2 === 1 ? 1.01 : 0.995), 0.25);
  }
  return curve;
}
const input = (curve: EquityCurve) => ({
  instrument: INSTRUMENT,
  curve,
  closedTrades: [trade(30), trade(-10)],
  fills: [fill({ lots: 10_000_000 })],
  firstPrice: 40_000,
  lastPrice: 44_000,
});

describe("performance", () => {
  const performance = performanceOf(input(alternating()));
  const whole = (1.01 * 0.995) ** 30 - 1;

  test("of sixty alternating days is what the formulas give by hand", () => {
    const mean = 0.0025;
    const deviation = 0.0075 * Math.sqrt(60 / 59);
    expect(performance).toMatchObject({ periodMs: DAY_MS, periods: 60, closedTrades: 2, fills: 1 });
    expect(performance.returnFraction).toBeCloseTo(whole, 10);
    expect(performance.annualGrowth).toBeCloseTo((1 + whole) ** (365 / 60) - 1, 9);
    expect(performance.annualVolatility).toBeCloseTo(deviation * Math.sqrt(365), 10);
    expect(performance.sharpe).toBeCloseTo((mean / deviation) * Math.sqrt(365), 8);
    expect(performance.sortino).toBeCloseTo((mean * 365) / (Math.sqrt(0.005 ** 2 / 2) * Math.sqrt(365)), 8);
    expect(performance.omega).toBeCloseTo(2, 10);
    expect(performance.maxDrawdown).toBeCloseTo(0.005, 10);
    expect(performance.calmar).toBeCloseTo(performance.annualGrowth! / 0.005, 6);
    expect(performance.cvar95).toBeCloseTo(-0.005, 10);
  });

  test("is set against buy-and-hold, exposure and turnover", () => {
    expect(performance.buyAndHoldReturn).toBeCloseTo(0.1, 12);
    expect(performance.excessReturn).toBeCloseTo(whole - 0.1, 10);
    expect(performance.averageExposure).toBe(0.25);
    const { units, length } = alternating();
    const meanUnits = units.subarray(0, length).reduce((a, b) => a + b) / length;
    expect(performance.turnover).toBeCloseTo(1_000_000_000_000 / meanUnits, 10);
  });

  test("the composite weighs its five parts", () => {
    const parts = { sortino: 2, sharpe: 1, returnFraction: 0.5, maxDrawdown: 0.2, volatility: 0.3 };
    expect(compositeScore(parts)).toBeCloseTo(1.1 + 0.25 + 0.1 - 0.07 - 0.03, 12);
    for (const name of Object.keys(parts)) expect(compositeScore({ ...parts, [name]: null })).toBeNull();
  });

  test("a stated period is used: by the hour the same year has 8,760 periods", () => {
    const curve = new EquityCurve(MIDNIGHT, 1_000);
    for (const [i, units] of [1_010, 1_000, 1_020].entries()) curve.push(MIDNIGHT + (i + 1) * HOUR, units, 0);
    const hourly = performanceOf({ ...input(curve), periodMs: HOUR });
    const daily = performanceOf({ ...input(curve), periodMs: DAY_MS });
    expect([hourly.periods, daily.periods]).toEqual([3, 1]);
    expect(hourly.sharpe).not.toBeNull();
    expect(daily.sharpe).toBeNull();
    expect(hourly.annualGrowth).toBeNull(); // three hours say nothing about a year
  });

  test("of an account that has just begun has money at 0 and every ratio null", () => {
    const fresh = performanceOf({
      ...input(new EquityCurve(MIDNIGHT, 1_000)),
      closedTrades: [],
      fills: [],
      lastPrice: null,
    });
    expect(fresh).toMatchObject({ pnlUnits: 0, returnFraction: 0, periods: 0, totalFeesUnits: 0 });
    const ratios = ["annualGrowth", "sharpe", "sortino", "calmar", "omega", "cvar95", "composite"] as const;
    for (const name of [...ratios, "maxDrawdown", "turnover", "buyAndHoldReturn", "bestDay"] as const) {
      expect(fresh[name]).toBeNull();
    }
  });

  test("is plain JSON: nothing is NaN, infinite or lost", () => {
    expect(JSON.parse(JSON.stringify(performance))).toEqual(performance);
  });
});

describe("the report", () => {
  const performance = performanceOf(input(alternating()));
  const report = reportOf(performance, "USDT");
  const figures = report.sections.flatMap((section) => section.figures);

  test("has every figure once, with its value, kind and date", () => {
    expect(report.sections.map((section) => section.title)).toEqual(["Result", "Risk", "Trades", "Costs"]);
    expect(new Set(figures.map((figure) => figure.key)).size).toBe(figures.length);
    expect(figures.find((figure) => figure.key === "worst_day")).toEqual({
      key: "worst_day",
      label: "Worst day",
      kind: "share",
      value: performance.worstDay!.returnFraction,
      at: performance.worstDay!.at,
      isSigned: true,
    });
  });

  test("leaves what is undefined undefined", () => {
    const fresh = reportOf(
      performanceOf({ ...input(new EquityCurve(MIDNIGHT, 1_000)), closedTrades: [] }),
      "USDT",
    );
    const values = new Map(
      fresh.sections.flatMap((s) => s.figures).map((figure) => [figure.key, figure.value]),
    );
    for (const key of ["sharpe", "win_rate", "max_drawdown", "best_trade"])
      expect(values.get(key)).toBeNull();
    expect(values.get("closed_trades")).toBe(0);
  });
});
