/** Whether an order may be made at all, check by check in a fixed order; the first that fails gives the reason. */
import { type Instrument, notionalUnits } from "../core/instrument.ts";
import { mulDivCeil, PPM } from "../core/money.ts";
import type { OrderPurpose } from "../core/order.ts";
import type { Reason } from "../core/reasons.ts";
import type { PositionPolicy, SystemState } from "../core/state.ts";
import { isDust, smallestLots } from "./dust.ts";
import type { HardLimits } from "./limits.ts";
import type { RiskValues } from "./parameters.ts";

/** One check as `/why` shows it: what was found and what it was held against. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly value: string | number | boolean | null;
  readonly bound: string | number | boolean | null;
}

export interface GateVerdict {
  /** Null when the order may go on to sizing. */
  readonly reason: Reason | null;
  /** The checks made, in order, up to and including the first that failed; put into words only when somebody asks. */
  explain(): readonly Check[];
}

export interface EntryFacts {
  /** The state is RUNNING in the transaction that would record the intent. */
  readonly mayEnter: boolean;
  readonly isUnresolved: boolean;
  readonly isDataFresh: boolean;
  /** The candle closed within two cycles. */
  readonly isOnTime: boolean;
  /** What blocks entries (a protection's kind or a hand-set lock), or null. */
  readonly lock: string | null;
  /** Orders made since the UTC day began. */
  readonly ordersToday: number;
  /** Realised pnl of the UTC day, quote units; a loss is negative. */
  readonly dayRealisedUnits: number;
  readonly dayOpeningEquityUnits: number;
  readonly equityUnits: number;
  readonly positionLots: number;
  readonly isOrderPending: boolean;
  readonly markTicks: number;
}

/**
 * state → unresolved → data → lock → orders today → daily loss → exposure → position → pending order. A backtest asks
 * thousands of times and explains nothing, so the checks are worded apart from being made, in the same order.
 */
export function checkEntry(
  risk: RiskValues,
  limits: HardLimits,
  instrument: Instrument,
  facts: EntryFacts,
): GateVerdict {
  const lossBound = shareCeil(
    facts.dayOpeningEquityUnits,
    Math.min(risk.max_daily_loss, limits.maxDailyLoss),
  );
  const exposureBound = shareCeil(facts.equityUnits, Math.min(risk.max_exposure, limits.maxExposure));
  const lossUnits = -facts.dayRealisedUnits + 0;
  const heldUnits = notionalUnits(instrument, facts.markTicks, facts.positionLots);
  const isFlat = isDust(instrument, facts.positionLots, facts.markTicks);
  const reason = entryReason();
  return { reason, explain };

  function entryReason(): Reason | null {
    if (!facts.mayEnter) return "system_not_running";
    if (facts.isUnresolved) return "order_unresolved";
    if (!facts.isDataFresh) return "stale_data";
    if (!facts.isOnTime) return "late_candle";
    if (facts.lock !== null) return "entry_locked";
    if (facts.ordersToday >= limits.maxOrdersPerDay) return "order_throttled";
    if (lossUnits >= lossBound) return "max_daily_loss_exceeded";
    if (heldUnits >= exposureBound) return "max_exposure_reached";
    if (!isFlat) return "already_in_position";
    return facts.isOrderPending ? "order_pending" : null;
  }

  function explain(): readonly Check[] {
    const rows: readonly (readonly [Reason, string, Check["value"], Check["bound"]])[] = [
      ["system_not_running", "state", facts.mayEnter, true],
      ["order_unresolved", "unresolved", facts.isUnresolved, false],
      ["stale_data", "data_fresh", facts.isDataFresh, true],
      ["late_candle", "on_time", facts.isOnTime, true],
      ["entry_locked", "lock", facts.lock, null],
      ["order_throttled", "orders_today", facts.ordersToday, limits.maxOrdersPerDay],
      ["max_daily_loss_exceeded", "daily_loss", lossUnits, lossBound],
      ["max_exposure_reached", "exposure", heldUnits, exposureBound],
      ["already_in_position", "position", facts.positionLots, smallestLots(instrument, facts.markTicks)],
      ["order_pending", "pending", facts.isOrderPending, false],
    ];
    const made = reason === null ? rows : rows.slice(0, rows.findIndex(([code]) => code === reason) + 1);
    return made.map(([code, name, value, bound]) => ({ name, ok: code !== reason, value, bound }));
  }
}

/** Which exits may leave: every one, stop loss and trailing stop alone, or none. */
export type ExitScope = "all" | "protect" | "nothing";

/** While RUNNING every exit; otherwise what the position policy leaves (`flatten` keeps the stops until it has sold). */
export function exitScope(state: SystemState, policy: PositionPolicy): ExitScope {
  if (state === "RUNNING") return "all";
  return policy === "hold" ? "nothing" : "protect";
}

/** Whether a scope lets an exit of this purpose leave. `flatten` is an admin's or the policy's own act: the caller answers for it. */
export function mayLeave(scope: ExitScope, purpose: OrderPurpose): boolean {
  if (purpose === "entry") return false;
  if (scope === "all" || purpose === "flatten") return true;
  return scope === "protect" && (purpose === "stop_loss" || purpose === "trailing_stop");
}

export interface ExitFacts {
  readonly purpose: OrderPurpose;
  readonly state: SystemState;
  readonly policy: PositionPolicy;
  readonly isUnresolved: boolean;
  readonly positionLots: number;
  readonly markTicks: number;
}

/** state or policy → unresolved → inventory. Data age, locks and losses never hold an exit back. */
export function checkExit(instrument: Instrument, facts: ExitFacts): GateVerdict {
  const scope = exitScope(facts.state, facts.policy);
  const isAllowed = mayLeave(scope, facts.purpose);
  const hasInventory = !isDust(instrument, facts.positionLots, facts.markTicks);
  const reason = exitReason();
  return { reason, explain };

  function exitReason(): Reason | null {
    if (!isAllowed) return "system_not_running";
    if (facts.isUnresolved) return "order_unresolved";
    return hasInventory ? null : "no_inventory_to_sell";
  }

  function explain(): readonly Check[] {
    const checks: Check[] = [{ name: "policy", ok: isAllowed, value: facts.purpose, bound: scope }];
    if (!isAllowed) return checks;
    checks.push({ name: "unresolved", ok: !facts.isUnresolved, value: facts.isUnresolved, bound: false });
    if (facts.isUnresolved) return checks;
    const smallest = smallestLots(instrument, facts.markTicks);
    checks.push({ name: "inventory", ok: hasInventory, value: facts.positionLots, bound: smallest });
    return checks;
  }
}

/** A share of an amount rounded up, so that whole units reach the bound exactly when they reach the share. */
const shareCeil = (units: number, share: number): number => mulDivCeil(units, Math.round(share * PPM), PPM);
