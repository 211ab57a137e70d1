/**
 * Position and balances of an account. They have no audit events of their own: they are the sum of the fills that are
 * audited in the same transaction, and are rebuilt from those and compared at every start.
 */
import { invariant } from "../src/core/errors.ts";
import type { Position } from "../src/core/position.ts";
import type { Reader, Tx } from "./transaction.ts";

/** Units (1e-8) by asset. */
export type Balances = Readonly<Record<string, number>>;

/** Assets not named keep their balance. A negative balance or quantity throws (`database_refused`). */
export function savePosition(tx: Tx, accountId: number, position: Position, balances: Balances): void {
  const { lots, costUnits, realisedUnits, feesUnits, openedAt } = position;
  const { changes } = tx.run(
    `UPDATE positions SET lots = $lots, cost_units = $costUnits, realised_units = $realisedUnits,
       fees_units = $feesUnits, opened_at = $openedAt, updated_at = $now WHERE account_id = $accountId`,
    { accountId, lots, costUnits, realisedUnits, feesUnits, openedAt, now: tx.now },
  );
  invariant(changes === 1, "position_missing", "A position was saved for an account that was never opened.", {
    accountId,
  });
  for (const [asset, units] of Object.entries(balances)) {
    tx.run(
      `INSERT INTO balances (account_id, asset, units) VALUES ($accountId, $asset, $units)
       ON CONFLICT (account_id, asset) DO UPDATE SET units = excluded.units`,
      { accountId, asset, units },
    );
  }
}

/** Throws InvariantError `position_missing` for an account that was never opened. */
export function loadPosition(reader: Reader, accountId: number): Position {
  const position = reader.get<Position>(
    `SELECT lots, cost_units AS costUnits, realised_units AS realisedUnits, fees_units AS feesUnits,
       opened_at AS openedAt FROM positions WHERE account_id = $accountId`,
    { accountId },
  );
  invariant(position !== null, "position_missing", "An account has no position row.", { accountId });
  return position;
}

export function loadBalances(reader: Reader, accountId: number): Balances {
  const sql = "SELECT asset, units FROM balances WHERE account_id = $accountId ORDER BY asset";
  return Object.fromEntries(reader.values<readonly [string, number]>(sql, { accountId }));
}
