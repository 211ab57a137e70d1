/** The chain behind one decision as `/why` shows it: candle, signal, checks, size, order, fills and the config version behind them. */
import type { Reason } from "../core/reasons.ts";
import type { Side } from "../core/signal.ts";
import type { Timeframe } from "../core/timeframe.ts";
import type { FillView, OrderView } from "./trading-capabilities.ts";

/** One check of the risk gate in the order made: what was found and what it was held against, as the gate recorded them. */
export interface CheckView {
  readonly name: string;
  readonly ok: boolean;
  readonly value: string | number | boolean | null;
  readonly bound: string | number | boolean | null;
}

/** How the size of an entry came about. */
export interface SizingView {
  readonly lots: number;
  /** The share of equity asked for, after multipliers and bounds. */
  readonly fraction: number;
  readonly multipliers: {
    readonly confidence: number;
    readonly volatility: number;
    readonly drawdown: number;
  };
  /** What made it smaller than asked for: `none`, `exposure`, `cash`, `order_limit` or `exchange`. */
  readonly cappedBy: string;
}

/** The decision's own part; an order that no candle decided (a flatten, a stop) has none. */
export interface DecisionView {
  readonly candleCloseAt: number;
  readonly timeframe: Timeframe;
  readonly decidedAt: number;
  readonly strategy: string;
  readonly closeTicks: number;
  readonly side: Side | "hold";
  readonly confidence: number;
  readonly signalReason: string;
  /** The strategy's own sentence for `signalReason`; null when it has none. */
  readonly signalSentence: string | null;
  readonly values: Readonly<Record<string, number>>;
  readonly reason: Reason;
  readonly checks: readonly CheckView[];
  readonly sizing: SizingView | null;
}

export interface WhyView {
  readonly decision: DecisionView | null;
  readonly configVersion: number;
  /** `environment` for version 1, `upgrade`, or the proposal's source. */
  readonly configSource: string;
  /** The label of who approved the version; null for the first and for upgrades, which nobody approves. */
  readonly approvedBy: string | null;
  readonly order: OrderView | null;
  readonly fills: readonly FillView[];
}

/** Null asks for the last decision; null comes back when there is none, or no such order. */
export type WhyCapability = (orderId: number | null) => WhyView | null;
