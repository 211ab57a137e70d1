/** The engine as commands drive it: status, readiness, one cycle, closing the position. */
import { activeVersion } from "../../db/config-versions.ts";
import { lastDecision } from "../../db/decisions.ts";
import { unsettledOrders } from "../../db/orders.ts";
import type {
  CycleOutcome,
  EngineCapability,
  EngineStatus,
  InTransaction,
} from "../chat/trading-capabilities.ts";
import { refusal, success } from "../core/errors.ts";
import type { CycleReport } from "../engine/cycle.ts";
import type { Record as RecordReport } from "../engine/engine.ts";
import type { CapabilityParts } from "./parts.ts";
import type { Readiness } from "./readiness.ts";

export function createEngineCapability(parts: CapabilityParts, readiness: Readiness): EngineCapability {
  const { engine, isHalted } = parts;
  return {
    status: () => statusOf(parts),
    readiness: () => readiness.toTrade(),
    async runCycle(actor, record) {
      if (isHalted()) return refusal("not_ready", { isHalted: true });
      const ran = await engine.runCycle(actor, recording(record));
      return ran.ok ? success(outcomeOf(ran.value)) : ran;
    },
    async flatten(actor, record) {
      // What is held is in doubt until a person has recovered.
      if (isHalted()) return refusal("system_not_running", { isHalted: true });
      const sold = await engine.flatten(actor, recording(record));
      return sold.ok ? success(outcomeOf(sold.value)) : sold;
    },
  };
}

function statusOf({ database, engine, mode }: CapabilityParts): EngineStatus {
  const { settings } = engine.options;
  const { account } = engine.current();
  return database.read((reader) => {
    const { version, tunables } = activeVersion(reader);
    const decision = lastDecision(reader, account.id);
    return {
      mode,
      symbol: settings.symbol,
      strategy: String(tunables["strategy.active"]),
      configVersion: version,
      cycleSeconds: settings.cycleMs / 1000,
      lastCycleAt: engine.lastCycle?.at ?? null,
      lastDecision:
        decision === null ? null : { at: decision.decidedAt, side: decision.side, reason: decision.reason },
      unresolvedOrders: unsettledOrders(reader, account.id).filter(({ status }) => status === "unknown")
        .length,
    };
  });
}

const recording =
  (record: InTransaction<CycleOutcome>): RecordReport =>
  (tx, report) =>
    record(tx, outcomeOf(report));

const outcomeOf = (report: CycleReport): CycleOutcome => ({
  reason: report.reason,
  signalReason: report.signalReason,
  side: report.side,
  orderId: report.orderId,
  facts: {
    decisionId: report.decisionId,
    fills: report.fills,
    newCandles: report.newCandles,
    fault: report.fault,
  },
});
