/** Accounts: one ledger each. A reset closes one and opens the next, so that history stays. */
import type { Actor } from "../src/core/actor.ts";
import { exact } from "../src/core/money.ts";
import type { Reader, Tx } from "./transaction.ts";

export type AccountKind = "paper" | "live";

export interface NewAccount {
  readonly kind: AccountKind;
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  /** Base units (1e-8) of one lot. */
  readonly lotUnits: number;
  readonly startingCashUnits: number;
  readonly startingLots: number;
  /** Quote units paid for the starting lots. */
  readonly startingCostUnits: number;
}

export interface Account extends NewAccount {
  readonly id: number;
  readonly openedAt: number;
  readonly closedAt: number | null;
}

const COLUMNS = `id, kind, symbol, base_asset AS baseAsset, quote_asset AS quoteAsset, lot_units AS lotUnits,
  starting_cash_units AS startingCashUnits, starting_lots AS startingLots, starting_cost_units AS startingCostUnits,
  opened_at AS openedAt, closed_at AS closedAt`;

/** Opens an account with its starting position and balances, and closes the open one of its kind. */
export function openAccount(tx: Tx, account: NewAccount, actor: Actor): Account {
  const previous = openAccountOf(tx, account.kind);
  if (previous !== null) {
    tx.run("UPDATE accounts SET closed_at = $now WHERE id = $id", { id: previous.id, now: tx.now });
  }
  const { lastId: id } = tx.run(
    `INSERT INTO accounts (kind, symbol, opened_at, base_asset, quote_asset, lot_units,
       starting_cash_units, starting_lots, starting_cost_units)
     VALUES ($kind, $symbol, $now, $baseAsset, $quoteAsset, $lotUnits,
       $startingCashUnits, $startingLots, $startingCostUnits)`,
    { ...account, now: tx.now },
  );
  openLedger(tx, id, account);
  tx.audit({
    category: "trading",
    type: "account_opened",
    actor,
    summary: `Opened ${account.kind} account ${id} for ${account.symbol}.`,
    facts: { accountId: id, ...account, closedAccountId: previous?.id ?? null },
  });
  return { ...account, id, openedAt: tx.now, closedAt: null };
}

function openLedger(tx: Tx, accountId: number, account: NewAccount): void {
  tx.run(
    `INSERT INTO positions (account_id, lots, cost_units, realised_units, fees_units, opened_at, updated_at)
     VALUES ($accountId, $lots, $costUnits, 0, 0, $openedAt, $now)`,
    {
      accountId,
      lots: account.startingLots,
      costUnits: account.startingCostUnits,
      openedAt: account.startingLots > 0 ? tx.now : null,
      now: tx.now,
    },
  );
  const insertBalance = "INSERT INTO balances (account_id, asset, units) VALUES (?, ?, ?)";
  tx.run(insertBalance, [accountId, account.quoteAsset, account.startingCashUnits]);
  tx.run(insertBalance, [accountId, account.baseAsset, exact(account.startingLots * account.lotUnits)]);
}

/** The open account of a kind: there is at most one. */
export const openAccountOf = (reader: Reader, kind: AccountKind): Account | null =>
  reader.get<Account>(`SELECT ${COLUMNS} FROM accounts WHERE kind = $kind AND closed_at IS NULL`, { kind });

export const accountById = (reader: Reader, id: number): Account | null =>
  reader.get<Account>(`SELECT ${COLUMNS} FROM accounts WHERE id = $id`, { id });
