/** Marked-to-market equity over time as columns, oldest first, from a known start. */
import { InputError } from "../core/errors.ts";
import type { EquityPoint } from "../core/position.ts";

const FIRST_CAPACITY = 1024;

export class EquityCurve {
  /** When the account began, epoch ms, and what it was worth then, quote units: the first peak. */
  readonly startedAt: number;
  readonly startUnits: number;
  length = 0;
  /** Only indexes below `length` are filled. Instants, epoch ms, rising; equity in quote units; the position's share of equity. */
  at: Float64Array;
  units: Float64Array;
  exposure: Float64Array;

  constructor(startedAt: number, startUnits: number, capacity = FIRST_CAPACITY) {
    this.startedAt = startedAt;
    this.startUnits = startUnits;
    this.at = new Float64Array(capacity);
    this.units = new Float64Array(capacity);
    this.exposure = new Float64Array(capacity);
  }

  static of(startedAt: number, startUnits: number, points: readonly EquityPoint[]): EquityCurve {
    const curve = new EquityCurve(startedAt, startUnits, Math.max(1, points.length));
    for (const { at, equityUnits, cashUnits } of points) {
      curve.push(at, equityUnits, equityUnits > 0 ? (equityUnits - cashUnits) / equityUnits : 0);
    }
    return curve;
  }

  /** Throws `equity_out_of_order` for an instant before the last one. */
  push(at: number, equityUnits: number, exposure: number): void {
    const index = this.length;
    if (at < (index === 0 ? this.startedAt : this.at[index - 1]!)) {
      throw new InputError("equity_out_of_order", "Equity points must be given oldest first.", { at });
    }
    if (index === this.at.length) this.#grow();
    this.at[index] = at;
    this.units[index] = equityUnits;
    this.exposure[index] = exposure;
    this.length = index + 1;
  }

  get endedAt(): number {
    return this.length === 0 ? this.startedAt : this.at[this.length - 1]!;
  }

  get endUnits(): number {
    return this.length === 0 ? this.startUnits : this.units[this.length - 1]!;
  }

  /** Mean share of equity held as position, each point's share counting until the next point; null without a span of time. */
  averageExposure(): number | null {
    const { at, exposure, length } = this;
    if (length < 2 || at[length - 1]! === at[0]!) return null;
    let sum = 0;
    for (let i = 1; i < length; i++) sum += exposure[i - 1]! * (at[i]! - at[i - 1]!);
    return sum / (at[length - 1]! - at[0]!);
  }

  #grow(): void {
    const capacity = this.at.length * 2;
    this.at = widened(this.at, capacity);
    this.units = widened(this.units, capacity);
    this.exposure = widened(this.exposure, capacity);
  }
}

function widened(column: Float64Array, capacity: number): Float64Array {
  const wider = new Float64Array(capacity);
  wider.set(column);
  return wider;
}
