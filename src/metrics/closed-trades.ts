/** Figures of closed trades, net of fees. A trade that made exactly nothing is neither a win nor a loss. */
import type { ClosedTrade } from "../core/position.ts";
import { systemQuality } from "./statistics.ts";

export interface TradeResult {
  readonly exitAt: number;
  readonly pnlUnits: number;
  /** Pnl ÷ what was paid; null when nothing was. */
  readonly returnFraction: number | null;
}

export interface TradeMetrics {
  readonly closedTrades: number;
  readonly wins: number;
  readonly losses: number;
  readonly winRate: number | null;
  /** Gross profit ÷ gross loss; null without a loss. */
  readonly profitFactor: number | null;
  /** Mean pnl of a closed trade, quote units. */
  readonly expectancyUnits: number | null;
  /** Expectancy ÷ average loss: what is won for every unit a losing trade costs. */
  readonly expectancyRatio: number | null;
  /** Average win ÷ average loss. */
  readonly payoff: number | null;
  readonly systemQuality: number | null;
  readonly bestTrade: TradeResult | null;
  readonly worstTrade: TradeResult | null;
  readonly longestWinStreak: number;
  readonly longestLossStreak: number;
  readonly averageHoldingMs: number | null;
}

/** Over closed trades in the order they were closed. */
export function tradeMetrics(trades: readonly ClosedTrade[]): TradeMetrics {
  const count = trades.length;
  const pnls = new Float64Array(count);
  let wins = 0;
  let losses = 0;
  let profit = 0;
  let loss = 0;
  let holdingMs = 0;
  let best = 0;
  let worst = 0;
  let streak = 0;
  let longestWins = 0;
  let longestLosses = 0;
  for (let i = 0; i < count; i++) {
    const { pnlUnits, entryAt, exitAt } = trades[i]!;
    pnls[i] = pnlUnits;
    holdingMs += exitAt - entryAt;
    if (pnlUnits > 0) {
      wins += 1;
      profit += pnlUnits;
      streak = streak > 0 ? streak + 1 : 1;
    } else if (pnlUnits < 0) {
      losses += 1;
      loss -= pnlUnits;
      streak = streak < 0 ? streak - 1 : -1;
    } else streak = 0;
    longestWins = Math.max(longestWins, streak);
    longestLosses = Math.max(longestLosses, -streak);
    if (pnlUnits > pnls[best]!) best = i;
    if (pnlUnits < pnls[worst]!) worst = i;
  }
  const expectancy = count === 0 ? null : (profit - loss) / count;
  const averageLoss = losses === 0 ? null : loss / losses;
  return {
    closedTrades: count,
    wins,
    losses,
    winRate: count === 0 ? null : wins / count,
    profitFactor: losses === 0 ? null : profit / loss,
    expectancyUnits: expectancy,
    expectancyRatio: expectancy === null || averageLoss === null ? null : expectancy / averageLoss,
    payoff: wins === 0 || averageLoss === null ? null : profit / wins / averageLoss,
    systemQuality: systemQuality(pnls),
    bestTrade: resultOf(trades[best]),
    worstTrade: resultOf(trades[worst]),
    longestWinStreak: longestWins,
    longestLossStreak: longestLosses,
    averageHoldingMs: count === 0 ? null : holdingMs / count,
  };
}

function resultOf(trade: ClosedTrade | undefined): TradeResult | null {
  if (!trade) return null;
  const { exitAt, pnlUnits, entryUnits } = trade;
  return { exitAt, pnlUnits, returnFraction: entryUnits > 0 ? pnlUnits / entryUnits : null };
}
