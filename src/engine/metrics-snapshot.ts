/** The account's figures as they stood when a position was closed. */
import type { Account } from "../../db/accounts.ts";
import type { Tx } from "../../db/database.ts";
import { insertMetrics } from "../../db/snapshots.ts";
import type { JsonValue } from "../core/event.ts";
import { accountPerformance } from "./account-performance.ts";
import type { FillFold } from "./fill-fold.ts";
import type { Trader } from "./trader.ts";

export function snapshotMetrics(tx: Tx, account: Account, fold: FillFold, trader: Trader): void {
  // Samples may miss the deepest point; the trader has kept it.
  const { maxDrawdown } = trader;
  const performance = accountPerformance(
    tx,
    account,
    trader.rules.instrument,
    fold.of(tx, account),
    { fromAt: null, toAt: tx.now },
    "sampled",
  );
  const metrics = JSON.parse(JSON.stringify({ ...performance, maxDrawdown })) as JsonValue;
  insertMetrics(tx, { accountId: account.id, at: tx.now, metrics });
}
