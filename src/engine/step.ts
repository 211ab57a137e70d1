/** The steps every mode takes for a closed candle: protective exits, resting orders, decision, execution, ledger. Pure but for the recorder. */
import type { CandleColumns } from "../core/candles.ts";
import { priceOf, ticksOf } from "../core/instrument.ts";
import type { OrderIntent } from "../core/order.ts";
import type { ClosedTrade } from "../core/position.ts";
import { fillResting, type PaperOutcome } from "../execution/paper.ts";
import type { ExitScope } from "../risk/gate.ts";
import type { Lock } from "../risk/protections.ts";
import { sizeExit } from "../risk/sizing.ts";
import { type Decision, decide, exitIntent, type Situation } from "./decide.ts";
import type { Trader, WorkingOrder } from "./trader.ts";

/** Executes an intent at once (paper, backtest). */
export type Broker = (intent: OrderIntent) => PaperOutcome;

/** Hears everything that happened, in order; the paper engine writes it down, a backtest collects it. */
export interface Recorder {
  decided(decision: Decision): void;
  /** After the decision it belongs to; protective exits come without one. */
  ordered(intent: OrderIntent, outcome: PaperOutcome, closed: ClosedTrade | null): void;
  /** A resting order got something. */
  rested(working: WorkingOrder, outcome: PaperOutcome): void;
  canceled(working: WorkingOrder, why: string): void;
  locked(lock: Lock): void;
  equityStopped(drawdown: number): void;
}

/** One closed candle of the exit timeframe while exposed: mark, resting order, protective exits, equity stop. */
export function passExitCandle(
  trader: Trader,
  candles: CandleColumns,
  index: number,
  closeAt: number,
  scope: ExitScope,
  broker: Broker,
  recorder: Recorder,
): void {
  const enteredAt =
    trader.working === null ? null : restWorking(trader, trader.working, candles, index, closeAt, recorder);
  if (trader.ledger.lots > 0) {
    // What the candle reached before a resting entry filled is not ours to take: its stop may act, its high counts for nothing.
    const hit = trader.exits.onCandle(
      enteredAt === null ? candles.open[index]! : Math.min(enteredAt, candles.open[index]!),
      enteredAt ?? candles.high[index]!,
      candles.low[index]!,
      candles.close[index]!,
      closeAt,
      scope,
    );
    if (hit !== null) {
      const ticks = ticksOf(trader.rules.instrument, hit.price);
      const { lots } = sizeExit(trader.rules.instrument, trader.ledger.lots, hit.fraction, ticks);
      if (lots > 0) {
        cancelWorking(trader, "a protective exit fired", recorder);
        execute(trader, exitIntent(hit.purpose, lots, ticks, closeAt), broker, recorder);
      }
    }
  }
  const fall = trader.mark(candles.close[index]!);
  trader.lastExitCloseAt = closeAt;
  if (fall > trader.rules.limits.equityStop) {
    cancelWorking(trader, "the equity stop was reached", recorder);
    recorder.equityStopped(fall);
  }
}

/** Cancels a resting entry and sells whatever is held; false when there is nothing that could be sold. */
export function flatten(
  trader: Trader,
  ticks: number,
  at: number,
  broker: Broker,
  recorder: Recorder,
): boolean {
  cancelWorking(trader, "the position is being closed", recorder);
  const { lots } = sizeExit(trader.rules.instrument, trader.ledger.lots, 1, ticks);
  if (lots === 0) return false;
  execute(trader, exitIntent("flatten", lots, ticks, at), broker, recorder);
  return true;
}

/** The latest closed timing candle, already fed: decide, execute, trip protections. */
export function passTimingCandle(
  trader: Trader,
  situation: Situation,
  broker: Broker,
  recorder: Recorder,
): Decision {
  const decided = decide(trader, situation);
  const outcome = decided.intent === null ? null : broker(decided.intent);
  const isEmpty = outcome !== null && outcome.status === "expired" && outcome.fills.length === 0;
  const decision: Decision = isEmpty ? { ...decided, reason: "book_too_thin" } : decided;
  trader.lastDecidedAt = decision.candleCloseAt;
  recorder.decided(decision);
  if (decision.signal.side === "sell") cancelWorking(trader, "the signal turned", recorder);
  if (decision.intent !== null && outcome !== null) settle(trader, decision.intent, outcome, recorder);
  return decision;
}

/** Feeds a closed timing candle: indicators, mark, the day's books, ageing of a resting order. */
export function feedTimingCandle(
  trader: Trader,
  candles: CandleColumns,
  index: number,
  recorder: Recorder,
): void {
  trader.feedTiming(candles, index);
  trader.mark(candles.close[index]!);
  trader.rollDay(trader.lastTimingCloseAt);
  trader.protections.onEquity(trader.lastTimingCloseAt, trader.equityUnits());
  if (trader.ledger.lots > 0 && !trader.exits.isArmed && !Number.isNaN(trader.atr)) trader.armExits();
  if (trader.working !== null && --trader.working.candlesLeft <= 0)
    cancelWorking(trader, "its time ran out", recorder);
  trip(trader, recorder);
}

/** Sends an intent to the broker and books what comes back. */
function execute(trader: Trader, intent: OrderIntent, broker: Broker, recorder: Recorder): PaperOutcome {
  const outcome = broker(intent);
  settle(trader, intent, outcome, recorder);
  return outcome;
}

function settle(trader: Trader, intent: OrderIntent, outcome: PaperOutcome, recorder: Recorder): void {
  trader.countOrder(intent.decidedAt);
  if (!trader.isExposed) trader.exposedSince = intent.decidedAt;
  const closed = trader.book(outcome.fills, intent.purpose);
  if (outcome.status === "open") {
    const candlesLeft = trader.rules.execution.limit_ttl_candles;
    trader.working = { intent, lotsLeft: intent.lots, candlesLeft };
  }
  recorder.ordered(intent, outcome, closed);
  trip(trader, recorder);
}

export function cancelWorking(trader: Trader, why: string, recorder: Recorder): void {
  const working = trader.working;
  if (working === null) return;
  trader.working = null;
  recorder.canceled(working, why);
}

/** The price at which the resting order got something, or null. */
function restWorking(
  trader: Trader,
  working: WorkingOrder,
  candles: CandleColumns,
  index: number,
  closeAt: number,
  recorder: Recorder,
): number | null {
  const { instrument, rates } = trader.rules;
  const { intent } = working;
  const range = {
    highTicks: ticksOf(instrument, candles.high[index]!),
    lowTicks: ticksOf(instrument, candles.low[index]!),
    volumeLots: Math.floor((candles.volume[index]! * 1e8) / instrument.lotUnits),
    closeAt,
  };
  const order = {
    side: intent.side,
    limitTicks: intent.limitTicks ?? intent.decisionTicks,
    lotsLeft: working.lotsLeft,
  };
  const outcome = fillResting(instrument, order, range, rates.feePpm);
  if (outcome.fills.length === 0) return null;
  for (const fill of outcome.fills) working.lotsLeft -= fill.lots;
  trader.book(outcome.fills, intent.purpose);
  if (working.lotsLeft === 0) trader.working = null;
  recorder.rested(working, outcome);
  return priceOf(instrument, order.limitTicks);
}

function trip(trader: Trader, recorder: Recorder): void {
  for (const lock of trader.protections.takeTrips()) {
    trader.locks.push(lock);
    recorder.locked(lock);
  }
}
