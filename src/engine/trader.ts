/** One account under one config version: indicators, ledger, protections and exits in memory, fed candle by candle. Pure. */
import type { CandleColumns } from "../core/candles.ts";
import type { JsonValue } from "../core/event.ts";
import { exact, UNITS_PER_ASSET } from "../core/money.ts";
import type { Fill, OrderIntent, OrderPurpose } from "../core/order.ts";
import type { ClosedTrade } from "../core/position.ts";
import type { Signal } from "../core/signal.ts";
import { timeframeMs } from "../core/timeframe.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { Aggregator } from "../market/aggregate.ts";
import { indexAtOrAfter } from "../market/series.ts";
import { ExitWatch } from "../risk/exits.ts";
import { Protections } from "../risk/protections.ts";
import { Atr } from "../strategy/indicators/atr.ts";
import { PercentileRank } from "../strategy/indicators/percentile-rank.ts";
import type { StrategyRun } from "../strategy/strategy.ts";
import type { Rules } from "./rules.ts";

const DAY_MS = 86_400_000;
/** ATR period and percentile window of the volatility multiplier and the ATR stop. */
export const ATR_PERIOD = 14;
export const VOLATILITY_WINDOW = 720;

const NO_SIGNAL: Signal = Object.freeze({
  side: "hold",
  confidence: 0,
  reason: "insufficient_candles",
  values: {},
});

/** A limit entry that rests in the book. */
export interface WorkingOrder {
  readonly intent: OrderIntent;
  lotsLeft: number;
  candlesLeft: number;
}

/** Blocks entries: a protection that tripped, or a lock set by hand. */
export interface EntryLock {
  readonly kind: string;
  readonly fromAt: number;
  readonly untilAt: number | null;
}

export class Trader {
  readonly rules: Rules;
  readonly ledger: Ledger;
  readonly exits: ExitWatch;
  readonly protections: Protections;
  /** What blocks entries now; the paper engine replaces it from the database before each decision. */
  locks: EntryLock[] = [];
  working: WorkingOrder | null = null;
  signal: Signal = NO_SIGNAL;
  /** Close instants, epoch ms; 0 before the first. */
  lastTimingCloseAt = 0;
  lastDecidedAt = 0;
  lastExitCloseAt = 0;
  /** The decision instant the present exposure began with: exit candles that opened before it do not count. */
  exposedSince: number;
  /** Timing candles fed so far. */
  fedTiming = 0;
  markTicks = 0;
  /** After a restart: close instant of the candle the remembered mark is from. */
  markedAt = 0;
  atr = Number.NaN;
  peakUnits: number;
  /** Largest fall of marked equity below its peak so far, as a fraction. */
  maxDrawdown = 0;
  dayOpeningUnits: number;
  dayRealisedUnits = 0;
  ordersToday = 0;
  #day = 0;
  readonly #ticksPerPrice: number;
  readonly #timingMs: number;
  readonly #run: StrategyRun;
  readonly #regime: Aggregator | null;
  readonly #atr = new Atr(ATR_PERIOD);
  readonly #volatility = new PercentileRank(VOLATILITY_WINDOW);

  constructor(rules: Rules, ledger: Ledger) {
    this.rules = rules;
    this.ledger = ledger;
    this.exits = new ExitWatch(rules.exits, rules.risk.atr_stop_multiple);
    this.protections = new Protections(rules.protections);
    this.#ticksPerPrice = UNITS_PER_ASSET / rules.instrument.tickUnits;
    this.#timingMs = timeframeMs(rules.needs.timing);
    this.#run = rules.strategy.create(rules.strategyValues);
    this.#regime =
      rules.needs.regime === null
        ? null
        : new Aggregator(rules.needs.timing, rules.needs.regime, { keep: 4 });
    this.peakUnits = ledger.cashUnits + ledger.costUnits;
    this.exposedSince = ledger.openedAt ?? 0;
    this.dayOpeningUnits = this.peakUnits;
  }

  /** Whether closed exit candles matter: a position is held or an order rests. */
  get isExposed(): boolean {
    return this.ledger.lots > 0 || this.working !== null;
  }

  /** Percentile (0 to 100) of ATR over close among the last 720 timing candles; NaN while that is not known. */
  get volatilityPercentile(): number {
    return this.#volatility.value;
  }

  equityUnits(): number {
    return this.ledger.equityUnits(this.markTicks);
  }

  drawdown(): number {
    const peak = this.peakUnits;
    return peak <= 0 ? 0 : Math.max(0, (peak - this.equityUnits()) / peak);
  }

  /** Feeds one closed timing candle through the indicators: the slower candle that closes with it comes first. */
  feedTiming(candles: CandleColumns, index: number): void {
    const regime = this.#regime;
    if (regime?.push(candles, index)) this.#run.onRegimeCandle(regime.completed, regime.completed.length - 1);
    this.signal = this.#run.onTimingCandle(candles, index);
    const close = candles.close[index]!;
    this.atr = this.#atr.update(candles.high[index]!, candles.low[index]!, close);
    this.#volatility.update(this.atr / close);
    this.lastTimingCloseAt = candles.openAt[index]! + this.#timingMs;
    this.fedTiming += 1;
  }

  /** Marks the position at a closing price; returns the fall of equity below its peak as a fraction, and keeps the deepest. */
  mark(close: number): number {
    this.markTicks = Math.round(close * this.#ticksPerPrice);
    const equity = this.equityUnits();
    if (equity >= this.peakUnits) {
      this.peakUnits = equity;
      return 0;
    }
    const fall = (this.peakUnits - equity) / this.peakUnits;
    if (fall > this.maxDrawdown) this.maxDrawdown = fall;
    return fall;
  }

  /**
   * Marks exit candles from `from` to `to` (exclusive) as long as none of them can trigger or move anything, just as if each
   * had been passed on its own; returns the first that can, or `to`. Equity follows the close, so only a close that sets a
   * record can move the peak or the deepest fall: the others need no mark.
   */
  passQuiet(candles: CandleColumns, from: number, to: number, candleMs: number): number {
    const { openAt, high, low, close } = candles;
    const above = this.exits.quietAbove;
    const below = this.exits.quietBelow;
    const isTimed = this.exits.quietBefore - candleMs <= openAt[to - 1]!;
    const end = isTimed ? Math.min(to, indexAtOrAfter(candles, this.exits.quietBefore - candleMs)) : to;
    let stopClose = this.#equityStopClose();
    let highest = this.markTicks / this.#ticksPerPrice;
    let lowest = highest;
    let i = from;
    for (; i < end; i++) {
      if (low[i]! <= above || high[i]! >= below) break;
      const last = close[i]!;
      if (last > highest) {
        highest = last;
        lowest = last;
        this.mark(last);
        stopClose = this.#equityStopClose();
      } else if (last < lowest) {
        if (last <= stopClose) break;
        lowest = last;
        this.mark(last);
      }
    }
    if (i > from) {
      this.mark(close[i - 1]!);
      this.lastExitCloseAt = openAt[i - 1]! + candleMs;
    }
    return i;
  }

  /** A close at or below this price may trip the equity stop: the full step then judges exactly. */
  #equityStopClose(): number {
    const { lots, cashUnits } = this.ledger;
    const floorUnits = this.peakUnits * (1 - this.rules.limits.equityStop);
    const floorTicks = (floorUnits - cashUnits) / (lots * this.rules.instrument.unitsPerTickLot);
    return (floorTicks + 1) / this.#ticksPerPrice;
  }

  /** Opens the books of a new UTC day when the instant lies in one; a late candle of yesterday never reopens its day. */
  rollDay(at: number): void {
    const day = Math.floor(at / DAY_MS);
    if (day <= this.#day) return;
    this.#day = day;
    this.dayOpeningUnits = this.markTicks === 0 ? this.peakUnits : this.equityUnits();
    this.dayRealisedUnits = 0;
    this.ordersToday = 0;
  }

  countOrder(at: number): void {
    this.rollDay(at);
    this.ordersToday += 1;
    this.protections.onOrder(at);
  }

  /** Books the executions of one order; returns the round trip they ended, if they did. */
  book(fills: readonly Fill[], purpose: OrderPurpose): ClosedTrade | null {
    let closed: ClosedTrade | null = null;
    for (const fill of fills) {
      this.rollDay(fill.at);
      const before = this.ledger.realisedUnits - this.ledger.feesUnits;
      closed = this.ledger.apply(fill, purpose) ?? closed;
      this.dayRealisedUnits = exact(
        this.dayRealisedUnits + this.ledger.realisedUnits - this.ledger.feesUnits - before,
      );
    }
    if (closed) {
      this.exits.disarm();
      this.protections.onClosedTrade({
        exitAt: closed.exitAt,
        pnlUnits: closed.pnlUnits,
        returnFraction: closed.entryUnits === 0 ? 0 : closed.pnlUnits / closed.entryUnits,
        purpose: closed.purpose,
      });
    } else if (purpose === "entry" && fills.length > 0) this.armExits();
    return closed;
  }

  /** Sets stops and targets from the average entry; a seeded position is armed once the ATR is known. */
  armExits(): void {
    const entryTicks = this.ledger.averageEntryTicks();
    if (entryTicks === null) return;
    this.exits.arm({
      entryPrice: entryTicks / this.#ticksPerPrice,
      openedAt: this.ledger.openedAt ?? this.lastTimingCloseAt,
      atr: this.atr,
    });
  }

  /** What cannot be read off candles and fills, for the next start. */
  memory(): JsonValue {
    return {
      lastTimingCloseAt: this.lastTimingCloseAt,
      lastDecidedAt: this.lastDecidedAt,
      lastExitCloseAt: this.lastExitCloseAt,
      exposedSince: this.exposedSince,
      markTicks: this.markTicks,
      peakUnits: this.peakUnits,
      maxDrawdown: this.maxDrawdown,
      day: this.#day,
      dayOpeningUnits: this.dayOpeningUnits,
      dayRealisedUnits: this.dayRealisedUnits,
      ordersToday: this.ordersToday,
      working: this.working === null ? null : { ...this.working, intent: { ...this.working.intent } },
      exits: this.exits.memory(),
      protections: this.protections.memory(),
    };
  }

  restore(stored: JsonValue): void {
    const memory = stored as unknown as TraderMemory;
    this.markedAt = Math.max(memory.lastTimingCloseAt, memory.lastExitCloseAt);
    this.lastDecidedAt = memory.lastDecidedAt;
    this.lastExitCloseAt = memory.lastExitCloseAt;
    this.exposedSince = memory.exposedSince;
    this.markTicks = memory.markTicks;
    this.peakUnits = memory.peakUnits;
    this.maxDrawdown = memory.maxDrawdown;
    this.#day = memory.day;
    this.dayOpeningUnits = memory.dayOpeningUnits;
    this.dayRealisedUnits = memory.dayRealisedUnits;
    this.ordersToday = memory.ordersToday;
    this.working = memory.working;
    this.exits.restore(memory.exits);
    this.protections.restore(memory.protections);
  }
}

interface TraderMemory {
  readonly lastTimingCloseAt: number;
  readonly lastDecidedAt: number;
  readonly lastExitCloseAt: number;
  readonly exposedSince: number;
  readonly markTicks: number;
  readonly peakUnits: number;
  readonly maxDrawdown: number;
  readonly day: number;
  readonly dayOpeningUnits: number;
  readonly dayRealisedUnits: number;
  readonly ordersToday: number;
  readonly working: WorkingOrder | null;
  readonly exits: JsonValue;
  readonly protections: JsonValue;
}

/** Where the last timing candle closed that a remembered trader had seen, epoch ms. */
export const lastTimingCloseOf = (stored: JsonValue): number =>
  (stored as unknown as TraderMemory).lastTimingCloseAt;
