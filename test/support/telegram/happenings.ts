/** Lets tests wait for the fake's next change instead of sleeping. */
export class Happenings {
  readonly #waiting = new Set<() => void>();

  /** Something changed: everyone who waits looks again. */
  announce(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Resolves with the first value of `look` that is neither undefined, null nor false; rejects when the time is over. */
  waitFor<T>(look: () => T | undefined | null | false, timeoutMs = 5_000, what = "it"): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(attempt);
        finish();
      };
      const attempt = () => {
        try {
          const found = look();
          if (found !== undefined && found !== null && found !== false) settle(() => resolve(found));
        } catch (error) {
          settle(() => reject(error));
        }
      };
      const timer = setTimeout(
        () => settle(() => reject(new Error(`waited ${timeoutMs} ms for ${what} in vain`))),
        timeoutMs,
      );
      this.#waiting.add(attempt);
      attempt();
    });
  }
}
