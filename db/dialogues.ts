/** Where a platform's dialogue with somebody stands: one text a key, so that it goes on after a restart. */
import type { PlatformName } from "../src/core/actor.ts";
import type { Reader, Tx } from "./transaction.ts";

export const readDialogue = (reader: Reader, platform: PlatformName, key: string): string | null =>
  reader.get<{ state: string }>("SELECT state FROM dialogues WHERE platform = $platform AND key = $key", {
    platform,
    key,
  })?.state ?? null;

/** No audit event here: what the dialogue leads to is journalled when it is handled. */
export function writeDialogue(tx: Tx, platform: PlatformName, key: string, state: string): void {
  tx.run(
    `INSERT INTO dialogues (platform, key, state, updated_at) VALUES ($platform, $key, $state, $now)
     ON CONFLICT (platform, key) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at`,
    { platform, key, state, now: tx.now },
  );
}

export const deleteDialogue = (tx: Tx, platform: PlatformName, key: string): void =>
  void tx.run("DELETE FROM dialogues WHERE platform = $platform AND key = $key", { platform, key });

/** Those nobody went on with since; how many. */
export const deleteDialoguesBefore = (tx: Tx, at: number): number =>
  tx.run("DELETE FROM dialogues WHERE updated_at < $at", { at }).changes;
