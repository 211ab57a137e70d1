/** Keeps the bot at Discord's gateway: a stay that ended is followed by another, after pauses that grow. */
import { OutsideError } from "../../core/errors.ts";
import { type GatewayEnd, type GatewayOptions, GatewaySession } from "./gateway-session.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Discord blocks who asks too often with a bad token. */
const REFUSED_PAUSE_MS = 10 * 60_000;

export class Connection {
  readonly #options: GatewayOptions;
  readonly #closing = new AbortController();
  #session: GatewaySession | null = null;
  #keeping: Promise<void> = Promise.resolve();
  #failuresInARow = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** Resolves when the first try has ended either way, and goes on trying. Throws OutsideError where that is no use. */
  async open(): Promise<void> {
    const { promise: isReady, resolve } = Promise.withResolvers<null>();
    const first = this.#stay(() => resolve(null));
    const end = await Promise.race([isReady, first]);
    if (end?.isRefused) throw new OutsideError("discord_refused", end.detail);
    this.#keeping = this.#keep(first);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#session?.close();
    await this.#keeping;
  }

  async #keep(first: Promise<GatewayEnd>): Promise<void> {
    const { signal } = this.#closing;
    for (let stay = first; ; stay = this.#stay()) {
      const { isRefused, detail } = await stay;
      if (signal.aborted) return;
      this.#options.onStatus(false, detail);
      this.#failuresInARow = this.#session?.wasReady ? 1 : this.#failuresInARow + 1;
      const growing = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failuresInARow - 1));
      await this.#options.clock.sleep(isRefused ? REFUSED_PAUSE_MS : growing, signal).catch(() => {});
      if (signal.aborted) return;
    }
  }

  #stay(onReady?: () => void): Promise<GatewayEnd> {
    this.#session = new GatewaySession({
      ...this.#options,
      onReady: (applicationId) => {
        this.#options.onReady(applicationId);
        onReady?.();
      },
    });
    return this.#session.run();
  }
}
