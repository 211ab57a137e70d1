import type { Random } from "../core/random.ts";

/** Doubling delay with jitter: attempt 1 waits between half of `firstMs` and all of it, never more than `longestMs`. */
export function backoffMs(attempt: number, firstMs: number, longestMs: number, random: Random): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(ceiling * (0.5 + 0.5 * random.next()));
}
