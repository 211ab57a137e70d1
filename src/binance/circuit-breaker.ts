/**
 * Stops asking an exchange that keeps failing, then lets one request probe.
 * Our own few lines because the libraries (cockatiel, opossum) take time from Date and setTimeout, and ours comes from the clock port.
 */
import type { Clock } from "../core/clock.ts";

export type CircuitState = "closed" | "open" | "half_open";

export class CircuitBreaker {
  consecutiveFailures = 0;
  /** When the pause ends, epoch ms; null while closed. */
  openUntilAt: number | null = null;
  #isProbing = false;

  constructor(
    readonly clock: Clock,
    readonly failureLimit: number,
    readonly coolDownMs: number,
  ) {}

  get state(): CircuitState {
    if (this.openUntilAt === null) return "closed";
    return this.clock.now() < this.openUntilAt ? "open" : "half_open";
  }

  /** Whether a request may leave now; half open, only the first to ask may. */
  tryEnter(): boolean {
    if (this.state === "closed") return true;
    if (this.state === "open" || this.#isProbing) return false;
    this.#isProbing = true;
    return true;
  }

  succeeded(): void {
    this.consecutiveFailures = 0;
    this.openUntilAt = null;
    this.#isProbing = false;
  }

  failed(): void {
    this.consecutiveFailures++;
    if (this.openUntilAt !== null || this.consecutiveFailures >= this.failureLimit) {
      this.openUntilAt = this.clock.now() + this.coolDownMs;
    }
    this.#isProbing = false;
  }

  /** The request ended without telling whether the exchange works (a ban, our own stop). */
  learnedNothing(): void {
    this.#isProbing = false;
  }
}
