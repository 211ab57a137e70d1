/** The chain behind an order or the last decision, from the rows that were written when it happened. */
import { accountById } from "../../db/accounts.ts";
import { activatedBy, versionOf } from "../../db/config-versions.ts";
import type { Reader } from "../../db/database.ts";
import { type Decision, decisionById, lastDecision } from "../../db/decisions.ts";
import { fillsOfOrder } from "../../db/fills.ts";
import { type Order, orderById, orderOfDecision } from "../../db/orders.ts";
import type { CheckView, DecisionView, SizingView, WhyCapability, WhyView } from "../chat/why-view.ts";
import { actorLabel } from "../core/actor.ts";
import type { Instrument } from "../core/instrument.ts";
import { STRATEGIES } from "../strategy/registry.ts";
import { fillView, orderView } from "./order-views.ts";
import type { CapabilityParts } from "./parts.ts";

export function createWhyCapability({ database, engine }: CapabilityParts): WhyCapability {
  const { instrument } = engine.options;
  return (orderId) =>
    database.read((reader) => {
      if (orderId === null) {
        const decision = lastDecision(reader, engine.current().account.id);
        if (decision === null) return null;
        return chain(reader, instrument, decision, orderOfDecision(reader, decision.id));
      }
      const order = orderById(reader, orderId);
      if (order === null || !isInLots(reader, instrument, order)) return null;
      const decision = order.decisionId === null ? null : decisionById(reader, order.decisionId);
      return chain(reader, instrument, decision, order);
    });
}

/** Orders of closed accounts are explained too, unless the exchange has changed what a lot is since. */
const isInLots = (reader: Reader, { lotUnits }: Instrument, { accountId }: Order): boolean =>
  accountById(reader, accountId)?.lotUnits === lotUnits;

function chain(
  reader: Reader,
  instrument: Instrument,
  decision: Decision | null,
  order: Order | null,
): WhyView {
  const version = order?.configVersion ?? decision?.configVersion ?? 0;
  const approver = activatedBy(reader, version);
  return {
    decision: decision === null ? null : decisionView(decision),
    configVersion: version,
    configSource: versionOf(reader, version)?.source ?? "unknown",
    approvedBy: approver?.kind === "person" ? actorLabel(approver) : null,
    order: order === null ? null : orderView(reader, instrument, order),
    fills: order === null ? [] : fillsOfOrder(reader, order.id).map(fillView),
  };
}

/** As the engine's decide writes it. */
interface StoredTrace {
  readonly checks?: readonly CheckView[];
  readonly sizing?: SizingView | null;
}

function decisionView(decision: Decision): DecisionView {
  const { checks = [], sizing = null } = decision.trace as unknown as StoredTrace;
  const strategy = STRATEGIES.find(({ name }) => name === decision.strategy);
  return {
    candleCloseAt: decision.candleCloseAt,
    timeframe: decision.timeframe,
    decidedAt: decision.decidedAt,
    strategy: decision.strategy,
    closeTicks: decision.closeTicks,
    side: decision.side,
    confidence: decision.confidence,
    signalReason: decision.signalReason,
    signalSentence: strategy?.reasons[decision.signalReason] ?? null,
    values: decision.signalValues,
    reason: decision.reason,
    checks: checks.map(({ name, ok, value, bound }) => ({ name, ok, value, bound })),
    sizing:
      sizing === null
        ? null
        : {
            lots: sizing.lots,
            fraction: sizing.fraction,
            multipliers: sizing.multipliers,
            cappedBy: sizing.cappedBy,
          },
  };
}
