/** The table of scheduled jobs: what runs when, beside app.ts because jobs touch many rooms. */
import type { Database } from "../db/database.ts";
import { saveInstrument } from "../db/instruments.ts";
import type { Chat } from "./chat/chat.ts";
import type { AuditCapability } from "./chat/house-capabilities.ts";
import type { Settings } from "./config.ts";
import type { Actor } from "./core/actor.ts";
import type { Clock } from "./core/clock.ts";
import { assertSameScales } from "./core/instrument.ts";
import type { Engine } from "./engine/engine.ts";
import { syncHistory } from "./engine/sync-history.ts";
import type { MarketFeed } from "./market/feed.ts";
import type { Job } from "./scheduler/job.ts";

export interface JobParts {
  readonly database: Database;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly engine: Engine;
  readonly feed: MarketFeed;
  readonly chat: Chat;
  readonly audit: AuditCapability;
  readonly isHalted: () => boolean;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
export const TRADING_JOB = "trading_cycle";
export const DATA_JOB = "data_sync";
const INSTRUMENT_ACTOR: Actor = { kind: "job", name: "instrument_refresh" };
const TRADING_ACTOR: Actor = { kind: "job", name: TRADING_JOB };

export function jobTable(parts: JobParts): readonly Job[] {
  const { settings } = parts;
  return [
    {
      name: TRADING_JOB,
      summary: "Brings candles up to date, checks exits, and asks the strategy when a candle has closed.",
      timing: { everyMs: settings.TRADING_CYCLE_SECONDS * SECOND_MS },
      isSafety: false,
      missing: () => missingCandles(parts),
      run: () => runTradingCycle(parts, true),
      // Switched off it opens nothing, but what is held keeps its stops and the position policy.
      whileOff: async () =>
        parts.engine.current().trader.isExposed ? runTradingCycle(parts, false) : "skipped",
    },
    {
      name: DATA_JOB,
      summary: "Fetches the history the strategy needs and fills gaps.",
      timing: { everyMs: 15 * MINUTE_MS },
      isSafety: false,
      async run() {
        await syncHistory(parts.engine);
        return "ok";
      },
    },
    {
      name: "instrument_refresh",
      summary: "Reads the exchange's filters and whether it trades the symbol.",
      timing: { everyMs: 60 * MINUTE_MS },
      isSafety: true,
      run: () => refreshInstrument(parts),
    },
    {
      name: "question_expiry",
      summary: "Ends questions that nobody answered in time.",
      timing: { everyMs: 15 * SECOND_MS },
      isSafety: true,
      run: async () => {
        parts.chat.expireQuestions();
        return "ok";
      },
    },
    {
      name: "audit_check",
      summary: "Verifies the whole audit chain; a break stops trading.",
      timing: { cron: "0 4 * * *", timeZone: settings.APP_TIMEZONE },
      isSafety: true,
      async run() {
        await parts.audit.verify(() => {});
        return "ok";
      },
    },
  ];
}

/** Filters move at will, and a halt shows in the symbol's status: at least hourly they are read again. */
async function refreshInstrument({ database, clock, engine, feed }: JobParts): Promise<"ok"> {
  const instrument = await feed.instrument();
  if (Bun.deepEquals(instrument, engine.options.instrument)) return "ok";
  assertSameScales(engine.options.instrument, instrument);
  database.transact(clock.now(), (tx) => saveInstrument(tx, instrument, INSTRUMENT_ACTOR));
  await engine.idle();
  engine.useInstrument(instrument);
  return "ok";
}

/** What trading still lacks, in words, or null. */
function missingCandles({ engine, settings }: Pick<JobParts, "engine" | "settings">): string | null {
  const { has, needs } = engine.readiness();
  if (!settings.TRADING_REQUIRE_DATA_READY || has >= needs) return null;
  return `${has} of ${needs} ${engine.current().trader.rules.needs.timing} candles; /data fetch brings the rest`;
}

async function runTradingCycle(
  { engine, isHalted }: JobParts,
  mayDecide: boolean,
): Promise<"ok" | "skipped"> {
  if (isHalted()) return "skipped";
  const done = await engine.runCycle(TRADING_ACTOR, undefined, mayDecide);
  return done.ok ? "ok" : "skipped";
}
