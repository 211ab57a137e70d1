/** The table of scheduled jobs: what runs when, beside app.ts because jobs touch many rooms. */
import type { Database } from "../db/database.ts";
import { deleteDialoguesBefore } from "../db/dialogues.ts";
import { saveInstrument } from "../db/instruments.ts";
import { checkAlerts } from "./capabilities/escalation.ts";
import { sendHeartbeats } from "./capabilities/heartbeats.ts";
import { PriceWatch } from "./capabilities/price-watch.ts";
import { isReportMissing, REPORTS, type ReportKind, tellReport } from "./capabilities/report-notices.ts";
import { expireEnrolments } from "./capabilities/seeds.ts";
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
import type { Scheduler } from "./scheduler/scheduler.ts";

export interface JobParts {
  readonly database: Database;
  readonly settings: Settings;
  readonly clock: Clock;
  /** People's clock. */
  readonly peopleClock: Clock;
  readonly engine: Engine;
  readonly feed: MarketFeed;
  readonly chat: Chat;
  readonly audit: AuditCapability;
  readonly isHalted: () => boolean;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
export const TRADING_JOB = "trading_cycle";
const DATA_JOB = "data_sync";
const ALERT_JOB = "alert_check";
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
      isOutside: true,
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
      name: "enrolment_expiry",
      summary:
        "Ends enrolments of a device that nobody confirmed, and deletes the messages that show its key.",
      timing: { everyMs: MINUTE_MS },
      isSafety: true,
      async run() {
        expireEnrolments(parts);
        return "ok";
      },
    },
    {
      name: "housekeeping",
      summary: "Forgets dialogues that nobody went on with for two days.",
      timing: { everyMs: 6 * 60 * MINUTE_MS },
      isSafety: false,
      async run() {
        const { clock, database, peopleClock } = parts;
        const before = peopleClock.now() - 2 * DAY_MS;
        const forgotten = database.transact(clock.now(), (tx) => deleteDialoguesBefore(tx, before));
        return forgotten > 0 ? "ok" : "skipped";
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
    ...alertJobs(parts),
    ...reportJobs(parts),
  ];
}

function alertJobs(parts: JobParts): readonly Job[] {
  const { clock, database, peopleClock, settings } = parts;
  const prices = new PriceWatch(parts);
  return [
    {
      name: ALERT_JOB,
      summary: "Repeats a critical alert that nobody acknowledged, and then pauses trading.",
      timing: { everyMs: 30 * SECOND_MS },
      isSafety: true,
      async run() {
        checkAlerts({ database, clock, peopleClock, ackMinutes: settings.ALERT_ACK_MINUTES });
        return "ok";
      },
    },
    {
      name: "price_alerts",
      summary: "Tells when the price has touched a level that somebody asked for.",
      timing: { everyMs: 30 * SECOND_MS },
      isSafety: false,
      async run() {
        prices.check();
        return "ok";
      },
    },
    {
      name: "heartbeat",
      summary: "Sends a sign of life to the chats that want one.",
      timing: { everyMs: 5 * MINUTE_MS },
      isSafety: false,
      async run() {
        sendHeartbeats(database, clock, peopleClock);
        return "ok";
      },
    },
  ];
}

function reportJobs({ clock, database, settings }: JobParts): readonly Job[] {
  const [hour, minute] = settings.REPORT_DAILY_AT.split(":").map(Number);
  const report = (name: ReportKind, summary: string, days: string): Job => ({
    name,
    summary,
    timing: { cron: `${minute} ${hour} * * ${days}`, timeZone: settings.APP_TIMEZONE },
    isSafety: false,
    async run() {
      tellReport(database, name, clock.now());
      return "ok";
    },
  });
  return [
    report("daily_wrap", "Sends the last 24 hours in figures.", "*"),
    report("weekly_report", "Sends the last seven days in figures, on Mondays.", "1"),
  ];
}

/** What does not wait for its turn at the start: the history, unanswered alerts, and a report that was due meanwhile. */
export function jobsAtStart({ clock, database, engine }: JobParts, scheduler: Scheduler): readonly string[] {
  const now = clock.now();
  const { openedAt } = engine.current().account;
  const missing = (Object.keys(REPORTS) as ReportKind[]).filter((kind) => {
    const job = scheduler.jobs.find(({ name }) => name === kind);
    const nextAt = job === undefined ? null : scheduler.nextRunAt(job);
    return nextAt !== null && isReportMissing(database, kind, { now, nextAt, openedAt });
  });
  return [DATA_JOB, ALERT_JOB, ...missing];
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
