/**
 * Which platforms can be reached: commands arrive and messages leave. One that stays away is told on the others, and its
 * return too.
 */
import type { Database } from "../../db/database.ts";
import { insertNotice } from "../../db/notices.ts";
import type { PlatformName } from "../core/actor.ts";
import type { Clock } from "../core/clock.ts";

export interface PlatformStatus {
  readonly platform: PlatformName;
  readonly isConnected: boolean;
  /** Since when, epoch ms. */
  readonly since: number;
  readonly detail: string;
}

/** The two ways that can fail apart: what people send, and what we send. */
export type Way = "in" | "out";

/** Shorter absences are ordinary reconnects. */
const AWAY_MS = 60_000;

interface Watched {
  readonly ways: Map<Way, { readonly isOpen: boolean; readonly detail: string }>;
  since: number;
  isTold: boolean;
  cancel: () => void;
}

export class PlatformWatch {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #watched = new Map<PlatformName, Watched>();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  statuses(): readonly PlatformStatus[] {
    return [...this.#watched].map(([platform, watched]) => ({
      platform,
      isConnected: isConnected(watched),
      since: watched.since,
      detail: detailOf(watched),
    }));
  }

  /** `detail` is shown to people and must hold no secret. */
  note(platform: PlatformName, way: Way, isOpen: boolean, detail: string): void {
    const watched = this.#watched.get(platform) ?? {
      ways: new Map(),
      since: this.#clock.now(),
      isTold: false,
      cancel: () => {},
    };
    const isFirst = watched.ways.size === 0;
    const before = !isFirst && isConnected(watched);
    watched.ways.set(way, { isOpen, detail });
    this.#watched.set(platform, watched);
    const after = isConnected(watched);
    if (!isFirst && before === after) return;
    watched.since = this.#clock.now();
    // A terminal that was closed is nobody's emergency.
    if (platform === "console") return;
    watched.cancel();
    if (!after) watched.cancel = this.#clock.after(AWAY_MS, () => this.#tellAway(platform, watched));
    else if (watched.isTold) {
      watched.isTold = false;
      this.#tell(`${NAMES[platform]} is reachable again`, "info", detail || "Commands and messages pass.");
    }
  }

  close(): void {
    for (const { cancel } of this.#watched.values()) cancel();
  }

  #tellAway(platform: PlatformName, watched: Watched): void {
    watched.isTold = true;
    this.#tell(`${NAMES[platform]} cannot be reached`, "warning", detailOf(watched));
  }

  #tell(title: string, level: "info" | "warning", detail: string): void {
    this.#database.transact(this.#clock.now(), (tx) => {
      insertNotice(tx, { kind: "platform_reached", level, topic: "alerts", facts: { title, text: detail } });
    });
  }
}

const isConnected = ({ ways }: Watched): boolean => [...ways.values()].every(({ isOpen }) => isOpen);

/** What is wrong, else what was last said. */
function detailOf({ ways }: Watched): string {
  const all = [...ways.values()];
  return (
    (all.find(({ isOpen }) => !isOpen) ?? all.find(({ detail }) => detail !== "") ?? all[0])?.detail ?? ""
  );
}

const NAMES: Readonly<Record<PlatformName, string>> = {
  telegram: "Telegram",
  discord: "Discord",
  console: "The console",
};
