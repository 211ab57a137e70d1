/** The exchange's clock, as far as its answers tell: an offset to ours with a known uncertainty. */

/** Clocks of common machines drift a few ms in this time; 6 requests of weight 1 an hour. */
const RELEARN_AFTER_MS = 600_000;
/** However wildly the Date header disagrees, we ask the exact time once a minute at most. */
const RELEARN_AT_MOST_EVERY_MS = 60_000;
/** The Date header has whole seconds and may come from a cache's own clock. */
const DATE_HEADER_SLACK_MS = 1_000;

export class ServerClock {
  #offsetMs = 0;
  #uncertaintyMs = Number.POSITIVE_INFINITY;
  #learnedAt = Number.NEGATIVE_INFINITY;
  #isContradicted = false;

  /** Takes the exchange's exact time, read between two instants of ours. */
  learn(serverAt: number, sentAt: number, receivedAt: number): void {
    this.#offsetMs = serverAt - (sentAt + receivedAt) / 2;
    this.#uncertaintyMs = (receivedAt - sentAt) / 2;
    this.#learnedAt = receivedAt;
    this.#isContradicted = false;
  }

  /** Compares with the Date header of any answer: a step of either clock shows here first. */
  observeDateHeader(header: string | null, sentAt: number, receivedAt: number): void {
    const serverAt = header === null ? Number.NaN : Date.parse(header);
    if (Number.isNaN(serverAt)) return;
    const slackMs = DATE_HEADER_SLACK_MS + this.#uncertaintyMs;
    const earliest = serverAt - receivedAt - slackMs;
    const latest = serverAt + 1_000 - sentAt + slackMs;
    if (this.#offsetMs < earliest || this.#offsetMs > latest) this.#isContradicted = true;
  }

  /** Whether the exact time should be asked again before it is relied on; also when our own clock stepped back. */
  isStale(now: number): boolean {
    const ageMs = now - this.#learnedAt;
    if (ageMs < 0 || ageMs >= RELEARN_AFTER_MS) return true;
    return this.#isContradicted && ageMs >= RELEARN_AT_MOST_EVERY_MS;
  }

  /** The likeliest time there, epoch ms; our own time before anything was learned. */
  likelyAt(now: number): number {
    return now + this.#offsetMs;
  }

  /** The earliest it can be there, epoch ms: what is past by this time is past. */
  earliestAt(now: number): number {
    return Math.floor(now + this.#offsetMs - this.#uncertaintyMs);
  }
}
