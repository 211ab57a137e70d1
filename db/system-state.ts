/** The system's state: one row, moved by core's rules only, with its audit event and its notice in one transaction. */
import { type Actor, actorLabel } from "../src/core/actor.ts";
import { canonicalJson } from "../src/core/canonical-json.ts";
import { InvariantError, type Result, success } from "../src/core/errors.ts";
import type { NoticeLevel } from "../src/core/notice.ts";
import { type MoveRefusal, type MoveRequest, nextState, type SystemState } from "../src/core/state.ts";
import { insertNotice } from "./notices.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface StoredState {
  readonly state: SystemState;
  readonly since: number;
  readonly reason: string;
  readonly actor: Actor;
}

/** Throws InvariantError `state_missing` before `initialiseState`: no row must never read as leave to trade. */
export function readState(reader: Reader): StoredState {
  const state = stateOrNone(reader);
  if (state === null) throw new InvariantError("state_missing", "The database holds no system state.");
  return state;
}

function stateOrNone(reader: Reader): StoredState | null {
  const row = reader.get<Omit<StoredState, "actor"> & { actor: string }>(
    "SELECT state, since, reason, actor FROM system_state WHERE id = 1",
  );
  return row === null ? null : { ...row, actor: JSON.parse(row.actor) as Actor };
}

/** PAUSED on a first start; afterwards whatever is stored. */
export function initialiseState(tx: Tx, actor: Actor): StoredState {
  const stored = stateOrNone(tx);
  if (stored !== null) return stored;
  const state: StoredState = { state: "PAUSED", since: tx.now, reason: "First start.", actor };
  writeState(tx, state, { from: null, cause: "first_start" });
  return state;
}

/** Applies a legal move, or says why it is refused and writes nothing. */
export function enterState(
  tx: Tx,
  request: MoveRequest,
  reason: string,
  actor: Actor,
): Result<StoredState, MoveRefusal> {
  const { state: from } = readState(tx);
  const next = nextState(from, request);
  if (!next.ok) return next;
  const state: StoredState = { state: next.value, since: tx.now, reason, actor };
  const cause = request.by === "safety" ? request.cause : request.via;
  writeState(tx, state, { from, cause });
  insertNotice(tx, {
    kind: "state_changed",
    level: levelOf(next.value, request),
    topic: "alerts",
    facts: { from, to: next.value, cause, reason, actor: actorLabel(actor) },
  });
  return success(state);
}

/** A stop wakes people; a pause that nobody asked for is told louder than one that somebody did. */
const levelOf = (to: SystemState, { by }: MoveRequest): NoticeLevel =>
  to === "EMERGENCY_STOP" ? "critical" : by === "safety" ? "warning" : "info";

function writeState(tx: Tx, next: StoredState, move: { from: SystemState | null; cause: string }): void {
  const { state: to, since, reason, actor } = next;
  tx.run(
    `INSERT INTO system_state (id, state, since, reason, actor) VALUES (1, $to, $since, $reason, $actor)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, since = excluded.since, reason = excluded.reason,
       actor = excluded.actor`,
    { to, since, reason, actor: canonicalJson({ ...actor }) },
  );
  tx.audit({
    category: "system",
    type: "state_changed",
    actor,
    summary: `${move.from ?? "Start"} → ${to}: ${reason}`,
    facts: { from: move.from, to, cause: move.cause, reason },
  });
}

export interface StateChange {
  readonly seq: number;
  readonly at: number;
  /** Null on the first start. */
  readonly from: SystemState | null;
  readonly to: SystemState;
  readonly cause: string;
  readonly reason: string;
  readonly actor: Actor;
}

/** Newest first, from the audit log; `beforeSeq` is the last seq of the page before. */
export function stateHistory(
  reader: Reader,
  { limit, beforeSeq }: { limit: number; beforeSeq?: number | undefined },
): StateChange[] {
  return reader
    .all<{ seq: number; at: number; actor: string; facts: string }>(
      `SELECT seq, at, actor, facts FROM events_log WHERE type = 'state_changed' AND seq < $before
       ORDER BY seq DESC LIMIT $limit`,
      { limit, before: beforeSeq ?? Number.MAX_SAFE_INTEGER },
    )
    .map(({ seq, at, actor, facts }) => ({
      seq,
      at,
      actor: JSON.parse(actor) as Actor,
      ...(JSON.parse(facts) as Pick<StateChange, "from" | "to" | "cause" | "reason">),
    }));
}
