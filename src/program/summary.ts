/** The closing summary of a headless run, from the database alone: the same run prints the same lines. */
import { verifyChain } from "../../db/audit-chain.ts";
import { countByReason, countBySignalReason } from "../../db/decisions.ts";
import { countFills } from "../../db/fills.ts";
import { equityHistory, lastEquity } from "../../db/snapshots.ts";
import type { App } from "../app.ts";
import { decimalFromUnits } from "../core/money.ts";
import { rebuildLedger } from "../engine/recovery.ts";

export interface SummaryFacts {
  readonly candles: number;
  readonly decisions: Readonly<Record<string, number>>;
  readonly signals: Readonly<Record<string, number>>;
  readonly fills: number;
  readonly feesUnits: number;
  readonly equityUnits: number;
  readonly maxDrawdown: number;
  readonly auditRows: number;
  readonly headHash: string;
  readonly isChainWhole: boolean;
  readonly mismatches: number;
}

export function summaryFacts(app: App, candles: number): SummaryFacts {
  const { account, trader } = app.engine.current();
  return app.database.read((reader) => {
    const chain = verifyChain(reader);
    const { ledger, mismatches } = rebuildLedger(reader, account, trader.rules);
    return {
      candles,
      decisions: countByReason(reader, account.id),
      signals: countBySignalReason(reader, account.id),
      fills: countFills(reader, account.id),
      feesUnits: ledger.feesUnits,
      equityUnits: lastEquity(reader, account.id)?.equityUnits ?? ledger.cashUnits,
      maxDrawdown: trader.maxDrawdown,
      auditRows: chain.rows,
      headHash: chain.headHash,
      isChainWhole: chain.ok,
      mismatches: mismatches.length,
    };
  });
}

/** Lines for people; `equityHistory` is thinned by the store, so any length of run prints in the same time. */
export function summaryLines(app: App, title: string, facts: SummaryFacts): readonly string[] {
  const { account, trader } = app.engine.current();
  const { quoteAsset } = trader.rules.instrument;
  const points = app.database.read((reader) => equityHistory(reader, account.id, { maxPoints: 48 }));
  const startUnits = account.startingCashUnits + account.startingCostUnits;
  const change = ((facts.equityUnits - startUnits) / startUnits) * 100;
  const counted = (counts: Readonly<Record<string, number>>): string[] =>
    Object.entries(counts)
      .toSorted(([a, x], [b, y]) => y - x || a.localeCompare(b))
      .map(([reason, count]) => `    ${reason.padEnd(26)}${String(count).padStart(7)}`);
  return [
    title,
    `  candles           ${facts.candles}`,
    `  strategy          ${trader.rules.strategy.name}, config version ${trader.rules.configVersion}`,
    "  signals by reason",
    ...counted(facts.signals),
    "  decisions by reason",
    ...counted(facts.decisions),
    `  fills             ${facts.fills}`,
    `  fees              ${decimalFromUnits(facts.feesUnits)} ${quoteAsset}`,
    `  equity            ${decimalFromUnits(facts.equityUnits)} ${quoteAsset} (${change >= 0 ? "+" : ""}${change.toFixed(3)} %)`,
    `  equity curve      ${sparkline(points.map((point) => point.equityUnits))}`,
    `  max drawdown      ${(facts.maxDrawdown * 100).toFixed(3)} %`,
    `  ledger            ${facts.mismatches === 0 ? "the position is the sum of the fills, to the last unit" : "DOES NOT ADD UP"}`,
    `  audit rows        ${facts.auditRows}`,
    `  audit chain       ${facts.isChainWhole ? "chain verified" : "CHAIN BROKEN"}, head ${facts.headHash.slice(0, 16)}`,
  ];
}

const BLOCKS = "▁▂▃▄▅▆▇█";

function sparkline(values: readonly number[]): string {
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  if (values.length === 0) return "";
  return values
    .map((value) => BLOCKS[span === 0 ? 0 : Math.round(((value - low) / span) * (BLOCKS.length - 1))])
    .join("");
}
