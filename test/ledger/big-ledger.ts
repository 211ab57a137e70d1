/** The ledger's rules again, in decimals of whole assets with big.js: slow, plain, and sharing no line with ours. */
import Big from "big.js";
import type { Fill } from "../../src/core/order.ts";

const UNIT = new Big("0.00000001");
const TICK = new Big("0.01");
const LOT = new Big("0.00001");

export class BigLedger {
  #cash: Big;
  #base = new Big(0);
  #cost = new Big(0);
  #realised = new Big(0);
  #fees = new Big(0);

  constructor(cashUnits: number) {
    this.#cash = UNIT.times(cashUnits);
  }

  apply({ side, ticks, lots, feeUnits, feeAsset }: Fill): void {
    const quantity = LOT.times(lots);
    const value = TICK.times(ticks).times(quantity);
    if (side === "buy") {
      this.#cash = this.#cash.minus(value);
      this.#base = this.#base.plus(quantity);
      this.#cost = this.#cost.plus(value);
    } else {
      // The cost leaves in proportion to the whole lots held, rounded down to the unit.
      const cost = this.#cost.times(lots).div(this.#lots()).round(8, Big.roundDown);
      this.#cash = this.#cash.plus(value);
      this.#base = this.#base.minus(quantity);
      this.#cost = this.#cost.minus(cost);
      this.#realised = this.#realised.plus(value).minus(cost);
    }
    const fee = UNIT.times(feeUnits);
    if (feeAsset === "USDT") {
      this.#cash = this.#cash.minus(fee);
      this.#fees = this.#fees.plus(fee);
    } else if (feeAsset === "BTC") this.#base = this.#base.minus(fee);
  }

  state() {
    const units = (amount: Big): number => amount.div(UNIT).toNumber();
    return {
      cash: units(this.#cash),
      base: units(this.#base),
      lots: this.#lots(),
      cost: units(this.#cost),
      realised: units(this.#realised),
      fees: units(this.#fees),
    };
  }

  #lots(): number {
    return this.#base.div(LOT).round(0, Big.roundDown).toNumber();
  }
}
