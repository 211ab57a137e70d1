/** A new paper account in the place of the open one; its history stays. */
import type { Tx } from "../../db/database.ts";
import { activeLocks, addLock } from "../../db/locks.ts";
import { unsettledOrders } from "../../db/orders.ts";
import { readState } from "../../db/system-state.ts";
import type { AccountCapability } from "../chat/trading-capabilities.ts";
import type { Actor } from "../core/actor.ts";
import { refusal, success } from "../core/errors.ts";
import type { Instrument } from "../core/instrument.ts";
import { afterTransaction } from "./after-transaction.ts";
import { MANUAL_LOCK } from "./locks.ts";
import type { CapabilityParts } from "./parts.ts";

type Reset = AccountCapability["reset"];
type Seed = Parameters<Reset>[2];

/** Refused unless PAUSED, on paper, with nothing under way and a seed that the equity pays for. */
export function resetAccount(
  { engine }: CapabilityParts,
  tx: Tx,
  actor: Actor,
  seed: Seed,
): ReturnType<Reset> {
  const { account } = engine.current();
  if (account.kind !== "paper") return refusal("not_paper", { kind: account.kind });
  const { state } = readState(tx);
  if (state !== "PAUSED") return refusal("not_paused", { state });
  const open = unsettledOrders(tx, account.id).length;
  if (open > 0 || engine.isRunning) return refusal("order_unresolved", { open, isRunning: engine.isRunning });
  if (!isUsable(seed, engine.options.instrument)) return refusal("bad_seed", { ...seed });
  const opened = engine.resetAccount(tx, actor, seed);
  keepManualLocks(tx, actor, account.id, opened.id);
  // Should the transaction come to nothing, whoever looked meanwhile has seen an account that never was.
  afterTransaction(() => engine.invalidate());
  return success({ accountId: opened.id });
}

/** A lock set by hand is about people's will, not about the account: it goes on. */
function keepManualLocks(tx: Tx, actor: Actor, from: number, to: number): void {
  for (const { kind, reason, cause, fromAt, untilAt } of activeLocks(tx, from, tx.now)) {
    if (kind === MANUAL_LOCK) addLock(tx, { accountId: to, kind, reason, cause, fromAt, untilAt }, actor);
  }
}

function isUsable({ equityUnits, lots, ticks }: Seed, { unitsPerTickLot, maxTicks }: Instrument): boolean {
  if (!Number.isSafeInteger(equityUnits) || equityUnits <= 0) return false;
  if (lots === 0) return true;
  const areWhole = Number.isSafeInteger(lots) && Number.isSafeInteger(ticks);
  if (!areWhole || lots < 0 || ticks <= 0 || ticks > maxTicks) return false;
  const costUnits = lots * ticks * unitsPerTickLot;
  return Number.isSafeInteger(costUnits) && costUnits <= equityUnits;
}
