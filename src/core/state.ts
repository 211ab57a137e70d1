/** The system's states and the only legal moves between them. Pure; `db/system-state` applies a move inside a transaction. */
import type { Role } from "./actor.ts";
import { type Result, refusal, success } from "./errors.ts";

export const SYSTEM_STATES = ["RUNNING", "PAUSED", "EMERGENCY_STOP"] as const;
export type SystemState = (typeof SYSTEM_STATES)[number];

/** Who or what asks for a move: a person by role, or a named safety cause of the machine. */
export const SAFETY_CAUSES = [
  "proposal_expired",
  "equity_stop",
  "reconciliation_mismatch",
  "audit_chain_broken",
  "invariant_broken",
  "late_order_appeared",
  "order_unresolved",
  "critical_alert_unacknowledged",
  "ledger_mismatch",
] as const;
export type SafetyCause = (typeof SAFETY_CAUSES)[number];

export type MoveRequest =
  | { readonly by: "person"; readonly role: Role; readonly via: "pause" | "resume" | "stop" | "recover" }
  | { readonly by: "safety"; readonly cause: SafetyCause };

export type MoveRefusal = "role_too_low" | "illegal_move" | "already_there" | "recover_needed";

const PERSON_MOVES = {
  pause: { to: "PAUSED", from: ["RUNNING"], role: "operator" },
  resume: { to: "RUNNING", from: ["PAUSED"], role: "operator" },
  stop: { to: "EMERGENCY_STOP", from: ["RUNNING", "PAUSED"], role: "operator" },
  recover: { to: "PAUSED", from: ["EMERGENCY_STOP"], role: "admin" },
} as const satisfies Record<string, { to: SystemState; from: readonly SystemState[]; role: Role }>;

const ROLE_RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

/** The state a safety cause leads to: an unheard critical alert pauses, everything else stops. */
const safetyTarget = (cause: SafetyCause): SystemState =>
  cause === "critical_alert_unacknowledged" ? "PAUSED" : "EMERGENCY_STOP";

/** The state after a move, or why it is refused. Nothing but a person's `recover` leaves EMERGENCY_STOP. */
export function nextState(from: SystemState, request: MoveRequest): Result<SystemState, MoveRefusal> {
  if (request.by === "safety") {
    const to = safetyTarget(request.cause);
    if (from === to || from === "EMERGENCY_STOP") return refusal("already_there", { from, to });
    return success(to);
  }
  const move = PERSON_MOVES[request.via];
  if (ROLE_RANK[request.role] < ROLE_RANK[move.role]) return refusal("role_too_low", { needed: move.role });
  if (from === move.to) return refusal("already_there", { from, to: move.to });
  if (!(move.from as readonly SystemState[]).includes(from)) {
    return refusal(from === "EMERGENCY_STOP" ? "recover_needed" : "illegal_move", { from, to: move.to });
  }
  return success(move.to);
}

/** What happens to an open position while the system is not RUNNING. */
export const POSITION_POLICIES = ["protect", "hold", "flatten"] as const;
export type PositionPolicy = (typeof POSITION_POLICIES)[number];
