/** The server's own time: a given clock, or real time at a multiple. */
export interface TimeSource {
  now(): number;
}

export class ServerTime implements TimeSource {
  readonly #now: () => number;
  readonly #speed: number;

  constructor(options: { clock?: TimeSource; speed?: number }) {
    this.#speed = options.speed ?? 1;
    const startedAt = Date.now();
    this.#now = options.clock
      ? () => options.clock!.now()
      : () => startedAt + (Date.now() - startedAt) * this.#speed;
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.#now();
  }

  /** Unix time as the Bot API gives it: whole seconds. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** Runs `run` when `delayMs` of server time have passed in real time; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void {
    const timer = setTimeout(run, delayMs / this.#speed);
    return () => clearTimeout(timer);
  }
}
