/** Performance as sections of labelled figures, in the order people read them: terminal, chat and page render the same report. */
import type { Performance } from "./performance.ts";

/** How a value is to be written: `money` in quote units (1e-8), `share` a fraction shown in percent, `duration` in ms. */
export type FigureKind = "money" | "share" | "ratio" | "bps" | "count" | "duration" | "instant";

export interface Figure {
  /** Stable, for tests, JSON and translation. */
  readonly key: string;
  readonly label: string;
  readonly kind: FigureKind;
  /** Null is shown as “n/a”. */
  readonly value: number | null;
  /** When it happened, epoch ms, for figures that belong to an instant. */
  readonly at: number | null;
  /** Whether a sign belongs to it (gains and losses). */
  readonly isSigned: boolean;
}

export interface ReportSection {
  readonly title: string;
  readonly figures: readonly Figure[];
}

export interface Report {
  readonly startedAt: number;
  readonly endedAt: number;
  /** The quote asset money is in. */
  readonly currency: string;
  /** What the returns of risk figures were taken over. */
  readonly periodMs: number;
  readonly sections: readonly ReportSection[];
}

export function reportOf(performance: Performance, currency: string): Report {
  const { startedAt, endedAt, periodMs } = performance;
  const sections = [
    resultSection(performance),
    riskSection(performance),
    tradesSection(performance),
    costsSection(performance),
  ];
  return { startedAt, endedAt, currency, periodMs, sections };
}

function resultSection(p: Performance): ReportSection {
  return {
    title: "Result",
    figures: [
      figure("end_equity", "Equity", "money", p.endUnits),
      signed("pnl", "PnL", "money", p.pnlUnits),
      signed("return", "Return", "share", p.returnFraction),
      signed("annual_growth", "CAGR", "share", p.annualGrowth),
      signed("buy_and_hold", "Buy and hold", "share", p.buyAndHoldReturn),
      signed("excess_return", "Vs buy and hold", "share", p.excessReturn),
      signed("best_day", "Best day", "share", p.bestDay?.returnFraction ?? null, p.bestDay?.at),
      signed("worst_day", "Worst day", "share", p.worstDay?.returnFraction ?? null, p.worstDay?.at),
      signed("composite", "Composite score", "ratio", p.composite),
    ],
  };
}

function riskSection(p: Performance): ReportSection {
  return {
    title: "Risk",
    figures: [
      figure("max_drawdown", "Max drawdown", "share", p.maxDrawdown, p.drawdownTroughAt),
      figure("drawdown_peak", "Fell from the peak of", "instant", p.drawdownPeakAt),
      figure("drawdown_recovered", "Peak regained", "instant", p.drawdownRecoveredAt),
      figure("longest_underwater", "Longest under water", "duration", p.longestUnderwaterMs),
      figure("underwater", "Time under water", "share", p.underwaterFraction),
      figure("volatility", "Volatility a year", "share", p.annualVolatility),
      signed("sharpe", "Sharpe", "ratio", p.sharpe),
      signed("sortino", "Sortino", "ratio", p.sortino),
      signed("calmar", "Calmar", "ratio", p.calmar),
      figure("omega", "Omega", "ratio", p.omega),
      signed("cvar_95", "CVaR 95", "share", p.cvar95),
      figure("average_exposure", "Average exposure", "share", p.averageExposure),
    ],
  };
}

function tradesSection(p: Performance): ReportSection {
  const { bestTrade, worstTrade } = p;
  return {
    title: "Trades",
    figures: [
      figure("closed_trades", "Closed trades", "count", p.closedTrades),
      figure("win_rate", "Win rate", "share", p.winRate),
      figure("profit_factor", "Profit factor", "ratio", p.profitFactor),
      signed("expectancy", "Expectancy", "money", p.expectancyUnits),
      signed("expectancy_ratio", "Expectancy ratio", "ratio", p.expectancyRatio),
      figure("payoff", "Payoff", "ratio", p.payoff),
      signed("sqn", "SQN", "ratio", p.systemQuality),
      signed("best_trade", "Best trade", "money", bestTrade?.pnlUnits ?? null, bestTrade?.exitAt),
      signed("worst_trade", "Worst trade", "money", worstTrade?.pnlUnits ?? null, worstTrade?.exitAt),
      figure("win_streak", "Longest win streak", "count", p.longestWinStreak),
      figure("loss_streak", "Longest loss streak", "count", p.longestLossStreak),
      figure("average_holding", "Average holding time", "duration", p.averageHoldingMs),
    ],
  };
}

function costsSection(p: Performance): ReportSection {
  return {
    title: "Costs",
    figures: [
      figure("fills", "Fills", "count", p.fills),
      figure("total_fees", "Fees", "money", p.totalFeesUnits),
      figure("average_fee", "Average fee", "money", p.averageFeeUnits),
      signed("slippage", "Average slippage", "bps", p.averageSlippageBps),
      figure("turnover", "Turnover", "ratio", p.turnover),
    ],
  };
}

const figure = (
  key: string,
  label: string,
  kind: FigureKind,
  value: number | null,
  at: number | null = null,
): Figure => ({ key, label, kind, value, at, isSigned: false });

const signed = (...args: Parameters<typeof figure>): Figure => ({ ...figure(...args), isSigned: true });
