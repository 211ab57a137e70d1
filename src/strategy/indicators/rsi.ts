import { Ema, wilderAlpha } from "./ema.ts";

/**
 * Relative strength index, 0 to 100: Wilder's average gain as a share of average gain plus average loss, as TA-Lib's
 * RSI (which calls a market that never moved 0). The first value comes with value `period` + 1; NaN before.
 */
export class Rsi {
  value = Number.NaN;
  private readonly gains: Ema;
  private readonly losses: Ema;
  private previous = Number.NaN;
  private hasPrevious = false;

  constructor(period: number) {
    this.gains = new Ema(period, wilderAlpha(period));
    this.losses = new Ema(period, wilderAlpha(period));
  }

  update(x: number): number {
    if (this.hasPrevious) {
      const change = x - this.previous;
      const size = Math.abs(change);
      // Exact, and without branches that a processor cannot predict: half of all changes are gains.
      const gain = this.gains.update((size + change) / 2);
      const loss = this.losses.update((size - change) / 2);
      const moved = gain + loss;
      this.value = moved === 0 ? 0 : (100 * gain) / moved;
    }
    this.hasPrevious = true;
    this.previous = x;
    return this.value;
  }
}
