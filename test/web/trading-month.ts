// A paper account's month, written into a real database through the real stores: candles, decisions, orders, fills,
// equity and the audit log. The price is a seeded walk, so every run gives the same rows.
import { openAccount } from "../../db/accounts.ts";
import { upsertCandles } from "../../db/candles.ts";
import { activate, insertVersion } from "../../db/config-versions.ts";
import { type Database, openDatabase, type Tx } from "../../db/database.ts";
import { insertDecision } from "../../db/decisions.ts";
import { insertFill } from "../../db/fills.ts";
import { migrate } from "../../db/migrate.ts";
import { insertIntent, setOrderStatus } from "../../db/orders.ts";
import { insertPerson } from "../../db/people.ts";
import { savePosition } from "../../db/positions.ts";
import { insertEquity } from "../../db/snapshots.ts";
import { enterState, initialiseState } from "../../db/system-state.ts";
import type { Actor } from "../../src/core/actor.ts";
import type { Candle } from "../../src/core/candles.ts";
import { notionalUnits, priceOf, ticksOf } from "../../src/core/instrument.ts";
import { ppmCeil } from "../../src/core/money.ts";
import type { Fill, OrderPurpose } from "../../src/core/order.ts";
import type { ClosedTrade } from "../../src/core/position.ts";
import { seededRandom } from "../../src/core/random.ts";
import type { Reason } from "../../src/core/reasons.ts";
import type { Side } from "../../src/core/signal.ts";
import { Ledger } from "../../src/ledger/ledger.ts";
import { BTCUSDT, usdt } from "../risk/btcusdt.ts";

export const HOUR_MS = 3_600_000;
/** The instant the month ends. */
export const NOW = Date.UTC(2026, 4, 31, 14, 0, 0);
export const START_UNITS = usdt(10_000);
const HOURS = 30 * 24;
const FEE_PPM = 1_000;
const JOB: Actor = { kind: "job", name: "cycle" };
const ADMIN: Actor = { kind: "person", personId: 1, platform: "telegram", accountId: "4711" };

export interface TradingMonth {
  readonly database: Database;
  readonly accountId: number;
  readonly ledger: Ledger;
  readonly lastTicks: number;
  /** Newest first. */
  readonly closedTrades: readonly ClosedTrade[];
  readonly stopTicks: number | null;
}

/** Words from outside that a test plants in every stored field that takes them. */
export interface Planted {
  readonly text: string;
}

export function tradingMonth(path = ":memory:", planted: Planted | null = null): TradingMonth {
  const database = openDatabase({ path });
  const from = NOW - HOURS * HOUR_MS;
  migrate(database, from, { auto: true });
  const month = new Month(planted);
  database.transact(from, (tx) => month.open(tx));
  for (const [hour, candle] of walk(from).entries()) {
    database.transact(from + (hour + 1) * HOUR_MS, (tx) => month.hour(tx, candle));
  }
  return {
    database,
    accountId: month.accountId,
    ledger: month.ledger,
    lastTicks: month.markTicks,
    closedTrades: month.closed.toReversed(),
    stopTicks: month.ledger.lots === 0 ? null : month.stopTicks,
  };
}

function walk(from: number): readonly Candle[] {
  const random = seededRandom("a month in spring");
  let price = 61_400;
  return Array.from({ length: HOURS }, (_, hour) => {
    const open = price;
    const drift = 0.0006 * Math.sin(hour / 55) + 0.00012;
    const close = open * (1 + drift + 0.0035 * random.normal());
    const high = Math.max(open, close) * (1 + 0.0015 * random.next());
    const low = Math.min(open, close) * (1 - 0.0015 * random.next());
    price = Math.round(close * 100) / 100;
    const cents = (value: number): number => Math.round(value * 100) / 100;
    return {
      openAt: from + hour * HOUR_MS,
      open,
      high: cents(high),
      low: cents(low),
      close: price,
      volume: 400 + Math.round(300 * random.next()),
    };
  });
}

/** Long above the slow average, flat below it, with a stop: enough to fill every table. */
class Month {
  accountId = 0;
  markTicks = 0;
  stopTicks = 0;
  peakUnits = START_UNITS;
  readonly closed: ClosedTrade[] = [];
  ledger = new Ledger(BTCUSDT, { cashUnits: START_UNITS, lots: 0, costUnits: 0 }, 0);
  #fast = 0;
  #slow = 0;
  #orders = 0;
  #version = 0;

  constructor(private readonly planted: Planted | null) {}

  #say(text: string): string {
    return this.planted === null ? text : this.planted.text;
  }

  open(tx: Tx): void {
    insertPerson(
      tx,
      { label: this.#say("Ada"), role: "admin", account: { platform: "telegram", accountId: "4711" } },
      { kind: "system", name: "startup" },
    );
    this.#version = insertVersion(
      tx,
      {
        baseVersion: null,
        source: this.#say("environment"),
        tunables: { "strategy.active": this.#say("trend_ema") },
      },
      { kind: "system", name: "startup" },
    );
    activate(tx, this.#version, { kind: "system", name: "startup" });
    initialiseState(tx, { kind: "system", name: "startup" });
    this.accountId = openAccount(
      tx,
      {
        ...{
          kind: "paper",
          symbol: "BTCUSDT",
          baseAsset: "BTC",
          quoteAsset: "USDT",
          lotUnits: BTCUSDT.lotUnits,
        },
        ...{ startingCashUnits: START_UNITS, startingLots: 0, startingCostUnits: 0 },
      },
      ADMIN,
    ).id;
    enterState(
      tx,
      { by: "person", role: "admin", via: "resume" },
      this.#say("Checks done, starting."),
      ADMIN,
    );
  }

  hour(tx: Tx, candle: Candle): void {
    upsertCandles(tx, "BTCUSDT", "1h", [candle]);
    const { close } = candle;
    this.#fast = this.#fast === 0 ? close : this.#fast + (close - this.#fast) / 10;
    this.#slow = this.#slow === 0 ? close : this.#slow + (close - this.#slow) / 40;
    this.markTicks = ticksOf(BTCUSDT, close);
    this.#decide(tx, ticksOf(BTCUSDT, candle.low));
    const equityUnits = this.ledger.equityUnits(this.markTicks);
    this.peakUnits = Math.max(this.peakUnits, equityUnits);
    insertEquity(tx, {
      ...{ accountId: this.accountId, at: tx.now, markTicks: this.markTicks, lots: this.ledger.lots },
      ...{ cashUnits: this.ledger.cashUnits, equityUnits, peakUnits: this.peakUnits },
    });
  }

  #decide(tx: Tx, lowTicks: number): void {
    if (this.ledger.lots > 0 && lowTicks <= this.stopTicks) {
      this.#order(tx, null, "sell", "stop_loss", this.stopTicks);
    }
    const isHeld = this.ledger.lots > 0;
    const spread = this.#fast / this.#slow - 1;
    if (!isHeld && spread > 0.002) {
      const id = this.#decision(tx, "buy", "bullish_entry", "executed");
      this.#order(tx, id, "buy", "entry", this.markTicks);
    } else if (isHeld && spread < -0.001) {
      const id = this.#decision(tx, "sell", "bearish_exit", "executed");
      this.#order(tx, id, "sell", "exit_signal", this.markTicks);
    } else if (isHeld) this.#decision(tx, "buy", "bullish_entry", "already_in_position");
    else this.#decision(tx, "hold", "bullish_wait_pullback", "signal_hold");
  }

  #decision(tx: Tx, side: Side | "hold", signalReason: string, reason: Reason): number {
    return insertDecision(
      tx,
      {
        ...{ accountId: this.accountId, timeframe: "1h", candleCloseAt: tx.now, decidedAt: tx.now },
        ...{ configVersion: this.#version, strategy: this.#say("trend_ema"), closeTicks: this.markTicks },
        ...{ side, confidence: 0.7, signalReason: this.#say(signalReason), reason },
        ...{ signalValues: { fast_ema: this.#fast, slow_ema: this.#slow }, trace: { checks: [] } },
      },
      JOB,
    );
  }

  #order(tx: Tx, decisionId: number | null, side: Side, purpose: OrderPurpose, decisionTicks: number): void {
    const { ledger } = this;
    const spend = Math.floor(ledger.cashUnits * 0.4);
    const lots =
      side === "sell" ? ledger.lots : Math.floor(spend / (decisionTicks * BTCUSDT.unitsPerTickLot));
    const orderId = insertIntent(
      tx,
      {
        ...{ accountId: this.accountId, clientOrderId: this.#say("cs") + ++this.#orders, decisionId },
        configVersion: this.#version,
        intent: {
          ...{ side, type: "market", purpose, lots, limitTicks: null, decisionTicks, decidedAt: tx.now },
        },
      },
      JOB,
    );
    const slipped = Math.round(decisionTicks * (side === "buy" ? 1.0003 : 0.9997));
    const parts = lots > 1000 ? [Math.floor(lots / 3), lots - Math.floor(lots / 3)] : [lots];
    let filled = 0;
    for (const [index, part] of parts.entries()) {
      const ticks = slipped + index * (side === "buy" ? 180 : -180);
      this.#fill(tx, orderId, purpose, side, part, ticks, index);
      filled += part;
      const status = filled === lots ? "filled" : "partially_filled";
      setOrderStatus(tx, orderId, status, filled, this.planted?.text ?? "", JOB);
    }
    if (side === "buy") this.stopTicks = Math.round(decisionTicks * 0.965);
  }

  #fill(
    tx: Tx,
    orderId: number,
    purpose: OrderPurpose,
    side: Side,
    lots: number,
    ticks: number,
    index: number,
  ): void {
    const feeUnits = ppmCeil(notionalUnits(BTCUSDT, ticks, lots), FEE_PPM);
    const fill: Fill = { side, ticks, lots, feeUnits, feeAsset: "USDT", isMaker: false, at: tx.now };
    insertFill(tx, { accountId: this.accountId, orderId, tradeId: `${orderId}-${index}`, fill }, JOB);
    const closed = this.ledger.apply(fill, purpose);
    if (closed !== null) this.closed.push(closed);
    const { costUnits, realisedUnits, feesUnits, openedAt, cashUnits, baseUnits } = this.ledger;
    savePosition(
      tx,
      this.accountId,
      { lots: this.ledger.lots, costUnits, realisedUnits, feesUnits, openedAt },
      { USDT: cashUnits, BTC: baseUnits },
    );
  }
}

/** The price of a mark as people write it. */
export const shownPrice = (ticks: number): string =>
  priceOf(BTCUSDT, ticks).toLocaleString("en-US", { minimumFractionDigits: 2 });
