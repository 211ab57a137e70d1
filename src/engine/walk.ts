/** Takes a trader through candle columns in memory, every candle decided as it closes: backtest, parity and bench. Pure. */
import type { CandleColumns } from "../core/candles.ts";
import type { OrderIntent } from "../core/order.ts";
import type { ClosedTrade } from "../core/position.ts";
import type { PositionPolicy, SystemState } from "../core/state.ts";
import { timeframeMs } from "../core/timeframe.ts";
import { fillWithSlippage, type PaperOutcome } from "../execution/paper.ts";
import { aggregateColumns } from "../market/aggregate.ts";
import { indexAtOrAfter } from "../market/series.ts";
import { exitScope } from "../risk/gate.ts";
import type { Lock } from "../risk/protections.ts";
import type { Decision } from "./decide.ts";
import {
  type Broker,
  feedTimingCandle,
  flatten,
  passExitCandle,
  passTimingCandle,
  type Recorder,
} from "./step.ts";
import type { Trader, WorkingOrder } from "./trader.ts";

export interface Walk {
  /** What happens to an open position after an equity stop. */
  readonly policy: PositionPolicy;
  /** Base candles: of the timing timeframe, or of a faster one that divides it (exits then act on these). */
  readonly base: CandleColumns;
  /** Candles that close by this instant only warm the indicators, epoch ms. */
  readonly warmUntil: number;
}

/** The broker of backtests and replays: every order fills at its decision price with fixed slippage. */
const slippageBroker =
  (trader: Trader): Broker =>
  (intent: OrderIntent): PaperOutcome =>
    intent.type === "limit"
      ? { status: "open", fills: [] }
      : fillWithSlippage(
          trader.rules.instrument,
          intent,
          intent.decisionTicks,
          intent.decidedAt,
          trader.rules.rates,
        );

/**
 * Walks all candles; an equity stop ends trading for the rest, as it would until a person recovers. Returns the final state.
 * Base candles are looked at one by one only while a position or a resting order is there for them to act on.
 */
export function walk(trader: Trader, { base, warmUntil, policy }: Walk, recorder: Recorder): SystemState {
  const { timing } = trader.rules.needs;
  const baseMs = timeframeMs(base.timeframe);
  const candles = base.timeframe === timing ? base : aggregateColumns(base, timing).columns;
  const timingMs = timeframeMs(timing);
  const perTiming = timingMs / baseMs;
  const broker = slippageBroker(trader);
  const run = new StoppableRun(recorder);
  let next = 0;
  const passExitsUntil = (closeAt: number): void => {
    if (!trader.isExposed) return;
    if (base.openAt[next]! < trader.exposedSince) next = indexAtOrAfter(base, trader.exposedSince);
    const end =
      base.openAt[next + perTiming - 1]! + baseMs === closeAt
        ? next + perTiming
        : indexAtOrAfter(base, closeAt - baseMs + 1);
    for (; next < end && trader.isExposed; next++) {
      if (trader.working === null) next = trader.passQuiet(base, next, end, baseMs);
      if (next >= end) return;
      const baseCloseAt = base.openAt[next]! + baseMs;
      passExitCandle(trader, base, next, baseCloseAt, exitScope(run.state, policy), broker, run);
      if (run.state === "EMERGENCY_STOP" && policy === "flatten")
        flatten(trader, trader.markTicks, baseCloseAt, broker, run);
    }
  };
  for (let index = 0; index < candles.length; index++) {
    const closeAt = candles.openAt[index]! + timingMs;
    passExitsUntil(closeAt);
    feedTimingCandle(trader, candles, index, run);
    if (closeAt <= warmUntil || run.state !== "RUNNING") continue;
    passTimingCandle(
      trader,
      { state: run.state, policy, isDataFresh: true, isOnTime: true, isUnresolved: false },
      broker,
      run,
    );
  }
  passExitsUntil(Number.POSITIVE_INFINITY);
  return run.state;
}

/** Passes everything on, and remembers that an equity stop ended trading. */
class StoppableRun implements Recorder {
  state: SystemState = "RUNNING";

  constructor(private readonly to: Recorder) {}

  decided(decision: Decision): void {
    this.to.decided(decision);
  }

  ordered(intent: OrderIntent, outcome: PaperOutcome, closed: ClosedTrade | null): void {
    this.to.ordered(intent, outcome, closed);
  }

  rested(working: WorkingOrder, outcome: PaperOutcome): void {
    this.to.rested(working, outcome);
  }

  canceled(working: WorkingOrder, why: string): void {
    this.to.canceled(working, why);
  }

  locked(lock: Lock): void {
    this.to.locked(lock);
  }

  equityStopped(drawdown: number): void {
    if (this.state === "RUNNING") this.to.equityStopped(drawdown);
    this.state = "EMERGENCY_STOP";
  }
}
