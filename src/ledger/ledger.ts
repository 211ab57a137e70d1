/** Folds fills into cash, position and closed trades with exact integers; the same fills always give the same ledger. */
import { invariant } from "../core/errors.ts";
import { type Instrument, notionalUnits } from "../core/instrument.ts";
import { exact, mulDivFloor } from "../core/money.ts";
import type { Fill, OrderPurpose } from "../core/order.ts";
import type { ClosedTrade, Position } from "../core/position.ts";

export interface LedgerStart {
  readonly cashUnits: number;
  readonly lots: number;
  readonly costUnits: number;
}

/** The round trip in progress. */
interface OpenTrade {
  entryAt: number;
  lots: number;
  entryUnits: number;
  exitUnits: number;
  feesUnits: number;
}

export class Ledger implements Position {
  /** Quote asset balance. */
  cashUnits: number;
  /** Base asset balance in units of 1e-8; fees in the base asset may leave less than a whole lot. */
  baseUnits: number;
  lots: number;
  costUnits: number;
  realisedUnits = 0;
  feesUnits = 0;
  openedAt: number | null = null;
  /** Fees paid in assets that are neither base nor quote, by asset. */
  readonly otherFees = new Map<string, number>();
  readonly #instrument: Instrument;
  readonly #start: LedgerStart;
  #trade: OpenTrade | null = null;

  constructor(instrument: Instrument, start: LedgerStart, openedAt: number) {
    this.#instrument = instrument;
    this.#start = start;
    this.cashUnits = exact(start.cashUnits);
    this.lots = exact(start.lots);
    this.baseUnits = exact(start.lots * instrument.lotUnits);
    this.costUnits = exact(start.costUnits);
    if (start.lots > 0) {
      this.openedAt = openedAt;
      this.#trade = {
        entryAt: openedAt,
        lots: start.lots,
        entryUnits: start.costUnits,
        exitUnits: 0,
        feesUnits: 0,
      };
    }
  }

  /** Equity in quote units with the position marked at a price. */
  equityUnits(markTicks: number): number {
    return exact(this.cashUnits + this.lots * markTicks * this.#instrument.unitsPerTickLot);
  }

  unrealisedUnits(markTicks: number): number {
    return this.lots === 0 ? 0 : notionalUnits(this.#instrument, markTicks, this.lots) - this.costUnits;
  }

  /** Average entry price in ticks (a float), or null when flat. */
  averageEntryTicks(): number | null {
    return this.lots === 0 ? null : this.costUnits / (this.lots * this.#instrument.unitsPerTickLot);
  }

  /** Applies one execution; returns the round trip it ends, if it does. Throws when cash or quantity would go below zero. */
  apply(fill: Fill, purpose: OrderPurpose): ClosedTrade | null {
    const notional = notionalUnits(this.#instrument, fill.ticks, fill.lots);
    if (fill.side === "buy") this.#buy(fill, notional);
    else this.#sell(fill, notional);
    this.#payFee(fill);
    invariant(this.cashUnits >= 0, "cash_below_zero", "A fill would take cash below zero.", {
      cash: this.cashUnits,
    });
    invariant(this.baseUnits >= 0, "quantity_below_zero", "A fill would sell more than is held.", {
      base: this.baseUnits,
    });
    this.#checkIdentity();
    // A buy so small that its fee in the base asset leaves no whole lot ends nothing: the next buy adds to it.
    return this.lots === 0 && fill.side === "sell" ? this.#closeTrade(fill.at, purpose) : null;
  }

  #buy(fill: Fill, notional: number): void {
    this.cashUnits = exact(this.cashUnits - notional);
    this.baseUnits = exact(this.baseUnits + fill.lots * this.#instrument.lotUnits);
    this.costUnits = exact(this.costUnits + notional);
    this.lots = Math.floor(this.baseUnits / this.#instrument.lotUnits);
    this.openedAt ??= fill.at;
    this.#trade ??= { entryAt: fill.at, lots: 0, entryUnits: 0, exitUnits: 0, feesUnits: 0 };
    this.#trade.lots += fill.lots;
    this.#trade.entryUnits += notional;
  }

  #sell(fill: Fill, notional: number): void {
    invariant(fill.lots <= this.lots, "sell_exceeds_position", "A fill would sell more than is held.", {
      held: this.lots,
      sold: fill.lots,
    });
    const cost = fill.lots === this.lots ? this.costUnits : mulDivFloor(this.costUnits, fill.lots, this.lots);
    this.cashUnits = exact(this.cashUnits + notional);
    this.baseUnits = exact(this.baseUnits - fill.lots * this.#instrument.lotUnits);
    this.costUnits = exact(this.costUnits - cost);
    this.realisedUnits = exact(this.realisedUnits + notional - cost);
    this.lots = Math.floor(this.baseUnits / this.#instrument.lotUnits);
    if (this.#trade) this.#trade.exitUnits += notional;
  }

  #payFee(fill: Fill): void {
    if (fill.feeAsset === this.#instrument.quoteAsset) {
      this.cashUnits = exact(this.cashUnits - fill.feeUnits);
      this.feesUnits = exact(this.feesUnits + fill.feeUnits);
      if (this.#trade) this.#trade.feesUnits += fill.feeUnits;
    } else if (fill.feeAsset === this.#instrument.baseAsset) {
      this.baseUnits = exact(this.baseUnits - fill.feeUnits);
      this.lots = Math.floor(this.baseUnits / this.#instrument.lotUnits);
    } else {
      this.otherFees.set(fill.feeAsset, exact((this.otherFees.get(fill.feeAsset) ?? 0) + fill.feeUnits));
    }
  }

  /** Cash plus cost can only differ from the start by what was realised and paid in fees: to the last unit. */
  #checkIdentity(): void {
    const now = this.cashUnits + this.costUnits;
    const should = this.#start.cashUnits + this.#start.costUnits + this.realisedUnits - this.feesUnits;
    invariant(
      now === should,
      "ledger_identity_broken",
      "Cash and cost no longer equal the sum of the fills.",
      { now, should },
    );
  }

  #closeTrade(exitAt: number, purpose: OrderPurpose): ClosedTrade | null {
    const trade = this.#trade;
    this.#trade = null;
    this.openedAt = null;
    if (!trade) return null;
    const pnlUnits = exact(trade.exitUnits - trade.entryUnits - trade.feesUnits);
    return { ...trade, exitAt, pnlUnits, purpose };
  }
}
