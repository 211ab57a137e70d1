/**
 * One cycle's commit: inside one transaction, the new closed candles are stored and taken through the steps in order,
 * and everything that follows from them is written. Either all of it is kept or none.
 */

import type { Account } from "../../db/accounts.ts";
import { upsertCandles } from "../../db/candles.ts";
import type { Tx } from "../../db/database.ts";
import { saveMemory } from "../../db/engine-memory.ts";
import { activeLocks } from "../../db/locks.ts";
import { insertNotice } from "../../db/notices.ts";
import { unsettledOrders } from "../../db/orders.ts";
import { savePosition } from "../../db/positions.ts";
import { insertEquity } from "../../db/snapshots.ts";
import { enterState, readState } from "../../db/system-state.ts";
import type { Actor } from "../core/actor.ts";
import type { Candle, CandleColumns } from "../core/candles.ts";
import type { IdSource } from "../core/ids.ts";
import { ticksOf } from "../core/instrument.ts";
import type { OrderIntent } from "../core/order.ts";
import type { Reason } from "../core/reasons.ts";
import type { PositionPolicy, SystemState } from "../core/state.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import { fillFromBook, fillWithSlippage, type PaperOutcome } from "../execution/paper.ts";
import { CandleSeries } from "../market/series.ts";
import { exitScope } from "../risk/gate.ts";
import type { FillFold } from "./fill-fold.ts";
import type { Gathered } from "./gather.ts";
import { snapshotMetrics } from "./metrics-snapshot.ts";
import {
  type Broker,
  cancelWorking,
  feedTimingCandle,
  flatten,
  passExitCandle,
  passTimingCandle,
} from "./step.ts";
import type { EntryLock, Trader } from "./trader.ts";
import { TransactionRecorder } from "./transaction-recorder.ts";

export interface CycleSettings {
  readonly symbol: string;
  readonly cycleMs: number;
  readonly exitTimeframe: Timeframe;
  readonly policy: PositionPolicy;
  readonly fillModel: "book" | "slippage";
}

export interface CycleReport {
  readonly reason: Reason;
  readonly decisionId: number | null;
  readonly signalReason: string | null;
  readonly side: "buy" | "sell" | "hold" | null;
  readonly orderId: number | null;
  readonly fills: number;
  readonly newCandles: number;
  readonly fault: string | null;
}

export interface CycleRun {
  readonly tx: Tx;
  readonly account: Account;
  /** Fills and closed trades so far; brought up to date when asked. */
  readonly fold: FillFold;
  readonly trader: Trader;
  readonly settings: CycleSettings;
  readonly gathered: Gathered;
  readonly isDataFresh: boolean;
  /** False while the trading job is switched off: exits and the position policy go on, the strategy is not asked. */
  readonly mayDecide: boolean;
  readonly actor: Actor;
  readonly ids: IdSource;
}

/** Commits what was gathered. Throws only when an invariant broke or the database refused; the trader is then unusable. */
export function commitCycle(run: CycleRun): CycleReport {
  const { tx, trader, settings, gathered } = run;
  const accountId = run.account.id;
  const recorder = new TransactionRecorder(tx, accountId, trader, run.ids, run.actor);
  const broker = paperBroker(trader, settings, gathered);
  const isUnresolved = unsettledOrders(tx, accountId).some((order) => order.status === "unknown");
  let state = readState(tx).state;

  const timing = stored(run, trader.rules.needs.timing, gathered.timing);
  const exit =
    settings.exitTimeframe === trader.rules.needs.timing
      ? timing
      : stored(run, settings.exitTimeframe, gathered.exit);
  const isWorkingTooLate = state !== "RUNNING" && trader.working !== null;
  if (isWorkingTooLate) cancelWorking(trader, "the system is not running", recorder);

  let isTouched = isWorkingTooLate;
  const lastFedAt = trader.lastTimingCloseAt;
  forEachClose(exit, timing, (kind, columns, index, closeAt) => {
    if (kind === "exit") {
      const isPast = closeAt <= trader.lastExitCloseAt || columns.openAt[index]! < trader.exposedSince;
      if (!trader.isExposed || isPast) return;
      isTouched = true;
      // No order at all leaves while one's outcome is unknown.
      const scope = isUnresolved ? "nothing" : exitScope(state, settings.policy);
      passExitCandle(trader, columns, index, closeAt, scope, broker, recorder);
      state = stopOnEquity(run, recorder, state);
      return;
    }
    if (closeAt <= trader.lastTimingCloseAt) return;
    isTouched = true;
    feedTimingCandle(trader, columns, index, recorder);
  });

  trader.locks = locksAt(tx, accountId, trader.lastTimingCloseAt);
  const isUndecided = trader.lastTimingCloseAt > trader.lastDecidedAt;
  if (state === "RUNNING" && isUndecided && run.mayDecide) {
    isTouched = true;
    const isOnTime = tx.now - trader.lastTimingCloseAt <= 2 * settings.cycleMs;
    const { policy } = settings;
    passTimingCandle(
      trader,
      { state, policy, isDataFresh: run.isDataFresh, isOnTime, isUnresolved },
      broker,
      recorder,
    );
  }
  const mustFlatten = state === "EMERGENCY_STOP" && settings.policy === "flatten" && !isUnresolved;
  if (mustFlatten && flattenHeld(run, broker, recorder)) isTouched = true;
  if (isTouched) save(run);
  if (trader.lastTimingCloseAt > lastFedAt || recorder.fillCount > 0) snapshot(run);
  if (recorder.closedTrades > 0) snapshotMetrics(run.tx, run.account, run.fold, run.trader);
  return reportOf(recorder, state, gathered, isUndecided);
}

/** Cancels a resting entry and sells whatever is held at the latest price; false when there is nothing to sell. */
function flattenHeld(run: CycleRun, broker: Broker, recorder: TransactionRecorder): boolean {
  const { trader, tx } = run;
  const ticks = latestTicks(run);
  // Without any price there is nothing to sell at; the next cycle asks again.
  if (ticks === 0) return false;
  return flatten(trader, ticks, tx.now, broker, recorder);
}

/** A person's confirmed `/flatten`, in a transaction of its own. */
export function commitFlatten(run: CycleRun): CycleReport {
  const recorder = new TransactionRecorder(run.tx, run.account.id, run.trader, run.ids, run.actor);
  const sold = flattenHeld(run, paperBroker(run.trader, run.settings, run.gathered), recorder);
  save(run);
  if (sold) {
    snapshot(run);
    snapshotMetrics(run.tx, run.account, run.fold, run.trader);
  }
  const reason = flattenReason(run, recorder, sold);
  return { ...reportOf(recorder, readState(run.tx).state, run.gathered, true), reason };
}

/** The latest price in ticks; 0 when there has never been one. */
const latestTicks = ({ gathered: { quote }, trader }: CycleRun): number =>
  quote === null ? trader.markTicks : ticksOf(trader.rules.instrument, quote.price);

function flattenReason(run: CycleRun, recorder: TransactionRecorder, sold: boolean): Reason {
  if (sold) return recorder.fillCount > 0 ? "executed" : "book_too_thin";
  return latestTicks(run) === 0 ? "stale_data" : "no_inventory_to_sell";
}

/** The market's fills on paper: the real book when one was gathered, else the decision price with fixed slippage. */
function paperBroker(trader: Trader, settings: CycleSettings, gathered: Gathered): Broker {
  const { instrument, rates } = trader.rules;
  return (intent: OrderIntent): PaperOutcome => {
    if (intent.type === "limit") return { status: "open", fills: [] };
    if (settings.fillModel === "book") {
      if (gathered.book !== null) return fillFromBook(instrument, intent, gathered.book, rates);
      // Without the book an entry is refused; getting out matters more than how well it is measured.
      if (intent.purpose === "entry") return { status: "expired", fills: [] };
    }
    return fillWithSlippage(instrument, intent, intent.decisionTicks, intent.decidedAt, rates);
  };
}

/** Locks that stand at the candle's close, as in a backtest, and those set by hand since, which count at once. */
function locksAt(tx: Tx, accountId: number, closeAt: number): EntryLock[] {
  const sinceThen = activeLocks(tx, accountId, tx.now).map((lock) => ({
    ...lock,
    fromAt: Math.min(lock.fromAt, closeAt),
  }));
  return [...activeLocks(tx, accountId, closeAt), ...sinceThen];
}

function stored(run: CycleRun, timeframe: Timeframe, candles: readonly Candle[]): CandleColumns {
  const series = new CandleSeries(timeframe, { capacity: Math.max(1, candles.length) });
  if (candles.length === 0) return series;
  const { conflicts } = upsertCandles(run.tx, run.settings.symbol, timeframe, candles);
  if (conflicts.length > 0) {
    run.tx.audit({
      category: "market",
      type: "candles_conflict",
      actor: run.actor,
      summary: `The market now states other values for ${conflicts.length} stored ${timeframe} candle(s); the stored ones stand.`,
      facts: { timeframe, firstOpenAt: conflicts[0]?.stored.openAt ?? null, count: conflicts.length },
    });
  }
  const standing = new Map(conflicts.map(({ stored: kept }) => [kept.openAt, kept]));
  for (const candle of candles) series.append(standing.get(candle.openAt) ?? candle);
  return series;
}

/** Closed candles of both timeframes in the order they closed; exits before the decision of the same instant. */
function forEachClose(
  exit: CandleColumns,
  timing: CandleColumns,
  visit: (kind: "exit" | "timing", columns: CandleColumns, index: number, closeAt: number) => void,
): void {
  const exitMs = timeframeMs(exit.timeframe);
  const timingMs = timeframeMs(timing.timeframe);
  let e = 0;
  let t = 0;
  while (e < exit.length || t < timing.length) {
    const exitAt = e < exit.length ? exit.openAt[e]! + exitMs : Number.POSITIVE_INFINITY;
    const timingAt = t < timing.length ? timing.openAt[t]! + timingMs : Number.POSITIVE_INFINITY;
    if (exitAt <= timingAt) visit("exit", exit, e++, exitAt);
    else visit("timing", timing, t++, timingAt);
  }
}

function stopOnEquity(run: CycleRun, recorder: TransactionRecorder, state: SystemState): SystemState {
  if (recorder.equityStop === null || state === "EMERGENCY_STOP") return state;
  const percent = (recorder.equityStop * 100).toFixed(2);
  const limit = (run.trader.rules.limits.equityStop * 100).toFixed(2);
  const reason = `Equity fell ${percent} % below its peak; the limit is ${limit} %.`;
  const moved = enterState(run.tx, { by: "safety", cause: "equity_stop" }, reason, run.actor);
  if (!moved.ok) return state;
  insertNotice(run.tx, {
    kind: "equity_stop",
    level: "critical",
    topic: "alerts",
    facts: { drawdown: recorder.equityStop, limit: run.trader.rules.limits.equityStop },
  });
  return moved.value.state;
}

function save(run: CycleRun): void {
  const { tx, trader } = run;
  const accountId = run.account.id;
  const { ledger, rules } = trader;
  savePosition(
    tx,
    accountId,
    {
      lots: ledger.lots,
      costUnits: ledger.costUnits,
      realisedUnits: ledger.realisedUnits,
      feesUnits: ledger.feesUnits,
      openedAt: ledger.openedAt,
    },
    { [rules.instrument.quoteAsset]: ledger.cashUnits, [rules.instrument.baseAsset]: ledger.baseUnits },
  );
  saveMemory(tx, accountId, trader.memory());
}

/** One equity row a timing candle and one a fill in between, at the market's instant. */
function snapshot({ tx, account, trader }: CycleRun): void {
  const { ledger } = trader;
  if (trader.markTicks === 0) return;
  insertEquity(tx, {
    accountId: account.id,
    at: Math.max(trader.lastTimingCloseAt, trader.lastExitCloseAt),
    markTicks: trader.markTicks,
    lots: ledger.lots,
    cashUnits: ledger.cashUnits,
    equityUnits: trader.equityUnits(),
    peakUnits: trader.peakUnits,
  });
}

function reportOf(
  recorder: TransactionRecorder,
  state: SystemState,
  gathered: Gathered,
  isUndecided: boolean,
): CycleReport {
  const { decision } = recorder;
  const idle: Reason = state === "RUNNING" || !isUndecided ? "no_new_candle" : "system_not_running";
  return {
    reason: decision?.reason ?? (recorder.fillCount > 0 ? "executed" : idle),
    decisionId: recorder.decisionId,
    signalReason: decision?.signal.reason ?? null,
    side: decision?.signal.side ?? null,
    orderId: recorder.orderId,
    fills: recorder.fillCount,
    newCandles: gathered.timing.length + gathered.exit.length,
    fault: gathered.fault,
  };
}
