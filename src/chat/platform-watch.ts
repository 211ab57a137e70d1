/** Which platforms can be reached; one that stays away is told on the others, and its return too. */
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

/** Shorter absences are ordinary reconnects. */
const AWAY_MS = 60_000;

export class PlatformWatch {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #statuses = new Map<PlatformName, PlatformStatus>();
  readonly #told = new Set<PlatformName>();
  readonly #cancel = new Map<PlatformName, () => void>();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  statuses(): readonly PlatformStatus[] {
    return [...this.#statuses.values()];
  }

  /** `detail` is shown to people and must hold no secret. */
  note(platform: PlatformName, isConnected: boolean, detail: string): void {
    const before = this.#statuses.get(platform);
    const since = before?.isConnected === isConnected ? before.since : this.#clock.now();
    this.#statuses.set(platform, { platform, isConnected, since, detail });
    // A terminal that was closed is nobody's emergency.
    if (platform === "console" || before?.isConnected === isConnected) return;
    this.#cancel.get(platform)?.();
    if (!isConnected)
      this.#cancel.set(
        platform,
        this.#clock.after(AWAY_MS, () => this.#tellAway(platform)),
      );
    else if (this.#told.delete(platform)) this.#tell(`${NAMES[platform]} is reachable again`, "info", detail);
  }

  close(): void {
    for (const cancel of this.#cancel.values()) cancel();
  }

  #tellAway(platform: PlatformName): void {
    this.#told.add(platform);
    this.#tell(`${NAMES[platform]} cannot be reached`, "warning", this.#statuses.get(platform)?.detail ?? "");
  }

  #tell(title: string, level: "info" | "warning", detail: string): void {
    this.#database.transact(this.#clock.now(), (tx) => {
      insertNotice(tx, { kind: "message", level, topic: "alerts", facts: { title, text: detail } });
    });
  }
}

const NAMES: Readonly<Record<PlatformName, string>> = {
  telegram: "Telegram",
  discord: "Discord",
  console: "The console",
};
