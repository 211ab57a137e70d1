/** What the capabilities are made of; put together in app.ts. */
import type { ChainReport } from "../../db/audit-chain.ts";
import type { Database } from "../../db/database.ts";
import type { ProcessView } from "../chat/house-capabilities.ts";
import type { EngineStatus, MarketCapability } from "../chat/trading-capabilities.ts";
import type { Settings } from "../config.ts";
import type { Clock } from "../core/clock.ts";
import type { Random } from "../core/random.ts";
import type { Engine } from "../engine/engine.ts";
import type { MarketFeed } from "../market/feed.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";

export interface CapabilityParts {
  readonly database: Database;
  readonly engine: Engine;
  /** Asked when a command runs: the jobs are made after the capabilities. */
  readonly scheduler: () => Scheduler;
  /** The market's clock, by which commands are told the time too. */
  readonly clock: Clock;
  readonly feed: MarketFeed;
  readonly feedConnection: MarketCapability["feed"];
  readonly settings: Settings;
  readonly mode: EngineStatus["mode"];
  readonly version: string;
  readonly startedAt: number;
  /** What the audit chain was found to be at the start. */
  readonly chain: ChainReport;
  readonly process: {
    memoryBytes(): number;
    loopDelayMs(): number | null;
    /** The newest log lines, oldest first, redacted. */
    logTail(lines: number): readonly string[];
  };
  readonly platforms: () => ProcessView["platforms"];
  /** The start found what only a person's recovery may pass: no cycle runs. */
  readonly isHalted: () => boolean;
  /** Called once a person's recovery is kept; cycles may run again. */
  readonly recover: () => void;
  /** People's clock: one-time codes and how long a code may be typed go by it. */
  readonly peopleClock: Clock;
  /** Of seeds and codes: unguessable outside tests and demos. */
  readonly random: Random;
  /** Seals the seeds of one-time codes (32 bytes); null: nobody can enrol a device. */
  readonly seedKey: Uint8Array | null;
}
