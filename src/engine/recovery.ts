/** Start-up is the recovery path: the trader is rebuilt from stored candles, fills and memory, and held against what is stored. */
import type { Account } from "../../db/accounts.ts";
import { loadColumns } from "../../db/candles.ts";
import type { Reader } from "../../db/database.ts";
import { lastDecision } from "../../db/decisions.ts";
import { loadMemory } from "../../db/engine-memory.ts";
import { fillsOf } from "../../db/fills.ts";
import { loadBalances, loadPosition } from "../../db/positions.ts";
import { timeframeMs } from "../core/timeframe.ts";
import { Ledger } from "../ledger/ledger.ts";
import type { Rules } from "./rules.ts";
import { ATR_PERIOD, lastTimingCloseOf, Trader, VOLATILITY_WINDOW } from "./trader.ts";

/** Timing candles a trader needs before it may be trusted, and is always rebuilt from. */
export function warmupCandles(rules: Rules): number {
  const { timing, regime, timingWarmup, regimeWarmup } = rules.needs;
  const perRegime = regime === null ? 1 : timeframeMs(regime) / timeframeMs(timing);
  return Math.max(timingWarmup, (regimeWarmup + 1) * perRegime, VOLATILITY_WINDOW + ATR_PERIOD);
}

/** One way in which stored rows disagree; every one stops trading. */
export interface Mismatch {
  readonly what: string;
  readonly stored: number;
  readonly rebuilt: number;
}

/** The ledger as the fills say, and where the stored position disagrees with it. */
export function rebuildLedger(
  reader: Reader,
  account: Account,
  rules: Pick<Rules, "instrument">,
): { ledger: Ledger; mismatches: Mismatch[] } {
  const { instrument } = rules;
  const start = {
    cashUnits: account.startingCashUnits,
    lots: account.startingLots,
    costUnits: account.startingCostUnits,
  };
  const ledger = new Ledger(instrument, start, account.openedAt);
  for (const fill of fillsOf(reader, account.id)) ledger.apply(fill, fill.purpose);
  const position = loadPosition(reader, account.id);
  const balances = loadBalances(reader, account.id);
  const pairs: readonly (readonly [string, number, number])[] = [
    ["lots", position?.lots ?? 0, ledger.lots],
    ["cost", position?.costUnits ?? 0, ledger.costUnits],
    ["realised", position?.realisedUnits ?? 0, ledger.realisedUnits],
    ["fees", position?.feesUnits ?? 0, ledger.feesUnits],
    [instrument.quoteAsset, balances[instrument.quoteAsset] ?? 0, ledger.cashUnits],
    [instrument.baseAsset, balances[instrument.baseAsset] ?? 0, ledger.baseUnits],
  ];
  const mismatches = pairs
    .filter(([, stored, rebuilt]) => stored !== rebuilt)
    .map(([what, stored, rebuilt]) => ({ what, stored, rebuilt }));
  return { ledger, mismatches };
}

/**
 * The trader as it was after the last commit, fed with the stored timing candles up to the last it had seen: later ones may
 * be stored too, and pass it with the next cycle like any other.
 */
export function rebuildTrader(
  reader: Reader,
  account: Account,
  symbol: string,
  rules: Rules,
): { trader: Trader; mismatches: Mismatch[] } {
  const { ledger, mismatches } = rebuildLedger(reader, account, rules);
  const trader = new Trader(rules, ledger);
  const memory = loadMemory(reader, account.id);
  // A memory from before the first candle knows of none: then all that is stored is history.
  const seenUntil = memory === null ? 0 : lastTimingCloseOf(memory);
  const candles = loadColumns(reader, symbol, rules.needs.timing, {
    last: 2 * warmupCandles(rules),
    ...(seenUntil > 0 && { toAt: seenUntil }),
  });
  for (let i = 0; i < candles.length; i++) trader.feedTiming(candles, i);
  if (memory !== null) trader.restore(memory);
  const isMarkOlder = trader.lastTimingCloseAt > trader.markedAt;
  if (candles.length > 0 && isMarkOlder) trader.mark(candles.close[candles.length - 1]!);
  if (ledger.lots > 0 && !trader.exits.isArmed && candles.length > 0) trader.armExits();
  trader.lastDecidedAt = Math.max(trader.lastDecidedAt, lastDecision(reader, account.id)?.candleCloseAt ?? 0);
  return { trader, mismatches };
}
