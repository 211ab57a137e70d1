/** What the open account is worth now: balances and position as stored, marked at the last price heard. */
import { type Account, openAccountOf } from "../../db/accounts.ts";
import type { Reader } from "../../db/database.ts";
import { loadBalances, loadPosition } from "../../db/positions.ts";
import { lastEquity } from "../../db/snapshots.ts";
import { type Instrument, notionalUnits } from "../core/instrument.ts";
import type { Position } from "../core/position.ts";
import type { EngineView } from "./status-source.ts";

export interface AccountView {
  readonly account: Account;
  readonly position: Position;
  /** Held, but below what the exchange lets us sell: counts as flat. */
  readonly isDust: boolean;
  /** Average entry in ticks, not necessarily a whole one; null when flat. */
  readonly entryTicks: number | null;
  /** What the position is marked at; null when no price was ever known (the position then counts at its cost). */
  readonly markTicks: number | null;
  readonly notionalUnits: number;
  readonly unrealisedUnits: number;
  readonly cashUnits: number;
  readonly equityUnits: number;
  readonly startUnits: number;
  readonly peakUnits: number;
  /** Fall below the peak and share held as position, as fractions. */
  readonly drawdown: number;
  readonly exposure: number;
  /** Since the UTC day opened; null before its books are open. */
  readonly todayUnits: number | null;
  /** When the newest snapshot was taken; null before the first. */
  readonly snapshotAt: number | null;
}

const accountOf = (reader: Reader, engine: EngineView): Account | null =>
  openAccountOf(reader, engine.mode === "live" ? "live" : "paper");

/** Null while no account is open. */
export function accountView(reader: Reader, instrument: Instrument, engine: EngineView): AccountView | null {
  const account = accountOf(reader, engine);
  if (account === null) return null;
  const position = loadPosition(reader, account.id);
  const cashUnits = loadBalances(reader, account.id)[account.quoteAsset] ?? 0;
  const snapshot = lastEquity(reader, account.id);
  const { lots, costUnits } = position;
  const markTicks = engine.price?.ticks ?? snapshot?.markTicks ?? null;
  const valueUnits = markTicks === null ? costUnits : notionalUnits(instrument, markTicks, lots);
  const equityUnits = cashUnits + valueUnits;
  const startUnits = account.startingCashUnits + account.startingCostUnits;
  const peakUnits = Math.max(startUnits, snapshot?.peakUnits ?? 0, equityUnits);
  return {
    account,
    position,
    isDust: lots > 0 && (lots < instrument.lotSize.minLots || valueUnits < instrument.minNotionalUnits),
    entryTicks: lots === 0 ? null : costUnits / (lots * instrument.unitsPerTickLot),
    markTicks,
    notionalUnits: valueUnits,
    unrealisedUnits: valueUnits - costUnits,
    cashUnits,
    equityUnits,
    startUnits,
    peakUnits,
    drawdown: peakUnits === 0 ? 0 : (peakUnits - equityUnits) / peakUnits,
    exposure: equityUnits <= 0 ? 0 : valueUnits / equityUnits,
    todayUnits: engine.today === null ? null : equityUnits - engine.today.openingUnits,
    snapshotAt: snapshot?.at ?? null,
  };
}
