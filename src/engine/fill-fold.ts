/** An account's fills folded through the ledger once: closed trades and sums, brought up to date with what was booked since. */
import type { Account } from "../../db/accounts.ts";
import type { Reader } from "../../db/database.ts";
import { fillsAfter, hasFill, type StoredFill } from "../../db/fills.ts";
import type { Instrument } from "../core/instrument.ts";
import type { ClosedTrade } from "../core/position.ts";
import { Ledger } from "../ledger/ledger.ts";

export interface Folded {
  readonly ledger: Ledger;
  /** In the order they were booked. */
  readonly fills: readonly StoredFill[];
  /** In the order they were closed. */
  readonly closedTrades: readonly ClosedTrade[];
}

interface Kept extends Folded {
  readonly accountId: number;
  readonly fills: StoredFill[];
  readonly closedTrades: ClosedTrade[];
}

export class FillFold {
  readonly #instrument: Instrument;
  #kept: Kept | null = null;

  constructor(instrument: Instrument) {
    this.#instrument = instrument;
  }

  /** Work grows with the fills booked since the last call. Throws InvariantError when they do not add up. */
  of(reader: Reader, account: Account): Folded {
    const kept = this.#usable(reader, account);
    this.#kept = null;
    for (const fill of fillsAfter(reader, account.id, kept.fills.at(-1)?.id ?? 0)) {
      const closed = kept.ledger.apply(fill, fill.purpose);
      kept.fills.push(fill);
      if (closed !== null) kept.closedTrades.push(closed);
    }
    this.#kept = kept;
    return kept;
  }

  /** What is kept holds for this account as long as its last fill is still there: one that was rolled back is not. */
  #usable(reader: Reader, account: Account): Kept {
    const kept = this.#kept;
    const last = kept?.fills.at(-1);
    const isThere = last === undefined || hasFill(reader, account.id, last.tradeId);
    if (kept !== null && kept.accountId === account.id && isThere) return kept;
    const start = {
      cashUnits: account.startingCashUnits,
      lots: account.startingLots,
      costUnits: account.startingCostUnits,
    };
    const ledger = new Ledger(this.#instrument, start, account.openedAt);
    return { accountId: account.id, ledger, fills: [], closedTrades: [] };
  }
}
