/**
 * One closed candle through the rooms, in order: signal → risk gate → size → exchange filters → order intent.
 * The only file that knows this order; backtest, replay, paper and live all call it. Pure.
 */
import type { JsonValue } from "../core/event.ts";
import { mulDivFloor, PPM, UNITS_PER_ASSET } from "../core/money.ts";
import type { OrderIntent, OrderPurpose } from "../core/order.ts";
import type { Reason } from "../core/reasons.ts";
import type { Signal } from "../core/signal.ts";
import type { PositionPolicy, SystemState } from "../core/state.ts";
import { checkFilters } from "../risk/filters.ts";
import { checkEntry, checkExit, type GateVerdict } from "../risk/gate.ts";
import { isLockActive } from "../risk/protections.ts";
import { type Sizing, sizeEntry, sizeExit } from "../risk/sizing.ts";
import type { Trader } from "./trader.ts";

/** What the decision must know beyond the trader itself. */
export interface Situation {
  readonly state: SystemState;
  readonly policy: PositionPolicy;
  /** Market data is no older than two cycles plus one candle. */
  readonly isDataFresh: boolean;
  /** The candle closed within two cycles: older ones never open a position. */
  readonly isOnTime: boolean;
  /** An earlier order's outcome is unknown. */
  readonly isUnresolved: boolean;
}

/** Everything `/why` needs: the gate, which explains its checks when asked, and how the size came about. */
export interface Trace {
  readonly gate: GateVerdict | null;
  readonly sizing: Sizing | null;
}

export interface Decision {
  /** Close instant of the decided candle, epoch ms. */
  readonly candleCloseAt: number;
  readonly closeTicks: number;
  readonly signal: Signal;
  readonly reason: Reason;
  readonly intent: OrderIntent | null;
  readonly trace: Trace;
}

const NO_TRACE: Trace = Object.freeze({ gate: null, sizing: null });

/** Decides the latest closed timing candle. `executed` and `order_placed` carry an intent; every other reason carries none. */
export function decide(trader: Trader, situation: Situation): Decision {
  const { signal } = trader;
  if (signal.side === "buy") return enter(trader, situation);
  if (signal.side === "sell") return leave(trader, situation);
  return conclude(
    trader,
    signal.reason === "insufficient_candles" ? "insufficient_candles" : "signal_hold",
    NO_TRACE,
    null,
  );
}

/** A buy: state → data → lock → daily loss → exposure → position → size → filters. */
function enter(trader: Trader, situation: Situation): Decision {
  const { rules, ledger, signal } = trader;
  const { instrument } = rules;
  const at = trader.lastTimingCloseAt;
  const gate = checkEntry(rules.risk, rules.limits, instrument, {
    mayEnter: situation.state === "RUNNING",
    isDataFresh: situation.isDataFresh,
    isOnTime: situation.isOnTime,
    lock: activeLock(trader, at),
    isUnresolved: situation.isUnresolved,
    ordersToday: trader.ordersToday,
    isOrderPending: trader.working !== null,
    dayRealisedUnits: trader.dayRealisedUnits,
    dayOpeningEquityUnits: trader.dayOpeningUnits,
    equityUnits: trader.equityUnits(),
    positionLots: ledger.lots,
    markTicks: trader.markTicks,
  });
  if (gate.reason) return conclude(trader, gate.reason, { gate, sizing: null }, null);

  const sizing = sizeEntry(rules.risk, rules.limits, instrument, {
    equityUnits: trader.equityUnits(),
    cashUnits: ledger.cashUnits,
    positionLots: ledger.lots,
    askTicks: trader.markTicks,
    confidence: signal.confidence,
    volatilityPercentile: trader.volatilityPercentile,
    drawdownFraction: trader.drawdown(),
    atrTicks: (trader.atr * UNITS_PER_ASSET) / instrument.tickUnits,
  });
  const trace: Trace = { gate, sizing };
  if (sizing.reason) return conclude(trader, sizing.reason, trace, null);

  const intent = entryIntent(trader, sizing.lots);
  const filter = checkFilters(instrument, intent);
  return filter ? conclude(trader, filter, trace, null) : conclude(trader, "executed", trace, intent);
}

/** A sell closes the whole position: state → inventory → size → filters. */
function leave(trader: Trader, situation: Situation): Decision {
  const { rules, ledger } = trader;
  const gate = checkExit(rules.instrument, {
    purpose: "exit_signal",
    state: situation.state,
    policy: situation.policy,
    isUnresolved: situation.isUnresolved,
    positionLots: ledger.lots,
    markTicks: trader.markTicks,
  });
  const trace: Trace = { gate, sizing: null };
  if (gate.reason) return conclude(trader, gate.reason, trace, null);
  const size = sizeExit(rules.instrument, ledger.lots, 1, trader.markTicks);
  if (size.reason) return conclude(trader, size.reason, trace, null);
  const intent = exitIntent("exit_signal", size.lots, trader.markTicks, trader.lastTimingCloseAt);
  const filter = checkFilters(rules.instrument, intent);
  return filter ? conclude(trader, filter, trace, null) : conclude(trader, "executed", trace, intent);
}

function entryIntent(trader: Trader, lots: number): OrderIntent {
  const { execution } = trader.rules;
  const offsetPpm = Math.round(execution.limit_offset_bps * 100);
  const limitTicks =
    execution.entry_type === "limit" ? mulDivFloor(trader.markTicks, PPM - offsetPpm, PPM) : null;
  return {
    side: "buy",
    type: execution.entry_type,
    purpose: "entry",
    lots,
    limitTicks,
    decisionTicks: trader.markTicks,
    decidedAt: trader.lastTimingCloseAt,
  };
}

/** A market sell of part or all of the position. */
export const exitIntent = (
  purpose: OrderPurpose,
  lots: number,
  decisionTicks: number,
  decidedAt: number,
): OrderIntent => ({
  side: "sell",
  type: "market",
  purpose,
  lots,
  limitTicks: null,
  decisionTicks,
  decidedAt,
});

/** The kind of the lock that blocks entries at an instant, or null. */
function activeLock(trader: Trader, at: number): string | null {
  return trader.locks.find((lock) => isLockActive(lock, at))?.kind ?? null;
}

function conclude(trader: Trader, reason: Reason, trace: Trace, intent: OrderIntent | null): Decision {
  const isResting = intent?.type === "limit";
  return {
    candleCloseAt: trader.lastTimingCloseAt,
    closeTicks: trader.markTicks,
    signal: trader.signal,
    reason: reason === "executed" && isResting ? "order_placed" : reason,
    intent,
    trace,
  };
}

/** The trace as stored: the checks in the order they were made, and the sizing. */
export const traceJson = ({ gate, sizing }: Trace): JsonValue =>
  JSON.parse(JSON.stringify({ checks: gate?.explain() ?? [], sizing })) as JsonValue;
