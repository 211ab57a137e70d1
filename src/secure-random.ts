/** Randomness nobody can guess, from the operating system: for the ids of orders and buttons outside demos and tests. */
import type { Random } from "./core/random.ts";

export function secureRandom(): Random {
  const words = new Uint32Array(2);
  const next = (): number => {
    crypto.getRandomValues(words);
    return ((words[0]! >>> 5) * 67_108_864 + (words[1]! >>> 6)) / 9_007_199_254_740_992;
  };
  const random: Random = {
    next,
    integer: (bound) => Math.floor(next() * bound),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    fork: () => random,
  };
  return random;
}
