/**
 * What commands can reach of trading, in core words, one small interface a topic; wired in app.ts.
 * Units as everywhere: prices in ticks, quantities in lots, quote amounts in units of 1e-8, instants in epoch ms.
 * Reads are synchronous reads of the database or of memory unless they say otherwise.
 */
import type { Tx } from "../../db/database.ts";
import type { Actor, Role } from "../core/actor.ts";
import type { Result } from "../core/errors.ts";
import type { Instrument } from "../core/instrument.ts";
import type { OrderPurpose, OrderStatus, OrderType } from "../core/order.ts";
import type { CandleChart } from "../core/picture.ts";
import type { ClosedTrade, EquityPoint } from "../core/position.ts";
import type { Reason } from "../core/reasons.ts";
import type { Side } from "../core/signal.ts";
import type { MoveRefusal, PositionPolicy, SystemState } from "../core/state.ts";
import type { Timeframe } from "../core/timeframe.ts";
import type { Figure, Report } from "../metrics/report.ts";

export type { Figure };

/** Newest first; `page` counts from 1 and `pages` is at least 1. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly page: number;
  readonly pages: number;
  readonly total: number;
}

/** The share done, 0 to 1, and what is being done. */
export type Progress = (share: number, label: string) => void;

export interface StateView {
  readonly state: SystemState;
  readonly since: number;
  readonly reason: string;
  /** As `actorLabel` writes it; `People.nameOf` makes it readable. */
  readonly actor: string;
}

export interface StateChange extends StateView {
  readonly from: SystemState | null;
}

export interface StateCapability {
  current(): StateView;
  history(page: number, size: number): Page<StateChange>;
  policy(): PositionPolicy;
  /** Applies a person's move inside the caller's transaction, with its audit event and its notice; refuses illegal ones. */
  move(
    tx: Tx,
    via: "pause" | "resume" | "stop" | "recover",
    reason: string,
    by: { readonly actor: Actor; readonly role: Role },
  ): Result<StateView, MoveRefusal>;
  /** What happened since the emergency stop and what must be well before `/recover`. */
  recoveryChecklist(): readonly ReadinessItem[];
}

export interface ReadinessItem {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, such as `812 of 720 candles`. */
  readonly detail: string;
  /** What to do when it is not well; null when it is. */
  readonly mend: string | null;
}

export interface EngineStatus {
  readonly mode: "paper" | "live" | "replay" | "demo";
  readonly symbol: string;
  readonly strategy: string;
  readonly configVersion: number;
  readonly cycleSeconds: number;
  readonly lastCycleAt: number | null;
  readonly lastDecision: {
    readonly at: number;
    readonly side: Side | "hold";
    readonly reason: Reason;
  } | null;
  readonly unresolvedOrders: number;
}

export interface CycleOutcome {
  readonly reason: Reason;
  /** The strategy's own code, when it was asked. */
  readonly signalReason: string | null;
  readonly side: Side | "hold" | null;
  readonly orderId: number | null;
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

/** Called exactly once, in the transaction that makes the outcome durable: where a command settles its answer. */
export type InTransaction<Outcome> = (tx: Tx, outcome: Outcome) => void;

export interface EngineCapability {
  status(): EngineStatus;
  readiness(): readonly ReadinessItem[];
  /** One cycle now; refused with the reason when one runs. Calls `record` once unless refused or thrown. */
  runCycle(
    actor: Actor,
    record: InTransaction<CycleOutcome>,
  ): Promise<Result<CycleOutcome, "cycle_running" | "not_ready">>;
  /** Sells the whole position at the market whatever the state; `record` as above. */
  flatten(
    actor: Actor,
    record: InTransaction<CycleOutcome>,
  ): Promise<Result<CycleOutcome, "cycle_running" | "flat" | "order_unresolved" | Reason>>;
}

export interface PriceView {
  readonly ticks: number;
  readonly at: number;
  /** The change over the last 24 h as a fraction, null when candles are missing. */
  readonly dayChange: number | null;
  readonly dayLowTicks: number | null;
  readonly dayHighTicks: number | null;
  /** Closes of the last 24 h, oldest first. */
  readonly dayCloses: readonly number[];
}

export interface MarketCapability {
  instrument(): Instrument;
  /** Asks the market; throws OutsideError when it does not answer. */
  price(): Promise<PriceView>;
  feed(): { readonly isConnected: boolean; readonly since: number; readonly detail: string };
}

export interface CoverageView {
  readonly timeframe: Timeframe;
  readonly candles: number;
  readonly firstAt: number | null;
  readonly lastCloseAt: number | null;
  /** Candles the active strategy needs, 0 when it does not use the timeframe. */
  readonly needed: number;
  /** Missing and still to be fetched, and those the exchange itself does not have. */
  readonly missing: number;
  readonly confirmedMissing: number;
}

export interface DataCapability {
  coverage(): readonly CoverageView[];
  gaps(limit: number): readonly {
    readonly timeframe: Timeframe;
    readonly fromAt: number;
    readonly toAt: number;
    readonly isConfirmed: boolean;
  }[];
  /** Null while nothing was ever fetched. */
  ageMs(now: number): number | null;
  /** The last `count` candles held of any length that the stored ones fill; null without one. */
  chart(timeframe: Timeframe, count: number, timeZone: string): CandleChart | null;
  /** Fetches what is missing of the last days; may take minutes, may be repeated. Throws OutsideError. */
  fetch(days: number, progress: Progress): Promise<{ readonly added: number; readonly missing: number }>;
}

export interface PositionView {
  readonly lots: number;
  /** Average entry price; null when flat. */
  readonly entryPrice: number | null;
  readonly markTicks: number | null;
  readonly markAt: number | null;
  readonly notionalUnits: number;
  readonly unrealisedUnits: number;
  readonly realisedUnits: number;
  readonly feesUnits: number;
  readonly openedAt: number | null;
  /** Held, but below what can be sold: counts as flat. */
  readonly isDust: boolean;
  readonly stopTicks: number | null;
  readonly trailingStopTicks: number | null;
  readonly takeProfitTicks: number | null;
  /** Share of equity, 0 to 1. */
  readonly exposure: number;
}

export interface EquityView {
  readonly equityUnits: number;
  readonly cashUnits: number;
  readonly startingUnits: number;
  readonly peakUnits: number;
  readonly drawdown: number;
  /** Of the UTC day. */
  readonly todayRealisedUnits: number;
  readonly todayOpeningUnits: number;
  readonly at: number;
}

export interface OrderView {
  readonly id: number;
  readonly clientOrderId: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly purpose: OrderPurpose;
  readonly status: OrderStatus;
  readonly lots: number;
  readonly filledLots: number;
  readonly limitTicks: number | null;
  /** Average over its fills; null without any. */
  readonly averagePrice: number | null;
  /** The price the decision was made at, for slippage. */
  readonly decisionTicks: number;
  readonly decidedAt: number;
  readonly configVersion: number;
  readonly detail: string;
}

export interface FillView {
  readonly id: number;
  readonly orderId: number;
  readonly side: Side;
  readonly ticks: number;
  readonly lots: number;
  readonly feeUnits: number;
  readonly feeAsset: string;
  readonly purpose: OrderPurpose;
  readonly at: number;
}

export interface AccountCapability {
  kind(): "paper" | "live";
  openedAt(): number;
  position(): PositionView;
  equity(): EquityView;
  balances(): readonly { readonly asset: string; readonly units: number }[];
  /** At most `points`, evenly thinned, oldest first. */
  equityHistory(fromAt: number, toAt: number, points: number): readonly EquityPoint[];
  orders(page: number, size: number): Page<OrderView>;
  fills(page: number, size: number): Page<FillView>;
  closedTrades(page: number, size: number): Page<ClosedTrade>;
  /** The whole account's life with null. */
  performance(fromAt: number | null, toAt: number): Report;
  /**
   * Closes the paper account and opens the next; refused unless PAUSED and on paper. The equity includes what the
   * seeded position cost.
   */
  reset(
    tx: Tx,
    actor: Actor,
    seed: { readonly equityUnits: number; readonly lots: number; readonly ticks: number },
  ): Result<{ readonly accountId: number }, "not_paused" | "not_paper" | "order_unresolved" | "bad_seed">;
}

export interface LockView {
  readonly id: number;
  readonly kind: string;
  readonly reason: string;
  readonly fromAt: number;
  readonly untilAt: number | null;
  readonly actor: string;
}

export interface LocksCapability {
  active(now: number): readonly LockView[];
  /** Blocks entries by hand; null until lifted. */
  set(tx: Tx, actor: Actor, untilAt: number | null, reason: string): LockView;
  /** Lifts one, or all with null; how many were lifted. */
  lift(tx: Tx, actor: Actor, id: number | null): number;
}
