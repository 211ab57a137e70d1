import { afterEach, describe, expect, test } from "bun:test";
import { jobByName } from "../../db/jobs.ts";
import { waitingNotices } from "../../db/notices.ts";
import { VirtualClock } from "../../src/clock.ts";
import type { Job } from "../../src/scheduler/job.ts";
import { Scheduler } from "../../src/scheduler/scheduler.ts";
import { ADA, memoryDatabase } from "../db/test-database.ts";

/** Thursday 2026-01-15, 10:00:07.250 UTC: off every grid. */
const START = Date.UTC(2026, 0, 15, 10, 0, 7, 250);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const running: Scheduler[] = [];
afterEach(async () => {
  for (const scheduler of running.splice(0)) await scheduler.stop();
});

/** A scheduler over these jobs on a virtual clock and a real database. */
function scheduled(jobs: readonly Partial<Job>[], startAt = START) {
  const clock = new VirtualClock(startAt);
  const database = memoryDatabase();
  const errors: [job: string, error: unknown][] = [];
  const whole = jobs.map((job, index) => ({
    name: `job_${index + 1}`,
    summary: "Does something.",
    timing: { everyMs: MINUTE },
    isSafety: false,
    run: async () => "ok" as const,
    ...job,
  }));
  const scheduler = new Scheduler({
    jobs: whole,
    database,
    clock,
    onError: (job, error) => errors.push([job, error]),
  });
  running.push(scheduler);
  /** Timers follow once the transaction is kept: a moment later. */
  const switchJobs = async (name: string | null, on: boolean) => {
    const done = database.transact(clock.now(), (tx) => scheduler.switchJobs(tx, ADA, name, on));
    await Promise.resolve();
    return done;
  };
  const failures = () =>
    database.read((reader) => waitingNotices(reader, 100)).filter(({ kind }) => kind === "job_failed");
  return { clock, database, scheduler, errors, switchJobs, failures, jobs: whole };
}

/** A job's run that notes when it started. */
function noting(clock: () => number) {
  const at: number[] = [];
  const run = async () => {
    at.push(clock());
    return "ok" as const;
  };
  return { at, run };
}

const iso = (instants: readonly number[]): string[] =>
  instants.map((at) => new Date(at).toISOString().slice(11, 19));

describe("an interval", () => {
  test("runs on the clock's grid, whenever the process was started", async () => {
    let clock: VirtualClock;
    const { at, run } = noting(() => clock.now());
    const one = scheduled([{ run }]);
    ({ clock } = one);
    one.scheduler.start();
    await clock.advanceTo(START + 3 * MINUTE);
    expect(iso(at)).toEqual(["10:01:00", "10:02:00", "10:03:00"]);
  });

  test("runs nothing before start and nothing after stop", async () => {
    let clock: VirtualClock;
    const { at, run } = noting(() => clock.now());
    const one = scheduled([{ run }]);
    ({ clock } = one);
    await clock.advanceTo(START + 2 * MINUTE);
    one.scheduler.start();
    await clock.advanceTo(START + 3 * MINUTE);
    await one.scheduler.stop();
    await clock.advanceTo(START + 9 * MINUTE);
    expect(iso(at)).toEqual(["10:03:00"]);
  });

  test("says when its next turn is", () => {
    const { scheduler, jobs } = scheduled([{ timing: { everyMs: HOUR } }]);
    expect(scheduler.nextRunAt(jobs[0]!)).toBe(Date.UTC(2026, 0, 15, 11));
  });
});

describe("a cron pattern", () => {
  test("runs at the wall clock's time of its zone, across the change to summer time", async () => {
    let clock: VirtualClock;
    const { at, run } = noting(() => clock.now());
    // In Rome, 29 March 2026 begins at +01:00 and ends at +02:00.
    const daily = { timing: { cron: "0 4 * * *", timeZone: "Europe/Rome" }, run };
    const one = scheduled([daily], Date.UTC(2026, 2, 28, 0, 0));
    ({ clock } = one);
    one.scheduler.start();
    await clock.advanceTo(Date.UTC(2026, 2, 31));
    expect(at.map((instant) => new Date(instant).toISOString().slice(0, 16))).toEqual([
      "2026-03-28T03:00",
      "2026-03-29T02:00",
      "2026-03-30T02:00",
    ]);
  });

  test("exactly at its time waits for the next one", () => {
    const { scheduler, jobs } = scheduled(
      [{ timing: { cron: "0 4 * * *", timeZone: "UTC" } }],
      Date.UTC(2026, 0, 15, 4),
    );
    expect(scheduler.nextRunAt(jobs[0]!)).toBe(Date.UTC(2026, 0, 16, 4));
  });

  test("that never comes is refused at start", () => {
    const { scheduler } = scheduled([{ timing: { cron: "0 0 30 2 *", timeZone: "UTC" } }]);
    expect(() => scheduler.start()).toThrow("never due");
  });
});

describe("a job that throws", () => {
  test("is told once, runs again on its turn, and is told anew after it had recovered", async () => {
    let works = false;
    const run = async () => {
      if (works) return "ok" as const;
      throw new Error("no route to host");
    };
    const { clock, scheduler, errors, failures, database } = scheduled([{ run }]);
    scheduler.start();
    await clock.advanceTo(START + 3 * MINUTE);
    expect(errors).toHaveLength(3);
    expect(failures().map(({ level, facts }) => [level, facts])).toEqual([
      ["warning", { job: "job_1", error: "no route to host" }],
    ]);
    expect(scheduler.lastRun("job_1")).toMatchObject({ status: "failed", error: "no route to host" });
    works = true;
    await clock.advanceTo(START + 4 * MINUTE);
    expect(database.read((reader) => jobByName(reader, "job_1"))).toMatchObject({
      lastStatus: "ok",
      failuresInARow: 0,
    });
    works = false;
    await clock.advanceTo(START + 6 * MINUTE);
    expect(failures()).toHaveLength(2);
  });

  test("in another way each time is still told once", async () => {
    let turn = 0;
    const run = async () => Promise.reject(new Error(`way ${++turn}`));
    const { clock, scheduler, failures } = scheduled([{ run }]);
    scheduler.start();
    await clock.advanceTo(START + 4 * MINUTE);
    expect(turn).toBe(4);
    expect(failures().map(({ facts }) => facts["error"])).toEqual(["way 1"]);
    expect(scheduler.lastRun("job_1")?.error).toBe("way 4");
  });

  test("is critical when safety hangs on it, and leaves the other jobs alone", async () => {
    let clock: VirtualClock;
    const { at, run } = noting(() => clock.now());
    const failing = { isSafety: true, run: async () => Promise.reject(new Error("broken")) };
    const one = scheduled([failing, { run }]);
    ({ clock } = one);
    one.scheduler.start();
    await clock.advanceTo(START + 2 * MINUTE);
    expect(one.failures()[0]?.level).toBe("critical");
    expect(at).toHaveLength(2);
  });

  test("throwing before its first await, or something that is no error, is a failure like any other", async () => {
    const sync = {
      run: (): Promise<"ok"> => {
        throw new Error("at once");
      },
    };
    const odd = { run: () => Promise.reject("text") };
    const { clock, scheduler } = scheduled([sync, odd]);
    scheduler.start();
    await clock.advanceTo(START + MINUTE);
    expect([scheduler.lastRun("job_1")?.error, scheduler.lastRun("job_2")?.error]).toEqual([
      "at once",
      "it gave no reason",
    ]);
  });

  test("keeps its turns when the database cannot be asked whether it is on", async () => {
    let clock: VirtualClock;
    const { at, run } = noting(() => clock.now());
    const one = scheduled([{ run }]);
    ({ clock } = one);
    one.scheduler.start();
    one.database.close();
    await clock.advanceTo(START + 3 * MINUTE);
    expect(at).toHaveLength(3);
    expect(one.errors.length).toBeGreaterThan(0);
  });
});

test("a job that goes on as before writes nothing", async () => {
  const { clock, scheduler, database } = scheduled([{}]);
  scheduler.start();
  await clock.advanceTo(START + MINUTE);
  let commits = 0;
  database.onCommit(() => {
    commits++;
  });
  await clock.advanceTo(START + 10 * MINUTE);
  expect(commits).toBe(0);
  expect(scheduler.lastRun("job_1")?.startedAt).toBe(Date.UTC(2026, 0, 15, 10, 10));
});

describe("a run that lasts longer than its period", () => {
  test("swallows the turns it overlaps and is never doubled", async () => {
    let clock: VirtualClock;
    let together = 0;
    let most = 0;
    const startedAt: number[] = [];
    const run = async () => {
      startedAt.push(clock.now());
      most = Math.max(most, ++together);
      await clock.sleep(150 * SECOND);
      together--;
      return "ok" as const;
    };
    const one = scheduled([{ run }]);
    ({ clock } = one);
    one.scheduler.start();
    await clock.advanceTo(START + 8 * MINUTE);
    expect(most).toBe(1);
    expect(iso(startedAt)).toEqual(["10:01:00", "10:04:00", "10:07:00"]);
    const stopping = one.scheduler.stop();
    await clock.advanceTo(START + 12 * MINUTE);
    await stopping;
  });

  test("is waited for by stop", async () => {
    let clock: VirtualClock;
    let isDone = false;
    const run = async () => {
      await clock.sleep(30 * SECOND);
      isDone = true;
      return "ok" as const;
    };
    const one = scheduled([{ run }]);
    ({ clock } = one);
    one.scheduler.start();
    await clock.advanceTo(START + MINUTE);
    expect(one.scheduler.isRunning("job_1")).toBe(true);
    let hasStopped = false;
    const stopping = one.scheduler.stop().then(() => {
      hasStopped = true;
    });
    await clock.advanceTo(START + MINUTE + 20 * SECOND);
    expect([isDone, hasStopped]).toEqual([false, false]);
    await clock.advanceTo(START + 2 * MINUTE);
    await stopping;
    expect(isDone).toBe(true);
  });
});

describe("run now", () => {
  test("runs at once, tells how long it took, and leaves the next turn where it was", async () => {
    let clock: VirtualClock;
    const { at, run } = noting(() => clock.now());
    const one = scheduled([{ run }]);
    ({ clock } = one);
    one.scheduler.start();
    expect(await one.scheduler.runNow("job_1")).toEqual({ ok: true, value: { durationMs: 0 } });
    await clock.advanceTo(START + MINUTE);
    expect(iso(at)).toEqual(["10:00:07", "10:01:00"]);
  });

  test("refuses a job that nobody knows, one under way, and tells of a failure", async () => {
    let clock: VirtualClock;
    const slow = { name: "slow", run: () => clock.sleep(SECOND).then(() => "ok" as const) };
    const bad = { name: "bad", run: async () => Promise.reject(new Error("no")) };
    const one = scheduled([slow, bad]);
    ({ clock } = one);
    one.scheduler.start();
    expect(await one.scheduler.runNow("none")).toMatchObject({ ok: false, code: "no_such_job" });
    expect(await one.scheduler.runNow("bad")).toMatchObject({
      ok: false,
      code: "job_failed",
      facts: { error: "no" },
    });
    const first = one.scheduler.runNow("slow");
    expect(await one.scheduler.runNow("slow")).toMatchObject({ ok: false, code: "already_running" });
    await clock.advanceTo(START + 2 * SECOND);
    expect(await first).toMatchObject({ ok: true });
  });
});

describe("switching", () => {
  test("a job off ends its turns, on again resumes them, and both survive a restart", async () => {
    let clock: VirtualClock;
    const { at, run } = noting(() => clock.now());
    const one = scheduled([{ run }]);
    ({ clock } = one);
    one.scheduler.start();
    expect(await one.switchJobs("job_1", false)).toEqual({ ok: true, value: { changed: ["job_1"] } });
    await clock.advanceTo(START + 2 * MINUTE);
    expect([at.length, one.scheduler.nextRunAt(one.jobs[0]!)]).toEqual([0, null]);
    const restarted = new Scheduler({ jobs: one.jobs, database: one.database, clock, onError: () => {} });
    restarted.start();
    await clock.advanceTo(START + 3 * MINUTE);
    expect(at).toHaveLength(0);
    await restarted.stop();
    await one.switchJobs("job_1", true);
    await clock.advanceTo(START + 5 * MINUTE);
    expect(iso(at)).toEqual(["10:04:00", "10:05:00"]);
  });

  test("a safety job cannot be stopped, alone or with all the others", async () => {
    let clock: VirtualClock;
    const { at, run } = noting(() => clock.now());
    const one = scheduled([{ name: "expiry", isSafety: true, run }, { name: "report" }]);
    ({ clock } = one);
    one.scheduler.start();
    expect(await one.switchJobs("expiry", false)).toMatchObject({ ok: false, code: "safety_job" });
    expect(await one.switchJobs(null, false)).toEqual({ ok: true, value: { changed: ["report"] } });
    await clock.advanceTo(START + MINUTE);
    expect(at).toHaveLength(1);
  });

  test("a safety job runs even when the database says it is off", async () => {
    let clock: VirtualClock;
    const { at, run } = noting(() => clock.now());
    const one = scheduled([{ name: "expiry", isSafety: true, run }]);
    ({ clock } = one);
    one.scheduler.start();
    one.database.transact(clock.now(), (tx) => tx.run("UPDATE jobs SET is_enabled = 0"));
    await clock.advanceTo(START + 2 * MINUTE);
    expect(at).toHaveLength(2);
  });

  test("that is not kept changes nothing", async () => {
    let clock: VirtualClock;
    const { at, run } = noting(() => clock.now());
    const one = scheduled([{ run }]);
    ({ clock } = one);
    one.scheduler.start();
    expect(() =>
      one.database.transact(clock.now(), (tx) => {
        one.scheduler.switchJobs(tx, ADA, "job_1", false);
        throw new Error("undone");
      }),
    ).toThrow("undone");
    await clock.advanceTo(START + MINUTE);
    expect(at).toHaveLength(1);
  });

  test.each([
    ["nothing of that name", "no_job", false, "no_such_job"],
    ["what is on already", "job_1", true, "already_so"],
    ["on what lacks something", "job_2", true, "not_ready"],
  ] as const)("%s is refused", async (_name, job, on, code) => {
    const { scheduler, switchJobs } = scheduled([{}, { missing: () => "12 of 700 candles" }]);
    scheduler.start();
    const done = await switchJobs(job, on);
    expect(done).toMatchObject({ ok: false, code });
    if (!done.ok && code === "not_ready")
      expect(done.facts).toEqual({ job: "job_2", missing: "12 of 700 candles" });
  });
});

describe("a job that is switched off", () => {
  test("keeps its turns for what must go on, and for nothing else", async () => {
    const done: string[] = [];
    const job: Partial<Job> = {
      run: async () => {
        done.push("run");
        return "ok";
      },
      whileOff: async () => {
        done.push("while off");
        return "ok";
      },
    };
    const { clock, database, scheduler } = scheduled([job]);
    scheduler.start();
    await clock.advanceTo(START + MINUTE);
    database.transact(clock.now(), (tx) => scheduler.switchJobs(tx, ADA, "job_1", false));
    await Promise.resolve();
    await clock.advanceTo(START + 3 * MINUTE);
    expect(done).toEqual(["run", "while off", "while off"]);
    expect(scheduler.nextRunAt(scheduler.jobs[0]!)).toBeNull();
  });
});

test("a trigger during a run is worth one more run, however often it comes, and none once the job is off", async () => {
  let runs = 0;
  let release = (): void => {};
  const { clock, database, scheduler } = scheduled([
    {
      run: async () => {
        runs += 1;
        if (runs === 1) await new Promise<void>((resolve) => (release = resolve));
        return "ok";
      },
    },
  ]);
  scheduler.start();
  for (let i = 0; i < 3; i++) scheduler.trigger("job_1");
  expect(runs).toBe(1);
  release();
  for (let i = 0; i < 50 && runs < 2; i++) await Bun.sleep(1);
  await Bun.sleep(2);
  expect(runs).toBe(2);
  database.transact(clock.now(), (tx) => scheduler.switchJobs(tx, ADA, "job_1", false));
  scheduler.trigger("job_1");
  expect(runs).toBe(2);
});
