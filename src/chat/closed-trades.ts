/** Closed trades of a span, and what they came to. */
import type { ClosedTrade } from "../core/position.ts";
import type { AccountCapability } from "./trading-capabilities.ts";

const TRADES_A_PAGE = 100;
const MOST_PAGES = 100;

/** Newest first. */
export function tradesSince(
  account: Pick<AccountCapability, "closedTrades">,
  fromAt: number,
): readonly ClosedTrade[] {
  const found: ClosedTrade[] = [];
  for (let number = 1; number <= MOST_PAGES; number++) {
    const { pages, rows } = account.closedTrades(number, TRADES_A_PAGE);
    const recent = rows.filter(({ exitAt }) => exitAt >= fromAt);
    found.push(...recent);
    if (number >= pages || recent.length < rows.length) break;
  }
  return found;
}

export interface TradesSum {
  readonly count: number;
  readonly won: number;
  readonly lost: number;
  /** Net of fees. */
  readonly pnlUnits: number;
  readonly feesUnits: number;
}

export const sumOfTrades = (trades: readonly ClosedTrade[]): TradesSum => ({
  count: trades.length,
  won: trades.filter(({ pnlUnits }) => pnlUnits > 0).length,
  lost: trades.filter(({ pnlUnits }) => pnlUnits < 0).length,
  pnlUnits: trades.reduce((sum, { pnlUnits }) => sum + pnlUnits, 0),
  feesUnits: trades.reduce((sum, { feesUnits }) => sum + feesUnits, 0),
});
