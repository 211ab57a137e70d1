/** The clocks: real time, real time at a multiple, and virtual time that moves only when told. The only file that may use timers. */
import type { Clock } from "./core/clock.ts";

/** setTimeout fires at once beyond 2^31 − 1 ms: longer waits are taken in pieces. */
const LONGEST_TIMER_MS = 2_147_483_647;

function sleepOn(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** Real time; `speed` > 1 makes this clock run that many times faster from `startAt` on (real time itself when both are left out). */
export class SystemClock implements Clock {
  readonly #speed: number;
  readonly #realStart = Date.now();
  readonly #startAt: number;

  constructor(options: { speed?: number; startAt?: number } = {}) {
    this.#speed = options.speed ?? 1;
    this.#startAt = options.startAt ?? this.#realStart;
  }

  now(): number {
    return Math.floor(this.#startAt + (Date.now() - this.#realStart) * this.#speed);
  }

  after(delayMs: number, run: () => void): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const dueAt = this.now() + Math.max(0, delayMs);
    const arm = (): void => {
      const realMs = Math.max(0, Math.ceil((dueAt - this.now()) / this.#speed));
      timer = setTimeout(() => (this.now() >= dueAt ? run() : arm()), Math.min(realMs, LONGEST_TIMER_MS));
    };
    arm();
    return () => clearTimeout(timer);
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal);
  }
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that moves only by `advanceTo`; timers run in the order they are due, those due together in the order they were set. */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #due = new Set<Due>();

  constructor(startAt: number) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    const due: Due = { at: this.#now + Math.max(0, delayMs), order: this.#order++, run };
    this.#due.add(due);
    return () => this.#due.delete(due);
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal);
  }

  /** Moves to the instant, running what falls due on the way and letting promises settle after each. */
  async advanceTo(at: number): Promise<void> {
    for (let next = this.#next(at); next !== null; next = this.#next(at)) {
      this.#due.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settled();
    }
    this.#now = Math.max(this.#now, at);
  }

  #next(until: number): Due | null {
    let first: Due | null = null;
    for (const due of this.#due) {
      if (due.at > until) continue;
      if (first === null || due.at < first.at || (due.at === first.at && due.order < first.order))
        first = due;
    }
    return first;
  }
}

/** One turn of the event loop: every promise that can settle has settled. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
