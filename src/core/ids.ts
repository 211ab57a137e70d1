/** Ids from a seeded source, so that a recorded run repeats: Crockford base32 of the instant and 80 random bits (ULID layout). */
import type { Random } from "./random.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

export interface IdSource {
  /** A new id, unique for ever within one database: sortable by time, 26 characters, `[0-9a-z]`. */
  next(at: number): string;
}

export function idSource(random: Random): IdSource {
  return {
    next(at) {
      let time = "";
      for (let rest = at, i = 0; i < 10; i++) {
        time = ALPHABET[rest % 32] + time;
        rest = Math.floor(rest / 32);
      }
      let tail = "";
      for (let i = 0; i < 16; i++) tail += ALPHABET[random.integer(32)];
      return time + tail;
    },
  };
}
