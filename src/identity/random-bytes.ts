/** Bytes from the random port: unguessable where the port is, repeatable in tests. */
import type { Random } from "../core/random.ts";

export const randomBytes = (random: Random, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => random.integer(256));
