/** Protective exits of one open position, candle by candle: stop loss, trailing stop, take profits, time stop. */
import { InvariantError } from "../core/errors.ts";
import type { JsonValue } from "../core/event.ts";
import type { OrderPurpose } from "../core/order.ts";
import type { ExitScope } from "./gate.ts";
import type { ExitValues } from "./parameters.ts";

export interface ExitHit {
  readonly purpose: OrderPurpose;
  /** Where it fills before slippage, quote units a base unit; not necessarily on a tick. */
  readonly price: number;
  /** Share of the position then held. */
  readonly fraction: number;
}

export interface ArmedPosition {
  /** Average entry price, quote units a base unit. */
  readonly entryPrice: number;
  /** Epoch ms. */
  readonly openedAt: number;
  /** ATR(14) of the timing timeframe at entry in price units, NaN when unknown. */
  readonly atr: number;
}

const HOUR_MS = 3_600_000;

/**
 * `onCandle` runs on every exit candle of a backtest: plain number fields, levels that are off stand at 0 or Infinity so
 * that a disarmed watch costs the same few comparisons, and nothing is allocated unless an exit fires.
 */
export class ExitWatch {
  readonly #values: ExitValues;
  readonly #atrStopMultiple: number;
  readonly #trailFactor: number;

  #isArmed = false;
  #entry = 0;
  #openedAt = 0;
  #atr = Number.NaN;
  #high = Number.POSITIVE_INFINITY;
  /** The stop that acts: the higher of stop loss and trailing stop. */
  #stop = 0;
  #isTrailing = false;
  #activation = Number.POSITIVE_INFINITY;
  #isFirstSpent = false;
  #isSecondSpent = false;
  /** The nearer of the take-profit levels not yet spent. */
  #target = Number.POSITIVE_INFINITY;
  #timeAt = Number.POSITIVE_INFINITY;

  constructor(values: ExitValues, atrStopMultiple: number) {
    this.#values = values;
    this.#atrStopMultiple = atrStopMultiple;
    this.#trailFactor = 1 - values.trailing_distance_pct / 100;
  }

  get isArmed(): boolean {
    return this.#isArmed;
  }

  /** Whether the stop that acts now is the trailing one. */
  get isTrailing(): boolean {
    return this.#isArmed && this.#isTrailing;
  }

  /** The level of the stop that acts now (stop loss or trailing stop), or null when there is none. */
  stopPrice(): number | null {
    return this.#stop > 0 ? this.#stop : null;
  }

  /** The next take-profit level, or null when there is none. */
  targetPrice(): number | null {
    return Number.isFinite(this.#target) ? this.#target : null;
  }

  /** A candle whose low stays above this cannot touch the stop. */
  get quietAbove(): number {
    return this.#stop;
  }

  /** A candle whose high stays below this neither takes profit nor moves the trailing stop. */
  get quietBelow(): number {
    return this.#values.trailing ? Math.min(this.#target, this.#high) : this.#target;
  }

  /** A candle that closes before this does not run into the time stop. */
  get quietBefore(): number {
    return this.#timeAt;
  }

  /** Watches a position that has just been opened; levels of an earlier one are forgotten. */
  arm(position: ArmedPosition): void {
    const values = this.#values;
    const entry = position.entryPrice;
    this.#isArmed = true;
    this.#entry = entry;
    this.#openedAt = position.openedAt;
    this.#atr = position.atr;
    this.#stop = Math.max(0, entry - this.#stopDistance(entry, position.atr));
    this.#isTrailing = false;
    this.#activation = values.trailing
      ? entry * (1 + values.trailing_activation_pct / 100)
      : Number.POSITIVE_INFINITY;
    this.#isFirstSpent = false;
    this.#isSecondSpent = false;
    this.#target = this.#nextTarget();
    this.#timeAt =
      values.time_stop_hours > 0
        ? position.openedAt + values.time_stop_hours * HOUR_MS
        : Number.POSITIVE_INFINITY;
    this.#raise(entry);
  }

  disarm(): void {
    this.#isArmed = false;
    this.#stop = 0;
    this.#high = Number.POSITIVE_INFINITY;
    this.#activation = Number.POSITIVE_INFINITY;
    this.#target = Number.POSITIVE_INFINITY;
    this.#timeAt = Number.POSITIVE_INFINITY;
  }

  /**
   * The exit a closed candle asks for, at most one, stop before target before time. A stop fires again on every candle
   * that touches it until the watch is disarmed; a take-profit level is spent when it fires. `scope` holds exits back
   * without losing track of the highest price.
   */
  onCandle(
    open: number,
    high: number,
    low: number,
    close: number,
    closeAt: number,
    scope: ExitScope = "all",
  ): ExitHit | null {
    let hit: ExitHit | null = null;
    if (low <= this.#stop) {
      if (scope !== "nothing") hit = this.#stopped(open);
    } else if (high >= this.#target) {
      if (scope === "all") hit = this.#tookProfit(open);
    } else if (closeAt >= this.#timeAt) {
      if (scope === "all") hit = { purpose: "time_stop", price: close, fraction: 1 };
    }
    if (high > this.#high) this.#raise(high);
    return hit;
  }

  /** What must be remembered across a restart; levels are worked out anew from the values then active. */
  memory(): JsonValue {
    if (!this.#isArmed) return null;
    return {
      entryPrice: this.#entry,
      openedAt: this.#openedAt,
      atr: Number.isNaN(this.#atr) ? null : this.#atr,
      high: this.#high,
      isFirstSpent: this.#isFirstSpent,
      isSecondSpent: this.#isSecondSpent,
    };
  }

  restore(memory: JsonValue): void {
    this.disarm();
    if (memory === null) return;
    const kept = memory as { readonly [key: string]: JsonValue };
    const { entryPrice, openedAt, atr, high } = kept;
    if (typeof entryPrice !== "number" || typeof openedAt !== "number" || typeof high !== "number") {
      throw new InvariantError(
        "bad_exit_memory",
        "What was stored about the position's exits cannot be read.",
      );
    }
    this.arm({ entryPrice, openedAt, atr: typeof atr === "number" ? atr : Number.NaN });
    this.#raise(high);
    this.#isFirstSpent = kept["isFirstSpent"] === true;
    this.#isSecondSpent = kept["isSecondSpent"] === true;
    this.#target = this.#nextTarget();
  }

  /** A gap through the stop fills at the open, a touch at the stop: the worse of the two. */
  #stopped(open: number): ExitHit {
    const purpose = this.#isTrailing ? "trailing_stop" : "stop_loss";
    return { purpose, price: Math.min(open, this.#stop), fraction: 1 };
  }

  #tookProfit(open: number): ExitHit {
    const price = Math.max(open, this.#target);
    const isFirst = this.#firstTarget() <= this.#secondTarget();
    const fraction = isFirst ? this.#values.take_profit_1_fraction : this.#values.take_profit_2_fraction;
    if (isFirst) this.#isFirstSpent = true;
    else this.#isSecondSpent = true;
    this.#target = this.#nextTarget();
    return { purpose: "take_profit", price, fraction };
  }

  #firstTarget(): number {
    return this.#isFirstSpent ? Number.POSITIVE_INFINITY : level(this.#entry, this.#values.take_profit_1_pct);
  }

  #secondTarget(): number {
    return this.#isSecondSpent
      ? Number.POSITIVE_INFINITY
      : level(this.#entry, this.#values.take_profit_2_pct);
  }

  #nextTarget(): number {
    return Math.min(this.#firstTarget(), this.#secondTarget());
  }

  /** A new highest price moves the trailing stop, from the next candle on. */
  #raise(high: number): void {
    this.#high = high;
    if (high < this.#activation) return;
    const trail = high * this.#trailFactor;
    if (trail <= this.#stop) return;
    this.#stop = trail;
    this.#isTrailing = true;
  }

  /**
   * Infinity when no stop loss is wanted. The percentage stands in for an ATR that is unknown or would put the stop
   * below zero: a position never loses its stop.
   */
  #stopDistance(entry: number, atr: number): number {
    const { stop_loss_mode: mode, stop_loss_pct: pct } = this.#values;
    if (mode === "off") return Number.POSITIVE_INFINITY;
    const byAtr = this.#atrStopMultiple * atr;
    return mode === "atr" && byAtr > 0 && byAtr < entry ? byAtr : (entry * pct) / 100;
  }
}

const level = (entry: number, pct: number): number =>
  pct > 0 ? entry * (1 + pct / 100) : Number.POSITIVE_INFINITY;
