/** What the settings gave once, so that what people made of it afterwards survives restarts. */
import type { Tx } from "./transaction.ts";

/** True the first time a name is taken: only then the seed is sown. */
export const takeSeed = (tx: Tx, name: string): boolean =>
  tx.run("INSERT INTO seeds (name, at) VALUES ($name, $now) ON CONFLICT (name) DO NOTHING", {
    name,
    now: tx.now,
  }).changes === 1;
