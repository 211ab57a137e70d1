/** Writes down, inside one transaction, everything the steps of a cycle say happened. */
import type { Tx } from "../../db/database.ts";
import { insertDecision } from "../../db/decisions.ts";
import { insertFill } from "../../db/fills.ts";
import { addLock } from "../../db/locks.ts";
import { insertNotice, lastNoticeAt } from "../../db/notices.ts";
import { insertIntent, setOrderStatus, unsettledOrders } from "../../db/orders.ts";
import type { Actor } from "../core/actor.ts";
import { invariant } from "../core/errors.ts";
import type { IdSource } from "../core/ids.ts";
import { priceOf, quantityOf } from "../core/instrument.ts";
import { decimalFromUnits } from "../core/money.ts";
import type { Fill, OrderIntent } from "../core/order.ts";
import type { ClosedTrade } from "../core/position.ts";
import { timeframeMs } from "../core/timeframe.ts";
import type { PaperOutcome } from "../execution/paper.ts";
import type { Lock } from "../risk/protections.ts";
import { type Decision, traceJson } from "./decide.ts";
import type { Recorder } from "./step.ts";
import type { Trader, WorkingOrder } from "./trader.ts";

export class TransactionRecorder implements Recorder {
  /** The last decision and order of this transaction. */
  decision: Decision | null = null;
  decisionId: number | null = null;
  orderId: number | null = null;
  fillCount = 0;
  closedTrades = 0;
  /** Set when drawdown passed the equity stop: the caller enters EMERGENCY_STOP in the same transaction. */
  equityStop: number | null = null;

  constructor(
    private readonly tx: Tx,
    private readonly accountId: number,
    private readonly trader: Trader,
    private readonly ids: IdSource,
    private readonly actor: Actor,
  ) {}

  decided(decision: Decision): void {
    const { rules } = this.trader;
    this.decision = decision;
    this.decisionId = insertDecision(
      this.tx,
      {
        accountId: this.accountId,
        timeframe: rules.needs.timing,
        candleCloseAt: decision.candleCloseAt,
        decidedAt: this.tx.now,
        configVersion: rules.configVersion,
        strategy: rules.strategy.name,
        closeTicks: decision.closeTicks,
        side: decision.signal.side,
        confidence: decision.signal.confidence,
        signalReason: decision.signal.reason,
        reason: decision.reason,
        signalValues: decision.signal.values,
        trace: traceJson(decision.trace),
      },
      this.actor,
    );
    if (decision.reason === "max_daily_loss_exceeded") this.#tellDailyLoss();
  }

  ordered(intent: OrderIntent, outcome: PaperOutcome, closed: ClosedTrade | null): void {
    const { tx, accountId, actor } = this;
    const clientOrderId = `cs-${this.ids.next(tx.now)}`;
    const isFromDecision = intent.purpose === "entry" || intent.purpose === "exit_signal";
    const orderId = insertIntent(
      tx,
      {
        accountId,
        clientOrderId,
        decisionId: isFromDecision ? this.decisionId : null,
        configVersion: this.trader.rules.configVersion,
        intent,
        words: `${intent.side} ${this.#quantity(intent.lots)}`,
      },
      actor,
    );
    this.orderId = orderId;
    this.#fill(orderId, clientOrderId, outcome.fills, 0);
    const filled = outcome.fills.reduce((sum, fill) => sum + fill.lots, 0);
    setOrderStatus(
      tx,
      orderId,
      outcome.status,
      filled,
      outcome.status === "expired" ? "the book was too thin" : "",
      actor,
    );
    this.#tell(intent, outcome.fills, orderId, closed);
  }

  rested(working: WorkingOrder, outcome: PaperOutcome): void {
    const order = this.#workingOrder();
    this.#fill(order.id, order.clientOrderId, outcome.fills, order.filledLots);
    const filled = outcome.fills.reduce((sum, fill) => sum + fill.lots, order.filledLots);
    setOrderStatus(
      this.tx,
      order.id,
      working.lotsLeft === 0 ? "filled" : "partially_filled",
      filled,
      "",
      this.actor,
    );
    this.#tell(working.intent, outcome.fills, order.id, null);
  }

  canceled(_working: WorkingOrder, why: string): void {
    const order = this.#workingOrder();
    setOrderStatus(this.tx, order.id, "canceled", order.filledLots, why, this.actor);
  }

  locked(lock: Lock): void {
    const isNew = addLock(
      this.tx,
      {
        accountId: this.accountId,
        kind: lock.kind,
        reason: lock.reason,
        cause: lock.cause,
        fromAt: lock.fromAt,
        untilAt: lock.untilAt,
      },
      this.actor,
    );
    if (!isNew) return;
    insertNotice(this.tx, {
      kind: "entry_lock",
      level: "info",
      topic: "alerts",
      facts: { kind: lock.kind, reason: lock.reason, untilAt: lock.untilAt },
    });
  }

  equityStopped(drawdown: number): void {
    this.equityStop = Math.max(this.equityStop ?? 0, drawdown);
  }

  /** Once a UTC day, however many entries the limit denies. */
  #tellDailyLoss(): void {
    const dayStart = this.tx.now - (this.tx.now % timeframeMs("1d"));
    if ((lastNoticeAt(this.tx, "daily_loss_reached") ?? 0) >= dayStart) return;
    insertNotice(this.tx, {
      kind: "daily_loss_reached",
      level: "warning",
      topic: "alerts",
      facts: {
        realised: decimalFromUnits(this.trader.dayRealisedUnits, 2),
        opening: decimalFromUnits(this.trader.dayOpeningUnits, 2),
      },
    });
  }

  #fill(orderId: number, clientOrderId: string, fills: readonly Fill[], after: number): void {
    fills.forEach((fill, index) => {
      const tradeId = `${clientOrderId}-${after}-${index}`;
      const words = `${this.#quantity(fill.lots)} at ${this.#price(fill.ticks)}`;
      insertFill(this.tx, { accountId: this.accountId, orderId, tradeId, fill, words }, this.actor);
    });
    this.fillCount += fills.length;
  }

  #quantity(lots: number): string {
    const { baseAsset, lotUnits } = this.trader.rules.instrument;
    return `${decimalFromUnits(lots * lotUnits)} ${baseAsset}`;
  }

  #price(ticks: number): string {
    const { quoteAsset, tickUnits } = this.trader.rules.instrument;
    return `${decimalFromUnits(ticks * tickUnits, 2)} ${quoteAsset}`;
  }

  #workingOrder(): { id: number; clientOrderId: string; filledLots: number } {
    const order = unsettledOrders(this.tx, this.accountId).find(
      ({ type, status }) => type === "limit" && (status === "open" || status === "partially_filled"),
    );
    invariant(order, "working_order_lost", "A resting order is not in the database.", {
      account: this.accountId,
    });
    return order;
  }

  #tell(intent: OrderIntent, fills: readonly Fill[], orderId: number, closed: ClosedTrade | null): void {
    if (fills.length === 0) return;
    const { instrument } = this.trader.rules;
    const lots = fills.reduce((sum, fill) => sum + fill.lots, 0);
    const weighted = fills.reduce((sum, fill) => sum + fill.lots * fill.ticks, 0) / lots;
    const fee = fills.reduce((sum, fill) => sum + fill.feeUnits, 0);
    if (closed) this.closedTrades += 1;
    insertNotice(this.tx, {
      kind: "order_filled",
      level: "info",
      topic: "alerts",
      facts: {
        orderId,
        side: intent.side,
        purpose: intent.purpose,
        quantity: quantityOf(instrument, lots),
        price: priceOf(instrument, weighted),
        fee: decimalFromUnits(fee),
        pnl: closed === null ? null : decimalFromUnits(closed.pnlUnits),
      },
    });
  }
}
