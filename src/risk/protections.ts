/** Protections: what just happened to trades, equity and orders may block new entries for a while. Exits are never blocked. */
import { InvariantError } from "../core/errors.ts";
import type { JsonValue } from "../core/event.ts";
import type { OrderPurpose } from "../core/order.ts";
import { EquityWindow } from "./equity-window.ts";
import type { ProtectionValues } from "./parameters.ts";

export const PROTECTION_KINDS = [
  "cooldown",
  "stop_loss_guard",
  "low_profit",
  "max_drawdown",
  "loss_streak",
  "order_throttle",
] as const;
export type ProtectionKind = (typeof PROTECTION_KINDS)[number];

/** Entries are blocked from `fromAt` until just before `untilAt`. One cause trips a kind once. */
export interface Lock {
  readonly kind: ProtectionKind;
  /** One sentence for people. */
  readonly reason: string;
  /** The instant of what tripped it, as text. */
  readonly cause: string;
  readonly fromAt: number;
  readonly untilAt: number;
}

export interface ClosedTradeFacts {
  readonly exitAt: number;
  readonly pnlUnits: number;
  /** Pnl over what was paid, 0.01 for one percent. */
  readonly returnFraction: number;
  /** Why the position was closed. */
  readonly purpose: OrderPurpose;
}

/** Whether a lock (until null: until lifted by hand) blocks entries at an instant. */
export const isLockActive = (
  lock: { readonly fromAt: number; readonly untilAt: number | null },
  at: number,
): boolean => at >= lock.fromAt && (lock.untilAt === null || at < lock.untilAt);

const MINUTE_MS = 60_000;
const NONE: readonly Lock[] = Object.freeze([]);
/** More closed trades than any real window holds; what is kept never grows beyond it. */
const TRADES_KEPT = 1000;

/**
 * Feed instants in order. After it trips, a protection counts anew, so that lifting its lock by hand holds until
 * something new happens; the order throttle alone always counts its whole window.
 */
export class Protections {
  readonly #values: ProtectionValues;
  readonly #equity: EquityWindow;
  readonly #equityFactor: number;
  #losingStops: number[] = [];
  #trades: [exitAt: number, returnFraction: number][] = [];
  #losses = 0;
  #orders: number[] = [];
  #tripped: Lock[] = [];

  constructor(values: ProtectionValues) {
    this.#values = values;
    this.#equity = new EquityWindow(values.max_drawdown_window_minutes);
    this.#equityFactor = 1 - values.max_drawdown_pct / 100;
  }

  /** Once for every position that was closed completely. */
  onClosedTrade(trade: ClosedTradeFacts): void {
    const { exitAt } = trade;
    this.#coolDown(exitAt);
    this.#guardStops(trade);
    this.#watchProfit(trade);
    this.#watchStreak(trade);
  }

  /** Marked-to-market equity; cheap enough for every candle. */
  onEquity(at: number, equityUnits: number): void {
    const values = this.#values;
    if (!values.max_drawdown) return;
    const highest = this.#equity.push(at, equityUnits);
    if (equityUnits > highest * this.#equityFactor || equityUnits >= highest) return;
    const fallPct = (100 * (highest - equityUnits)) / highest;
    this.#equity.clear();
    this.#trip(
      "max_drawdown",
      at,
      values.max_drawdown_lock_minutes,
      `Equity fell ${fallPct.toFixed(1)} % within ${duration(values.max_drawdown_window_minutes)}.`,
    );
  }

  /** Once for every order that was recorded, entries and exits alike. */
  onOrder(at: number): void {
    const {
      order_throttle,
      order_throttle_count: count,
      order_throttle_window_minutes: window,
    } = this.#values;
    if (!order_throttle) return;
    this.#orders.push(at);
    if (this.#orders.length > count) this.#orders.shift();
    const oldest = this.#orders[0]!;
    const untilAt = oldest + window * MINUTE_MS;
    if (this.#orders.length < count || untilAt <= at) return;
    const reason = `${count} orders within ${duration(window)}.`;
    this.#tripped.push({ kind: "order_throttle", reason, cause: String(at), fromAt: at, untilAt });
  }

  /** The locks tripped since the last call, in the order they did; each is handed over once. */
  takeTrips(): readonly Lock[] {
    if (this.#tripped.length === 0) return NONE;
    const tripped = this.#tripped;
    this.#tripped = [];
    return tripped;
  }

  memory(): JsonValue {
    return {
      losingStops: this.#losingStops,
      trades: this.#trades,
      losses: this.#losses,
      orders: this.#orders,
      equity: this.#equity.memory(),
    };
  }

  /** Takes over what `memory` gave; values may have changed since. Throws `bad_protection_memory` on anything else. */
  restore(memory: JsonValue): void {
    const kept = memory as Partial<Kept> | null;
    const isWhole =
      typeof kept === "object" &&
      kept !== null &&
      isNumbers(kept.losingStops) &&
      isPairs(kept.trades) &&
      typeof kept.losses === "number" &&
      isNumbers(kept.orders) &&
      isPairs(kept.equity);
    if (!isWhole) {
      throw new InvariantError(
        "bad_protection_memory",
        "What was stored about the protections cannot be read.",
      );
    }
    const whole = kept as Kept;
    this.#losingStops = whole.losingStops.slice(-this.#values.stop_guard_count);
    this.#trades = whole.trades.map(([exitAt, fraction]) => [exitAt, fraction]);
    this.#losses = whole.losses;
    this.#orders = whole.orders.slice(-this.#values.order_throttle_count);
    this.#equity.restore(whole.equity);
  }

  #coolDown(exitAt: number): void {
    const minutes = this.#values.cooldown_minutes;
    if (minutes > 0) this.#trip("cooldown", exitAt, minutes, `${duration(minutes)} of rest after an exit.`);
  }

  #guardStops(trade: ClosedTradeFacts): void {
    const { stop_guard, stop_guard_count: count, stop_guard_window_minutes: window } = this.#values;
    if (!stop_guard || trade.pnlUnits >= 0) return;
    if (trade.purpose !== "stop_loss" && trade.purpose !== "trailing_stop") return;
    this.#losingStops.push(trade.exitAt);
    if (this.#losingStops.length > count) this.#losingStops.shift();
    const isFull = this.#losingStops.length === count;
    if (!isFull || trade.exitAt - this.#losingStops[0]! > window * MINUTE_MS) return;
    this.#losingStops = [];
    const reason = `${count} losing stops within ${duration(window)}.`;
    this.#trip("stop_loss_guard", trade.exitAt, this.#values.stop_guard_lock_minutes, reason);
  }

  #watchProfit(trade: ClosedTradeFacts): void {
    const { low_profit, low_profit_window_minutes: window, low_profit_bound_pct: boundPct } = this.#values;
    if (!low_profit) return;
    const from = trade.exitAt - window * MINUTE_MS;
    this.#trades = this.#trades.filter(([exitAt]) => exitAt >= from).slice(1 - TRADES_KEPT);
    this.#trades.push([trade.exitAt, trade.returnFraction]);
    let sum = 0;
    for (const [, fraction] of this.#trades) sum += fraction;
    const count = this.#trades.length;
    if (count < this.#values.low_profit_min_trades || sum * 100 >= boundPct) return;
    this.#trades = [];
    const reason = `${count} closed trades within ${duration(window)} returned ${(sum * 100).toFixed(1)} % together.`;
    this.#trip("low_profit", trade.exitAt, this.#values.low_profit_lock_minutes, reason);
  }

  #watchStreak(trade: ClosedTradeFacts): void {
    const { loss_streak, loss_streak_count: count, loss_streak_lock_minutes: lock } = this.#values;
    if (!loss_streak) return;
    this.#losses = trade.pnlUnits < 0 ? this.#losses + 1 : 0;
    if (this.#losses < count) return;
    const reason = `${this.#losses} losing closed trades in a row.`;
    this.#losses = 0;
    this.#trip("loss_streak", trade.exitAt, lock, reason);
  }

  #trip(kind: ProtectionKind, at: number, minutes: number, reason: string): void {
    this.#tripped.push({ kind, reason, cause: String(at), fromAt: at, untilAt: at + minutes * MINUTE_MS });
  }
}

interface Kept {
  readonly losingStops: readonly number[];
  readonly trades: readonly (readonly [number, number])[];
  readonly losses: number;
  readonly orders: readonly number[];
  readonly equity: readonly (readonly [number, number])[];
}

const isNumbers = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === "number");

const isPairs = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => isNumbers(item) && item.length === 2);

/** Minutes as people say them: "45 min", "12 h", "7 d". */
function duration(minutes: number): string {
  if (minutes % 1440 === 0) return `${minutes / 1440} d`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
