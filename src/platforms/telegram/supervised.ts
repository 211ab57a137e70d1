/** Does one thing again and again for as long as the program runs: tells when it stops working and when it works again. */
import type { Clock } from "../../core/clock.ts";
import { OutsideError } from "../../core/errors.ts";
import { failureWords, hasCode, retryAfterMs } from "./failure.ts";

export interface SupervisedOptions {
  readonly clock: Clock;
  readonly token: string;
  /** `worked` is called as soon as it is known; a rejection is a failure. `isRecovering` until it worked once. */
  readonly step: (round: {
    readonly isRecovering: boolean;
    readonly signal: AbortSignal;
    readonly worked: () => void;
  }) => Promise<void>;
  readonly onStatus: (isWorking: boolean, detail: string) => void;
  /** What is said while it works. */
  readonly describe: () => string;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export class Supervised {
  readonly #options: SupervisedOptions;
  readonly #ending = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #isWorking = false;
  #failures = 0;
  #lastTold = "";

  constructor(options: SupervisedOptions) {
    this.#options = options;
  }

  /** Resolves after the first round, however it went; rejects when Telegram does not know the token, and stops then. */
  start(): Promise<void> {
    const first = Promise.withResolvers<void>();
    this.#running = this.#run(first);
    return first.promise;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(first: PromiseWithResolvers<void>): Promise<void> {
    const { clock, step } = this.#options;
    const { signal } = this.#ending;
    const worked = (): void => {
      this.#isWorking = true;
      this.#failures = 0;
      this.#tell(true, this.#options.describe());
      first.resolve();
    };
    let hasBegun = false;
    while (!signal.aborted) {
      try {
        await step({ isRecovering: !this.#isWorking, signal, worked });
        hasBegun = true;
      } catch (error) {
        if (signal.aborted) break;
        if (!hasBegun && !this.#isWorking && hasCode(error, 401, 404)) return first.reject(this.#unknown());
        hasBegun = true;
        const pauseMs = this.#failed(error);
        first.resolve();
        await clock.sleep(pauseMs, signal).catch(() => {});
      }
    }
    first.resolve();
  }

  /** How long to rest. */
  #failed(error: unknown): number {
    this.#isWorking = false;
    this.#failures += 1;
    this.#tell(false, this.#reasonOf(error));
    const growing = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failures - 1));
    return retryAfterMs(error) ?? growing;
  }

  #tell(isWorking: boolean, detail: string): void {
    const told = `${isWorking} ${detail}`;
    if (told === this.#lastTold) return;
    this.#lastTold = told;
    this.#options.onStatus(isWorking, detail);
  }

  #reasonOf(error: unknown): string {
    if (hasCode(error, 401)) return this.#unknown().message;
    if (hasCode(error, 409)) return "Another program reads this bot's messages; only one may.";
    if (error instanceof OutsideError) return error.message;
    return failureWords(error, this.#options.token);
  }

  #unknown(): OutsideError {
    return new OutsideError(
      "telegram_token",
      "Telegram does not know the bot token; check TELEGRAM_BOT_TOKEN, or ask @BotFather for a new one.",
    );
  }
}
