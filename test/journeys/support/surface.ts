// One way to play a story on any platform: what a person types, presses and fills in, and what they then see.

import { countDeliveries } from "../../../db/deliveries.ts";
import { countWaitingInbox } from "../../../db/inbox.ts";
import type { PlatformName } from "../../../src/core/actor.ts";
import type { ReplayedApp } from "../../support/replayed-app.ts";

/** What stands on the screen, in words alone. */
export interface Shown {
  readonly words: string;
  readonly buttons: readonly string[];
  /** The picture that came with it. */
  readonly png: Uint8Array | null;
  /** Where it stands, for the surface itself. */
  readonly place: string;
}

export interface Surface {
  readonly name: PlatformName;
  /** The app it plays on; `admin` is Ada, who owns it. */
  readonly running: ReplayedApp;
  types(line: string): Promise<Shown>;
  /** Somebody nobody knows types the same. */
  strangerTypes(line: string): Promise<Shown>;
  presses(shown: Shown, label: string): Promise<Shown>;
  /** Presses a button that asks for words, and answers its fields in their order. */
  fills(shown: Shown, label: string, answers: Readonly<Record<string, string>>): Promise<Shown>;
  /** What the platform found wrong with what it was sent. */
  faults(): readonly string[];
  close(): Promise<void>;
}

/** As fast as people's clock runs in stories, so that waiting for a platform's pace costs little. */
export const SPEED = 20;
const LONGEST_WAIT_MS = 10_000;

/** Until everything that came in was handled and everything due was sent. */
export async function untilQuiet({ app }: ReplayedApp): Promise<void> {
  const until = performance.now() + LONGEST_WAIT_MS;
  const isQuiet = (): boolean =>
    app.database.read((reader) => countWaitingInbox(reader) === 0 && countDeliveries(reader).due === 0);
  while (!isQuiet()) {
    if (performance.now() > until) throw new Error("The chat did not come to rest.");
    await Bun.sleep(2);
  }
}
