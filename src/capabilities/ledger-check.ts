import type { Account } from "../../db/accounts.ts";
import type { Reader } from "../../db/database.ts";
import { loadBalances, loadPosition } from "../../db/positions.ts";
import type { Ledger } from "../ledger/ledger.ts";

/** Where the stored position and balances differ from a ledger folded from the fills; empty when they agree to the last unit. */
export function ledgerMismatches(reader: Reader, account: Account, ledger: Ledger): readonly string[] {
  const position = loadPosition(reader, account.id);
  const balances = loadBalances(reader, account.id);
  const pairs: readonly (readonly [string, number, number])[] = [
    ["lots", position.lots, ledger.lots],
    ["cost", position.costUnits, ledger.costUnits],
    ["realised", position.realisedUnits, ledger.realisedUnits],
    ["fees", position.feesUnits, ledger.feesUnits],
    [account.quoteAsset, balances[account.quoteAsset] ?? 0, ledger.cashUnits],
    [account.baseAsset, balances[account.baseAsset] ?? 0, ledger.baseUnits],
  ];
  return pairs
    .filter(([, stored, summed]) => stored !== summed)
    .map(([what, stored, summed]) => `${what}: stored ${stored}, fills say ${summed}`);
}
