/** What an admin's recovery settles in its own transaction: the accepted loss, an accepted break, a position taken from the fills. */
import { acceptChainBreaks } from "../../db/audit-chain.ts";
import type { Tx } from "../../db/database.ts";
import { savePosition } from "../../db/positions.ts";
import { readState } from "../../db/system-state.ts";
import type { Actor } from "../core/actor.ts";
import { afterTransaction } from "./after-transaction.ts";
import type { CapabilityParts } from "./parts.ts";
import type { Readiness } from "./readiness.ts";

export interface Recovering {
  readonly tx: Tx;
  readonly actor: Actor;
  readonly reason: string;
}

export function recoverIn(parts: CapabilityParts, readiness: Readiness, recovering: Recovering): void {
  const { database, engine, recover } = parts;
  const noteAccepted = acceptBreaks(readiness, recovering);
  takePositionFromFills(parts, readiness, recovering);
  engine.restartPeak(recovering.tx, recovering.actor);
  // Should the transaction come to nothing, memory must not keep what it would have changed.
  afterTransaction(() => {
    engine.invalidate();
    if (database.read(readState).state === "EMERGENCY_STOP") return;
    noteAccepted();
    recover();
  });
}

/** The chain goes on from here; the row names the breaks and the head they were found under. What to note once that is kept. */
function acceptBreaks(readiness: Readiness, { tx, actor, reason }: Recovering): () => void {
  const { at, report } = readiness.chain;
  if (report.ok) return () => {};
  acceptChainBreaks(tx, report.breaks, reason, actor);
  const { firstBad: _, ...rest } = report;
  const accepted = {
    ...rest,
    ok: true,
    breaks: [],
    acceptedBreaks: [...report.acceptedBreaks, ...report.breaks],
  };
  return () => readiness.noteChain({ at, report: accepted });
}

function takePositionFromFills(
  { engine }: CapabilityParts,
  readiness: Readiness,
  { tx, actor }: Recovering,
): void {
  const mismatches = readiness.mismatches(tx);
  if (mismatches.length === 0) return;
  const { account, trader } = engine.current();
  const { ledger } = trader;
  savePosition(tx, account.id, ledger, {
    [account.quoteAsset]: ledger.cashUnits,
    [account.baseAsset]: ledger.baseUnits,
  });
  tx.audit({
    category: "trading",
    type: "position_rebuilt",
    actor,
    summary: "The stored position was replaced by the sum of the fills.",
    facts: { accountId: account.id, mismatches },
  });
}
