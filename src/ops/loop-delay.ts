/** How late the event loop was at its worst in the last minutes: a loop that hangs delays presses and stops alike. */
import type { Clock } from "../core/clock.ts";

const SAMPLE_MS = 1000;
const SAMPLES_KEPT = 300;

export class LoopDelay {
  readonly #clock: Clock;
  #delays: number[] = [];
  #cancel: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(): void {
    const dueAt = this.#clock.now() + SAMPLE_MS;
    this.#cancel = this.#clock.after(SAMPLE_MS, () => {
      this.#delays = [...this.#delays, Math.max(0, this.#clock.now() - dueAt)].slice(-SAMPLES_KEPT);
      this.start();
    });
  }

  stop(): void {
    this.#cancel();
  }

  /** Null before the first sample. */
  worstMs(): number | null {
    return this.#delays.length === 0 ? null : Math.max(...this.#delays);
  }
}
