/** Fetches updates by long polling. One is confirmed after it was taken, so that a crash loses none. */
import type { Api } from "grammy";
import { type TakerOptions, takeCarefully } from "./careful-taker.ts";
import { Supervised } from "./supervised.ts";

export interface PollerOptions extends TakerOptions {
  readonly api: Api;
  /** Knows the bot's own name and takes any webhook away; rejects when it cannot. */
  readonly introduce: () => Promise<void>;
  readonly onStatus: (isConnected: boolean, detail: string) => void;
  readonly describe: () => string;
}

const POLL_SECONDS = 25;
/** A poll without an answer for so long after its time hangs. */
const GRACE_MS = 10_000;
const GOODBYE_MS = 2_000;
const SHORTEST_ROUND_MS = 1_000;

/** An edited command is refused with a word; unasked, it would vanish in silence. */
export const ALLOWED_UPDATES = ["message", "edited_message", "callback_query"] as const;

type Round = Parameters<ConstructorParameters<typeof Supervised>[0]["step"]>[0];

export class Poller {
  readonly #options: PollerOptions;
  readonly #supervised: Supervised;
  /** The first update that was not taken; 0 for whatever comes. */
  #next = 0;
  #confirmed = 0;

  constructor(options: PollerOptions) {
    this.#options = options;
    const { clock, describe, onStatus, token } = options;
    const step = (round: Round) => this.#round(round);
    this.#supervised = new Supervised({ clock, token, step, onStatus, describe });
  }

  start(): Promise<void> {
    return this.#supervised.start();
  }

  /** Confirms what was taken, so that the next start begins after it. */
  async close(): Promise<void> {
    await this.#supervised.close();
    if (this.#next === this.#confirmed) return;
    const forever = new AbortController().signal;
    await this.#fetch({ timeout: 0, limit: 1 }, GOODBYE_MS, forever).catch(() => {});
  }

  /** After a failure the first poll does not wait: it shows at once whether Telegram can be reached. */
  async #round({ isRecovering, signal, worked }: Round): Promise<void> {
    const { clock, introduce } = this.#options;
    if (isRecovering) await introduce();
    const askedAt = clock.now();
    const timeout = isRecovering ? 0 : POLL_SECONDS;
    const updates = await this.#fetch({ timeout, limit: 100 }, timeout * 1_000 + GRACE_MS, signal);
    worked();
    for (const update of updates) {
      if (!(await takeCarefully(update, this.#options, signal))) return;
      this.#next = update.update_id + 1;
    }
    const hasWaited = clock.now() - askedAt >= SHORTEST_ROUND_MS;
    // A server in between that does not wait must not be asked without pause.
    if (!isRecovering && updates.length === 0 && !hasWaited) {
      await clock.sleep(SHORTEST_ROUND_MS, signal).catch(() => {});
    }
  }

  async #fetch(asked: { timeout: number; limit: number }, patienceMs: number, signal: AbortSignal) {
    const { api, clock } = this.#options;
    const ending = new AbortController();
    const end = (): void => ending.abort();
    const cancel = clock.after(patienceMs, end);
    signal.addEventListener("abort", end, { once: true });
    const offset = this.#next;
    try {
      const parameters = { ...asked, offset, allowed_updates: ALLOWED_UPDATES };
      const updates = await api.getUpdates(parameters, ending.signal as never);
      if (!Array.isArray(updates)) throw new TypeError("updates come as a list");
      this.#confirmed = offset;
      return updates;
    } finally {
      cancel();
      signal.removeEventListener("abort", end);
    }
  }
}
