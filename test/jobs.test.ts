import { Database as Sqlite } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { loadInstrument } from "../db/instruments.ts";
import { jobByName } from "../db/jobs.ts";
import { insertPerson } from "../db/people.ts";
import { insertQuestion } from "../db/questions.ts";
import { enterState, readState } from "../db/system-state.ts";
import { HOUR } from "./capabilities/harness.ts";
import { cleanUp, privateFolder } from "./support/program.ts";
import {
  feedWith,
  NOW,
  openReplayedApp,
  passQuarters,
  type ReplayedApp,
  type ReplayedAppOptions,
} from "./support/replayed-app.ts";

afterAll(cleanUp);

const OPERATOR = { kind: "system", name: "test" } as const;

const statusOf = ({ app }: ReplayedApp, job: string) => app.scheduler.lastRun(job)?.status ?? null;
const decisions = ({ app }: ReplayedApp): number =>
  Number(app.database.read((rows) => rows.get<{ n: number }>("SELECT count(*) AS n FROM decisions"))!.n);
const cached = ({ app }: ReplayedApp, timeframe: string): number =>
  Number(
    app.database.read((rows) =>
      rows.get<{ n: number }>("SELECT count(*) AS n FROM candles_cache WHERE timeframe = $timeframe", {
        timeframe,
      }),
    )!.n,
  );
const state = ({ app }: ReplayedApp): string => app.database.read(readState).state;

function resume({ app, clock }: ReplayedApp): void {
  app.database.transact(clock.now(), (tx) => {
    enterState(tx, { by: "person", role: "operator", via: "resume" }, "Go.", OPERATOR);
  });
}

/** Up, with its history. */
async function startedApp(options: ReplayedAppOptions = {}): Promise<ReplayedApp> {
  const running = await openReplayedApp(options);
  await running.app.start();
  await untilIdle(running, "data_sync");
  return running;
}

async function untilIdle({ app }: ReplayedApp, job: string): Promise<void> {
  while (app.scheduler.isRunning(job)) await Bun.sleep(1);
}

/** Changes an event behind the program's back. */
function falsify(path: string): void {
  const sqlite = new Sqlite(path);
  const triggers = sqlite
    .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  for (const { name } of triggers) sqlite.run(`DROP TRIGGER "${name}"`);
  expect(sqlite.run("UPDATE events_log SET summary = 'nothing' WHERE seq = 2").changes).toBe(1);
  sqlite.close();
}

test("every job says what it does, in a sentence", async () => {
  const { app } = await openReplayedApp();
  expect(app.scheduler.jobs.map(({ name }) => name)).toEqual([
    "trading_cycle",
    "data_sync",
    "instrument_refresh",
    "question_expiry",
    "enrolment_expiry",
    "housekeeping",
    "audit_check",
    "alert_check",
    "price_alerts",
    "heartbeat",
    "daily_wrap",
    "weekly_report",
  ]);
  for (const { summary } of app.scheduler.jobs) expect(summary).toMatch(/^[A-Z].{20,}\.$/);
  await app.stop();
});

test("data_sync runs at once when the app starts", async () => {
  const running = await startedApp();
  expect(statusOf(running, "data_sync")).toBe("ok");
  expect(running.app.engine.readiness().has).toBeGreaterThanOrEqual(running.app.engine.readiness().needs);
  expect(running.broken).toBeEmpty();
  await running.app.stop();
});

describe("trading_cycle", () => {
  test("switched off keeps a held position's stops going, and opens nothing", async () => {
    const running = await startedApp();
    const { app, clock } = running;
    const { trader } = app.engine.current();
    expect(trader.isExposed).toBe(false);
    app.database.transact(clock.now(), (tx) =>
      app.scheduler.switchJobs(tx, OPERATOR, "trading_cycle", false),
    );
    resume(running);
    const seed = { equityUnits: 1_000_000_000_000, lots: 1000, ticks: trader.markTicks };
    app.database.transact(clock.now(), (tx) => app.engine.resetAccount(tx, OPERATOR, seed));
    const before = decisions(running);
    const markedBefore = app.engine.lastCycle?.at ?? 0;
    await passQuarters(running, 8);
    expect(app.engine.lastCycle?.at ?? 0).toBeGreaterThan(markedBefore);
    expect(decisions(running)).toBe(before);
    await app.stop();
  });

  test("is held back, with what is missing, until data_sync has fetched the history", async () => {
    const running = await openReplayedApp();
    const { app } = running;
    app.scheduler.start();
    const [trading] = app.scheduler.jobs;
    expect(trading?.missing?.()).toMatch(/^0 of \d+ 1h candles; \/data fetch brings the rest$/);
    await app.scheduler.runNow("trading_cycle");
    expect(statusOf(running, "trading_cycle")).toBe("skipped");
    await app.scheduler.runNow("data_sync");
    expect(statusOf(running, "data_sync")).toBe("ok");
    expect(cached(running, "1h")).toBe(760);
    expect(cached(running, "15m")).toBe(95);
    expect(trading?.missing?.()).toBeNull();
    await app.scheduler.runNow("data_sync");
    expect(statusOf(running, "data_sync")).toBe("ok");
    await app.stop();
  });

  test("decides each hourly candle once, by the clock alone", async () => {
    const running = await startedApp();
    resume(running);
    await passQuarters(running, 12);
    const closes = running.app.database.read((rows) =>
      rows.all<{ at: number }>("SELECT candle_close_at AS at FROM decisions ORDER BY id"),
    );
    // The one that closed half a minute before the start is young enough, too.
    expect(closes.map(({ at }) => (Number(at) - NOW + 30_000) / HOUR)).toEqual([0, 1, 2, 3]);
    expect(running.app.scheduler.lastRun("trading_cycle")?.startedAt).toBe(NOW - 30_000 + 3 * HOUR);
    await running.app.stop();
    expect(running.broken).toBeEmpty();
  });

  test("runs at once when the stream says that a candle closed, and not when it is switched off or at its end", async () => {
    const running = await startedApp({ environment: { TRADING_CYCLE_SECONDS: "3600" } });
    const { app, clock, stream } = running;
    expect(stream.timeframes).toEqual(["1h", "15m"]);
    const said = async (): Promise<boolean> => {
      const before = app.scheduler.lastRun("trading_cycle");
      await clock.advanceTo(clock.now() + 60_000);
      stream.candleClosed();
      await Bun.sleep(1);
      await app.engine.idle();
      return app.scheduler.lastRun("trading_cycle") !== before;
    };
    expect(await said()).toBe(true);
    const switchTo = (isOn: boolean) =>
      app.database.transact(clock.now(), (tx) =>
        app.scheduler.switchJobs(tx, OPERATOR, "trading_cycle", isOn),
      );
    expect(switchTo(false).ok).toBe(true);
    expect(await said()).toBe(false);
    expect(switchTo(true).ok).toBe(true);
    expect(await said()).toBe(true);
    await app.stop();
    expect(await said()).toBe(false);
  });

  test("does not run in an app that came up halted, until a person has recovered", async () => {
    const path = join(privateFolder(), "halted.db");
    const before = await startedApp({ path });
    resume(before);
    await before.app.stop();
    falsify(path);

    let asked = 0;
    const halted = await openReplayedApp({
      path,
      now: NOW + HOUR,
      feed: feedWith((feed) => ({
        candles: (timeframe, fromAt, limit) => {
          asked += 1;
          return feed.candles(timeframe, fromAt, limit);
        },
      })),
    });
    halted.app.scheduler.start();
    expect(halted.app.isHalted()).toBe(true);
    expect(state(halted)).toBe("EMERGENCY_STOP");
    await halted.app.scheduler.runNow("trading_cycle");
    expect(statusOf(halted, "trading_cycle")).toBe("skipped");
    expect(asked).toBe(0);

    const { app, clock } = halted;
    const recovered = app.database.transact(clock.now(), (tx) =>
      app.capabilities.state.move(tx, "recover", "I looked.", { actor: OPERATOR, role: "admin" }),
    );
    expect(recovered.ok).toBe(true);
    await Promise.resolve();
    expect(app.isHalted()).toBe(false);
    resume(halted);
    await app.scheduler.runNow("trading_cycle");
    expect(statusOf(halted, "trading_cycle")).toBe("ok");
    expect(decisions(halted)).toBe(1);
    await app.stop();
  });
});

test("instrument_refresh takes up what the exchange changed, and passes over what it did not", async () => {
  let status: "TRADING" | "HALT" = "TRADING";
  const running = await startedApp({
    feed: feedWith((feed) => ({ instrument: async () => ({ ...(await feed.instrument()), status }) })),
  });
  const { app } = running;
  await app.scheduler.runNow("instrument_refresh");
  expect(statusOf(running, "instrument_refresh")).toBe("ok");
  status = "HALT";
  await app.scheduler.runNow("instrument_refresh");
  expect(statusOf(running, "instrument_refresh")).toBe("ok");
  expect(app.database.read((rows) => loadInstrument(rows, "BTCUSDT"))?.instrument.status).toBe("HALT");
  expect(app.engine.current().trader.rules.instrument.status).toBe("HALT");
  await app.stop();
});

test("question_expiry ends a question whose time is over, and no other", async () => {
  const { app, clock } = await openReplayedApp();
  const ask = (nonce: string, lastsMs: number) =>
    app.database.transact(clock.now(), (tx) => {
      const account = { platform: "console", accountId: nonce } as const;
      const personId = insertPerson(tx, { label: nonce, role: "admin", account }, OPERATOR);
      const where = { platform: "console", chatId: "console" } as const;
      const args = { tail: "", deliveryId: 1, threadId: "" };
      insertQuestion(tx, {
        nonce,
        personId,
        ...where,
        command: "flatten",
        args,
        prompt: "?",
        expiresAt: tx.now + lastsMs,
      });
    });
  ask("early", 10_000);
  ask("late", 600_000);
  await app.start();
  await clock.advanceTo(clock.now() + 31_000);
  await app.chat.settled();
  const stored = app.database.read((rows) =>
    rows.all<{ nonce: string; status: string }>("SELECT nonce, status FROM questions ORDER BY nonce"),
  );
  expect(stored).toEqual([
    { nonce: "early", status: "expired" },
    { nonce: "late", status: "open" },
  ]);
  await app.stop();
});

test("audit_check stops trading when an event was changed, at four in the morning", async () => {
  const path = join(privateFolder(), "checked.db");
  const running = await startedApp({ path, environment: { APP_TIMEZONE: "Europe/Rome" } });
  const { app, clock } = running;
  resume(running);
  await app.scheduler.runNow("audit_check");
  expect(state(running)).toBe("RUNNING");
  falsify(path);
  const check = app.scheduler.jobs.find(({ name }) => name === "audit_check")!;
  const dueAt = app.scheduler.nextRunAt(check)!;
  expect(new Date(dueAt).toISOString()).toMatch(/T03:00:00\.000Z$/);
  await clock.advanceTo(dueAt - 1);
  await app.engine.idle();
  expect(state(running)).toBe("RUNNING");
  await clock.advanceTo(dueAt);
  await app.scheduler.stop();
  expect(state(running)).toBe("EMERGENCY_STOP");
  expect(app.capabilities.state.current().reason).toContain("The audit log does not verify at event 2");
  await app.stop();
});

test("a job that fails is told once, and works again on its next turn", async () => {
  let isDown = true;
  const running = await openReplayedApp({
    feed: feedWith((feed) => ({
      candles: (timeframe, fromAt, limit) =>
        isDown ? Promise.reject(new Error("no answer")) : feed.candles(timeframe, fromAt, limit),
    })),
  });
  const { app } = running;
  app.scheduler.start();
  await app.scheduler.runNow("data_sync");
  await app.scheduler.runNow("data_sync");
  expect(running.logged.filter((line) => line.includes("job=data_sync"))).toHaveLength(2);
  const told = app.database.read((rows) => rows.all("SELECT 1 FROM notices WHERE kind = 'job_failed'"));
  expect(told).toHaveLength(1);
  expect(app.database.read((rows) => jobByName(rows, "data_sync"))?.failuresInARow).toBeGreaterThan(0);
  isDown = false;
  await app.scheduler.runNow("data_sync");
  expect(statusOf(running, "data_sync")).toBe("ok");
  expect(app.database.read((rows) => jobByName(rows, "data_sync"))?.failuresInARow).toBe(0);
  await app.stop();
});
