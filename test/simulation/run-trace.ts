/** What a run did, in one shape for every way of running it: decisions, fills, cancelled orders and locks, in order. */
import type { Database } from "../../db/database.ts";
import { recentDecisions } from "../../db/decisions.ts";
import { fillsOf } from "../../db/fills.ts";
import type { JsonValue } from "../../src/core/event.ts";
import type { Fill, OrderIntent, OrderPurpose } from "../../src/core/order.ts";
import type { ClosedTrade } from "../../src/core/position.ts";
import type { Reason } from "../../src/core/reasons.ts";
import type { Signal } from "../../src/core/signal.ts";
import { type Decision, traceJson } from "../../src/engine/decide.ts";
import type { Recorder } from "../../src/engine/step.ts";
import type { WorkingOrder } from "../../src/engine/trader.ts";
import type { PaperOutcome } from "../../src/execution/paper.ts";
import type { Lock } from "../../src/risk/protections.ts";

export interface DecisionTrace {
  readonly candleCloseAt: number;
  readonly closeTicks: number;
  readonly side: Signal["side"];
  readonly confidence: number;
  readonly signalReason: string;
  readonly signalValues: Signal["values"];
  readonly reason: Reason;
  /** The checks in order and how the size came about. */
  readonly trace: JsonValue;
}

export interface FillTrace extends Fill {
  readonly purpose: OrderPurpose;
}

export interface RunTrace {
  readonly decisions: readonly DecisionTrace[];
  readonly fills: readonly FillTrace[];
  /** When orders were decided that were cancelled later. */
  readonly canceledOrders: readonly number[];
  readonly locks: readonly (readonly [kind: string, cause: string, fromAt: number, untilAt: number | null])[];
}

/** Collects what a walk in memory says. */
export class TraceRecorder implements Recorder, RunTrace {
  readonly decisions: DecisionTrace[] = [];
  readonly fills: FillTrace[] = [];
  readonly canceledOrders: number[] = [];
  readonly locks: [kind: string, cause: string, fromAt: number, untilAt: number | null][] = [];
  readonly intents: OrderIntent[] = [];
  readonly closedTrades: ClosedTrade[] = [];
  readonly equityStops: number[] = [];

  decided({ candleCloseAt, closeTicks, signal, reason, trace }: Decision): void {
    this.decisions.push({
      candleCloseAt,
      closeTicks,
      side: signal.side,
      confidence: signal.confidence,
      signalReason: signal.reason,
      signalValues: signal.values,
      reason,
      trace: traceJson(trace),
    });
  }

  ordered(intent: OrderIntent, outcome: PaperOutcome, closed: ClosedTrade | null): void {
    this.intents.push(intent);
    if (closed !== null) this.closedTrades.push(closed);
    this.#fill(outcome, intent.purpose);
  }

  rested(working: WorkingOrder, outcome: PaperOutcome): void {
    this.#fill(outcome, working.intent.purpose);
  }

  canceled(working: WorkingOrder): void {
    this.canceledOrders.push(working.intent.decidedAt);
  }

  locked({ kind, cause, fromAt, untilAt }: Lock): void {
    this.locks.push([kind, cause, fromAt, untilAt]);
  }

  equityStopped(drawdown: number): void {
    this.equityStops.push(drawdown);
  }

  #fill({ fills }: PaperOutcome, purpose: OrderPurpose): void {
    for (const fill of fills) this.fills.push({ ...fill, purpose });
  }
}

/** The same from what the engine stored for an account. */
export function storedTrace(database: Database, accountId: number): RunTrace {
  return database.read((reader) => {
    const newestFirst = recentDecisions(reader, accountId, { limit: 1_000_000 });
    return {
      decisions: newestFirst.reverse().map((row) => ({
        candleCloseAt: row.candleCloseAt,
        closeTicks: row.closeTicks,
        side: row.side,
        confidence: row.confidence,
        signalReason: row.signalReason,
        signalValues: row.signalValues,
        reason: row.reason,
        trace: row.trace,
      })),
      fills: [...fillsOf(reader, accountId)].map(
        ({ side, ticks, lots, feeUnits, feeAsset, isMaker, at, purpose }) => {
          return { side, ticks, lots, feeUnits, feeAsset, isMaker, at, purpose };
        },
      ),
      canceledOrders: reader
        .values<readonly [number]>(
          "SELECT decided_at FROM orders WHERE status = 'canceled' ORDER BY updated_at, id",
        )
        .map(([at]) => at),
      locks: reader.values<readonly [string, string, number, number | null]>(
        "SELECT kind, cause, from_at, until_at FROM locks ORDER BY id",
      ),
    };
  });
}

/** The parts that are compared, as plain values. */
export const traceOf = ({ decisions, fills, canceledOrders, locks }: RunTrace): RunTrace => ({
  decisions,
  fills,
  canceledOrders,
  locks,
});
