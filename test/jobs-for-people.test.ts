// The jobs that tell people: alerts that nobody answers, and reports at their hour.
import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { insertNotice } from "../db/notices.ts";
import { enterState, readState } from "../db/system-state.ts";
import { jobsAtStart } from "../src/jobs.ts";
import { HOUR } from "./capabilities/harness.ts";
import { cleanUp, privateFolder } from "./support/program.ts";
import { NOW, openReplayedApp, type ReplayedApp, type ReplayedAppOptions } from "./support/replayed-app.ts";

afterAll(cleanUp);

const OPERATOR = { kind: "system", name: "test" } as const;
const state = ({ app }: ReplayedApp): string => app.database.read(readState).state;

async function startedApp(options: ReplayedAppOptions = {}): Promise<ReplayedApp> {
  const running = await openReplayedApp(options);
  await running.app.start();
  while (running.app.scheduler.isRunning("data_sync")) await Bun.sleep(1);
  return running;
}

test("alert_check pauses trading twice the minutes after nobody acknowledged an alert", async () => {
  const running = await startedApp({ environment: { ALERT_ACK_MINUTES: "10" } });
  const { app, clock } = running;
  app.database.transact(clock.now(), (tx) => {
    enterState(tx, { by: "person", role: "operator", via: "resume" }, "Go.", OPERATOR);
    insertNotice(tx, { kind: "job_failed", level: "critical", topic: "alerts", facts: { job: "x" } });
  });
  const minutes = async (count: number) => {
    for (let i = 0; i < count * 2; i++) await clock.advanceTo(clock.now() + 30_000);
  };
  await minutes(19);
  expect(state(running)).toBe("RUNNING");
  await minutes(2);
  expect(state(running)).toBe("PAUSED");
  await app.stop();
});

test("the day's wrap comes at its hour in people's time zone, the week's report on Mondays", async () => {
  const running = await startedApp({
    environment: { APP_TIMEZONE: "Europe/Rome", REPORT_DAILY_AT: "07:30" },
  });
  const { app } = running;
  const next = (name: string) =>
    new Date(app.scheduler.nextRunAt(app.scheduler.jobs.find((job) => job.name === name)!)!);
  expect(next("daily_wrap").toISOString()).toMatch(/T06:30:00/);
  expect([next("weekly_report").toISOString().slice(11, 16), next("weekly_report").getUTCDay()]).toEqual([
    "06:30",
    1,
  ]);
  await app.scheduler.runNow("daily_wrap");
  const facts = app.database.read((rows) =>
    rows.get<{ facts: string }>("SELECT facts FROM notices WHERE kind = 'daily_wrap'"),
  );
  const { fromAt, toAt } = JSON.parse(facts!.facts) as { fromAt: number; toAt: number };
  expect([toAt, toAt - fromAt]).toEqual([running.clock.now(), 24 * HOUR]);
  await app.stop();
});

test("a start makes up for the day's wrap that was due while the program was down, once", async () => {
  const path = join(privateFolder(), "slept.db");
  const before = await startedApp({ path });
  await before.app.stop();
  const again = await openReplayedApp({ path, now: NOW + 20 * HOUR });
  const { app } = again;
  const parts = { ...app, peopleClock: app.clock, audit: app.capabilities.audit };
  app.scheduler.start();
  const due = () => jobsAtStart(parts, app.scheduler);
  // It was due at eight, NOW is past four in the afternoon, and the process slept until noon of the next day.
  expect(due()).toEqual(["data_sync", "alert_check", "daily_wrap"]);
  await app.scheduler.runNow("daily_wrap");
  expect(due()).toEqual(["data_sync", "alert_check"]);
  await app.stop();
});
