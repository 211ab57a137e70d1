/** Every figure of performance, from marked-to-market equity, closed trades and fills. Undefined is null. */
import type { Instrument } from "../core/instrument.ts";
import type { ClosedTrade } from "../core/position.ts";
import { type TradeMetrics, tradeMetrics } from "./closed-trades.ts";
import { drawdownOf } from "./drawdown.ts";
import type { EquityCurve } from "./equity-curve.ts";
import { type ExecutedFill, type ExecutionMetrics, executionMetrics } from "./executions.ts";
import { DAY_MS, type DayReturn, extremeDays, inferPeriodMs, periodReturns, YEAR_MS } from "./returns.ts";
import {
  annualVolatility,
  calmarRatio,
  compoundAnnualGrowth,
  conditionalValueAtRisk,
  mean,
  omegaRatio,
  sharpeRatio,
  sortinoRatio,
} from "./statistics.ts";

export interface PerformanceInput {
  readonly instrument: Instrument;
  readonly curve: EquityCurve;
  readonly closedTrades: readonly ClosedTrade[];
  readonly fills: readonly ExecutedFill[];
  /** The symbol's price when the curve began and now, for buy-and-hold; null when unknown. */
  readonly firstPrice: number | null;
  readonly lastPrice: number | null;
  /** What returns are taken over; inferred when left out (see `inferPeriodMs`). */
  readonly periodMs?: number;
}

/** Plain JSON. Shares are fractions of one; drawdowns are positive; instants are epoch ms. */
export interface Performance extends TradeMetrics, ExecutionMetrics {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly startUnits: number;
  readonly endUnits: number;
  readonly periodMs: number;
  /** How many returns the statistics rest on. */
  readonly periods: number;
  readonly pnlUnits: number;
  readonly returnFraction: number | null;
  /** Null in the first day: it would say nothing about a year. */
  readonly annualGrowth: number | null;
  readonly annualVolatility: number | null;
  readonly sharpe: number | null;
  readonly sortino: number | null;
  readonly calmar: number | null;
  readonly omega: number | null;
  /** Mean return of the worst 5 % of periods. */
  readonly cvar95: number | null;
  readonly composite: number | null;
  readonly maxDrawdown: number | null;
  readonly drawdownPeakAt: number | null;
  readonly drawdownTroughAt: number | null;
  readonly drawdownRecoveredAt: number | null;
  readonly longestUnderwaterMs: number | null;
  readonly underwaterFraction: number | null;
  readonly bestDay: DayReturn | null;
  readonly worstDay: DayReturn | null;
  readonly averageExposure: number | null;
  /** Value traded ÷ mean equity, over the whole time. */
  readonly turnover: number | null;
  readonly buyAndHoldReturn: number | null;
  /** Our return less buy-and-hold's. */
  readonly excessReturn: number | null;
}

export function performanceOf(input: PerformanceInput): Performance {
  const { curve, instrument } = input;
  const { startedAt, endedAt, startUnits, endUnits } = curve;
  const periodMs = input.periodMs ?? inferPeriodMs(curve);
  const returns = periodReturns(curve, periodMs);
  const periodsAYear = YEAR_MS / periodMs;
  const drawdown = drawdownOf(curve);
  const days = extremeDays(curve);
  const executions = executionMetrics(instrument, input.fills);

  const returnFraction = startUnits > 0 ? endUnits / startUnits - 1 : null;
  const spanMs = endedAt - startedAt;
  const annualGrowth = spanMs < DAY_MS ? null : compoundAnnualGrowth(startUnits, endUnits, spanMs / YEAR_MS);
  const volatility = annualVolatility(returns, periodsAYear);
  const sharpe = sharpeRatio(returns, periodsAYear);
  const sortino = sortinoRatio(returns, periodsAYear);
  const maxDrawdown = drawdown?.fraction ?? null;
  const meanUnits = mean(curve.units.subarray(0, curve.length));
  const buyAndHoldReturn = growth(input.firstPrice, input.lastPrice);
  return {
    ...tradeMetrics(input.closedTrades),
    ...executions,
    startedAt,
    endedAt,
    startUnits,
    endUnits,
    periodMs,
    periods: returns.length,
    pnlUnits: endUnits - startUnits,
    returnFraction,
    annualGrowth,
    annualVolatility: volatility,
    sharpe,
    sortino,
    calmar: calmarRatio(annualGrowth, maxDrawdown),
    omega: omegaRatio(returns),
    cvar95: conditionalValueAtRisk(returns),
    composite: compositeScore({ sortino, sharpe, returnFraction, maxDrawdown, volatility }),
    maxDrawdown,
    drawdownPeakAt: drawdown?.peakAt ?? null,
    drawdownTroughAt: drawdown?.troughAt ?? null,
    drawdownRecoveredAt: drawdown?.recoveredAt ?? null,
    longestUnderwaterMs: drawdown?.longestUnderwaterMs ?? null,
    underwaterFraction: drawdown?.underwaterFraction ?? null,
    bestDay: days.best,
    worstDay: days.worst,
    averageExposure: curve.averageExposure(),
    turnover: meanUnits === null || meanUnits <= 0 ? null : executions.tradedUnits / meanUnits,
    buyAndHoldReturn,
    excessReturn:
      buyAndHoldReturn === null || returnFraction === null ? null : returnFraction - buyAndHoldReturn,
  };
}

/** 0.55·Sortino + 0.25·Sharpe + 0.20·return − 0.35·max drawdown − 0.1·annual volatility; null when a part is. */
export function compositeScore(parts: {
  readonly sortino: number | null;
  readonly sharpe: number | null;
  readonly returnFraction: number | null;
  readonly maxDrawdown: number | null;
  readonly volatility: number | null;
}): number | null {
  const { sortino, sharpe, returnFraction, maxDrawdown, volatility } = parts;
  if (sortino === null || sharpe === null || returnFraction === null) return null;
  if (maxDrawdown === null || volatility === null) return null;
  return 0.55 * sortino + 0.25 * sharpe + 0.2 * returnFraction - 0.35 * maxDrawdown - 0.1 * volatility;
}

const growth = (first: number | null, last: number | null): number | null =>
  first === null || last === null || first <= 0 ? null : last / first - 1;
