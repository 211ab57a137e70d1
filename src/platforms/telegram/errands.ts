/** Small calls beside the work, such as acknowledging a press: begun at once, awaited by nobody, noted when they fail. */
import type { Clock } from "../../core/clock.ts";
import type { Facts } from "../../core/errors.ts";
import { failureWords, retryAfterMs } from "./failure.ts";

export interface ErrandOptions {
  readonly token: string;
  readonly clock: Clock;
  readonly warn: (message: string, facts: Facts) => void;
}

const MOST_TRIES = 3;
const LONGEST_WAIT_MS = 10_000;
/** What a busy platform may leave lying about; the rest is not begun. */
const MOST_AT_ONCE = 100;

export class Errands {
  readonly #options: ErrandOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #ending = new AbortController();

  constructor(options: ErrandOptions) {
    this.#options = options;
  }

  /** Goes off again when Telegram asks to wait for a moment. */
  run(what: string, call: () => Promise<unknown>): void {
    if (this.#ending.signal.aborted || this.#underWay.size >= MOST_AT_ONCE) return;
    const errand = this.#go(call)
      .catch((error: unknown) => this.#note(what, error))
      .finally(() => this.#underWay.delete(errand));
    this.#underWay.add(errand);
  }

  /** None is begun afterwards; those under way have a moment to end. */
  async close(patienceMs: number): Promise<void> {
    this.#ending.abort();
    let cancel = (): void => {};
    const patience = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(patienceMs, resolve);
    });
    await Promise.race([Promise.all(this.#underWay), patience]);
    cancel();
  }

  async #go(call: () => Promise<unknown>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await call();
        return;
      } catch (error) {
        const waitMs = retryAfterMs(error);
        if (waitMs === null || waitMs > LONGEST_WAIT_MS || tries >= MOST_TRIES) throw error;
        await this.#options.clock.sleep(waitMs, this.#ending.signal);
      }
    }
  }

  #note(what: string, error: unknown): void {
    if (this.#ending.signal.aborted) return;
    this.#options.warn(`Telegram: ${what} failed`, { error: failureWords(error, this.#options.token) });
  }
}
