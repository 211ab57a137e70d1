/** Takes updates one at a time, and one that could not be kept a few times over, before it is given up. */
import type { Clock } from "../../core/clock.ts";
import type { Facts } from "../../core/errors.ts";
import { loggedWords } from "./failure.ts";

export interface TakerOptions {
  /** Rejects when the update could not be kept. */
  readonly take: (update: unknown) => Promise<void>;
  readonly token: string;
  readonly clock: Clock;
  readonly warn: (message: string, facts: Facts) => void;
}

/** 1 + 2 + 4 s: longer than a busy database, shorter than anybody waits for a `/stop` behind it. */
const MOST_TRIES = 4;
const FIRST_PAUSE_MS = 1_000;

/** Whether it was taken. */
export async function takeOnce(update: unknown, { take, token, warn }: TakerOptions): Promise<boolean> {
  try {
    await take(update);
    return true;
  } catch (error) {
    warn("Telegram: an update could not be taken in", { error: loggedWords(error, token) });
    return false;
  }
}

/** Whether the update is done with; false only when it was interrupted. */
export async function takeCarefully(
  update: unknown,
  options: TakerOptions,
  signal: AbortSignal,
): Promise<boolean> {
  for (let tries = 1; !signal.aborted; tries += 1) {
    if ((await takeOnce(update, options)) || tries >= MOST_TRIES) return true;
    await options.clock.sleep(FIRST_PAUSE_MS * 2 ** (tries - 1), signal).catch(() => {});
  }
  return false;
}
