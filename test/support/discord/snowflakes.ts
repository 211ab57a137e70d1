/** Ids as Discord makes them: the instant in their upper bits, never twice the same. */
const DISCORD_EPOCH = Date.UTC(2015, 0, 1);

export class Snowflakes {
  #count = 0n;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  next(): string {
    const sinceEpoch = BigInt(Math.max(0, Math.floor(this.#now()) - DISCORD_EPOCH));
    this.#count += 1n;
    return ((sinceEpoch << 22n) + (this.#count & 0x3fffffn)).toString();
  }
}
