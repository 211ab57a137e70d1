/** How often people without rights are answered: once in ten minutes an account; the rest is counted, not repeated. */
import type { Clock } from "../core/clock.ts";
import type { Incoming } from "./platform.ts";

const WINDOW_MS = 10 * 60_000;
/** Beyond it new ones are only counted together: a crowd must not fill the audit log. */
const MOST_AT_ONCE = 200;

export interface Silenced {
  /** Empty when too many different accounts came at once. */
  readonly accountId: string;
  readonly platform: Incoming["platform"];
  readonly count: number;
}

export class Strangers {
  readonly #clock: Clock;
  readonly #report: (silenced: Silenced) => void;
  readonly #windows = new Map<string, { silenced: number; cancel: () => void }>();
  readonly #crowds = new Map<Incoming["platform"], { count: number; readonly cancel: () => void }>();

  /** `report` is told after a window in which somebody was silenced, how often. */
  constructor(clock: Clock, report: (silenced: Silenced) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** Whether this one is to be answered and audited by itself. */
  isFirst({ platform, sender: { accountId } }: Pick<Incoming, "platform" | "sender">): boolean {
    const key = `${platform}/${accountId}`;
    const window = this.#windows.get(key);
    if (window !== undefined) {
      window.silenced += 1;
      return false;
    }
    if (this.#windows.size >= MOST_AT_ONCE) {
      this.#countCrowd(platform);
      return false;
    }
    const cancel = this.#clock.after(WINDOW_MS, () => {
      const silenced = this.#windows.get(key)?.silenced ?? 0;
      this.#windows.delete(key);
      if (silenced > 0) this.#report({ accountId, platform, count: silenced });
    });
    this.#windows.set(key, { silenced: 0, cancel });
    return true;
  }

  /** Ends every window without a report. */
  close(): void {
    for (const { cancel } of this.#windows.values()) cancel();
    this.#windows.clear();
    for (const { cancel } of this.#crowds.values()) cancel();
    this.#crowds.clear();
  }

  #countCrowd(platform: Incoming["platform"]): void {
    const crowd = this.#crowds.get(platform);
    if (crowd !== undefined) {
      crowd.count += 1;
      return;
    }
    const cancel = this.#clock.after(WINDOW_MS, () => {
      const count = this.#crowds.get(platform)?.count ?? 0;
      this.#crowds.delete(platform);
      this.#report({ accountId: "", platform, count });
    });
    this.#crowds.set(platform, { count: 1, cancel });
  }
}
