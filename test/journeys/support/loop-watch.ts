// The longest stretch for which the event loop was kept busy: what others on this machine took away does not count.
export class LoopWatch {
  #worstMs = 0;
  #isOver = false;
  #at = performance.now();
  #spent = process.threadCpuUsage();
  #asideMs = 0;

  constructor() {
    this.#turn();
  }

  /** Since it was last asked. */
  lap(): number {
    const worst = this.#worstMs;
    this.#worstMs = 0;
    return worst;
  }

  /** The watcher's own work, which does not count either. */
  aside<Value>(run: () => Value): Value {
    const startedAt = performance.now();
    try {
      return run();
    } finally {
      this.#asideMs += performance.now() - startedAt;
    }
  }

  stop(): void {
    this.#isOver = true;
  }

  #turn(): void {
    const wallMs = performance.now() - this.#at;
    const { user, system } = process.threadCpuUsage(this.#spent);
    const busyMs = Math.min(wallMs, (user + system) / 1_000) - this.#asideMs;
    this.#worstMs = Math.max(this.#worstMs, busyMs);
    this.#at = performance.now();
    this.#spent = process.threadCpuUsage();
    this.#asideMs = 0;
    if (!this.#isOver) setImmediate(() => this.#turn());
  }
}
