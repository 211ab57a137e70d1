/** The system's state as people move it. */
import type { AuditRow } from "../../db/audit.ts";
import { eventsPage } from "../../db/event-pages.ts";
import { acknowledgeAlerts } from "../../db/notices.ts";
import { enterState, readState, type StoredState } from "../../db/system-state.ts";
import type { StateCapability, StateChange, StateView } from "../chat/trading-capabilities.ts";
import { actorLabel } from "../core/actor.ts";
import { success } from "../core/errors.ts";
import type { SystemState } from "../core/state.ts";
import { pageOf } from "./page.ts";
import type { CapabilityParts } from "./parts.ts";
import type { Readiness } from "./readiness.ts";
import { recoverIn } from "./recovery.ts";

export function createStateCapability(parts: CapabilityParts, readiness: Readiness): StateCapability {
  const { database, engine } = parts;
  return {
    current: () => viewOf(database.read(readState)),
    policy: () => engine.options.settings.policy,
    history: (page, size) =>
      database.read((reader) => {
        const { rows, total } = eventsPage(
          reader,
          { type: "state_changed" },
          { offset: (page - 1) * size, limit: size },
        );
        return pageOf(total, page, size, () => rows.map(changeOf));
      }),
    move(tx, via, reason, { actor, role }) {
      const moved = enterState(tx, { by: "person", role, via }, reason, actor);
      if (!moved.ok) return moved;
      // Whoever makes trading safer has evidently seen what happened, this very move included.
      if (via !== "resume" && actor.kind === "person") acknowledgeAlerts(tx, null, actor);
      if (via === "recover") recoverIn(parts, readiness, { tx, actor, reason });
      return success(viewOf(moved.value));
    },
    recoveryChecklist: () => readiness.toRecover(),
  };
}

const viewOf = ({ state, since, reason, actor }: StoredState): StateView => ({
  state,
  since,
  reason,
  actor: actorLabel(actor),
});

function changeOf({ at, actor, facts }: AuditRow): StateChange {
  const { from, to, reason } = facts as { from: SystemState | null; to: SystemState; reason: string };
  return { state: to, from, since: at, reason, actor: actorLabel(actor) };
}
