/** Runs the table of jobs: croner says when each is due, the clock port waits; one that throws is told once and retried on its turn. */
import { Cron } from "croner";
import type { Database, Tx } from "../../db/database.ts";
import {
  jobByName,
  listJobs,
  markJobFinished,
  markJobStarted,
  registerJob,
  setJobEnabled,
} from "../../db/jobs.ts";
import { insertNotice } from "../../db/notices.ts";
import type { Actor } from "../core/actor.ts";
import type { Clock } from "../core/clock.ts";
import { InputError, type Result, refusal, success } from "../core/errors.ts";
import type { Job, LastRun, RunStatus } from "./job.ts";

export interface SchedulerOptions {
  readonly jobs: readonly Job[];
  readonly database: Database;
  readonly clock: Clock;
  /** Hears of every failure, for the log. */
  readonly onError: (job: string, error: unknown) => void;
}

export type SwitchRefusal = "no_such_job" | "safety_job" | "already_so" | "not_ready";

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #jobs: ReadonlyMap<string, Job>;
  readonly #waiting = new Map<string, () => void>();
  readonly #running = new Map<string, Promise<RunStatus>>();
  readonly #lastRuns = new Map<string, LastRun>();
  /** Jobs that are to run once more. */
  readonly #triggered = new Set<string>();
  #isStarted = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#jobs = new Map(options.jobs.map((job) => [job.name, job]));
  }

  get jobs(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  /** Makes every job known to the database and arms those that are enabled. */
  start(): void {
    const { database, clock } = this.#options;
    database.transact(clock.now(), (tx) => {
      for (const name of this.#jobs.keys()) registerJob(tx, name, true);
    });
    this.#isStarted = true;
    for (const job of this.#jobs.values()) this.#arm(job);
  }

  /** Arms nothing any more and lets running jobs end. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
    await Promise.all(this.#running.values());
  }

  /** A run as soon as there can be one: now, or once more after the one under way. Nothing for a job that is switched off. */
  trigger(name: string): void {
    const job = this.#jobs.get(name);
    if (job === undefined || !this.#isStarted || !this.#isSwitchedOn(job)) return;
    const running = this.#running.get(name);
    if (running === undefined) {
      void this.#run(job);
    } else if (!this.#triggered.has(name)) {
      this.#triggered.add(name);
      void running.then(() => {
        this.#triggered.delete(name);
        this.trigger(name);
      });
    }
  }

  isRunning(name: string): boolean {
    return this.#running.has(name);
  }

  lastRun(name: string): LastRun | null {
    return this.#lastRuns.get(name) ?? null;
  }

  isEnabled(job: Job): boolean {
    return (
      job.isSafety ||
      (this.#options.database.read((reader) => jobByName(reader, job.name))?.isEnabled ?? true)
    );
  }

  /** Epoch ms of the next turn; null for a job that is switched off. */
  nextRunAt(job: Job): number | null {
    return this.isEnabled(job) ? this.#nextTurn(job) : null;
  }

  /** Switches one job, or with null every job that may be stopped, inside the caller's transaction. */
  switchJobs(
    tx: Tx,
    actor: Actor,
    name: string | null,
    isEnabled: boolean,
  ): Result<{ readonly changed: readonly string[] }, SwitchRefusal> {
    const chosen = this.jobs.filter((job) => (name === null ? !job.isSafety : job.name === name));
    if (chosen.length === 0) return refusal("no_such_job", { job: name });
    if (!isEnabled && chosen.some((job) => job.isSafety)) return refusal("safety_job", { job: name });
    for (const job of isEnabled ? chosen : []) {
      const missing = job.missing?.() ?? null;
      if (missing !== null) return refusal("not_ready", { job: job.name, missing });
    }
    const stored = new Map(listJobs(tx).map((job) => [job.name, job.isEnabled]));
    const changed = chosen.filter((job) => stored.get(job.name) !== isEnabled);
    if (changed.length === 0) return refusal("already_so", { job: name });
    for (const job of changed) setJobEnabled(tx, job.name, isEnabled, actor);
    // The switch counts only once the transaction is kept: arming reads the database afterwards.
    queueMicrotask(() => {
      for (const job of changed) this.#arm(job);
    });
    return success({ changed: changed.map((job) => job.name) });
  }

  /** Runs a job now and waits for it. */
  async runNow(
    name: string,
  ): Promise<Result<{ readonly durationMs: number }, "no_such_job" | "already_running" | "job_failed">> {
    const job = this.#jobs.get(name);
    if (job === undefined) return refusal("no_such_job", { job: name });
    if (this.#running.has(name)) return refusal("already_running", { job: name });
    const startedAt = this.#options.clock.now();
    const status = await this.#run(job);
    if (status === "failed")
      return refusal("job_failed", { job: name, error: this.lastRun(name)?.error ?? null });
    return success({ durationMs: this.#options.clock.now() - startedAt });
  }

  #nextTurn(job: Job): number {
    const now = this.#options.clock.now();
    const { timing } = job;
    if ("everyMs" in timing) return (Math.floor(now / timing.everyMs) + 1) * timing.everyMs;
    const next = new Cron(timing.cron, { timezone: timing.timeZone, paused: true }).nextRun(new Date(now));
    if (next === null)
      throw new InputError("job_never_due", `The job ${job.name} is never due.`, { job: job.name });
    return next.getTime();
  }

  #arm(job: Job): void {
    this.#waiting.get(job.name)?.();
    this.#waiting.delete(job.name);
    if (!this.#isStarted || this.#workOf(job) === null) return;
    const { clock } = this.#options;
    const onTurn = (): void => {
      this.#waiting.delete(job.name);
      // A run that lasts longer than its period swallows the turns it overlaps.
      const work = this.#workOf(job);
      const run = this.#running.get(job.name) ?? (work === null ? Promise.resolve() : this.#run(job, work));
      void run.then(() => this.#arm(job));
    };
    this.#waiting.set(job.name, clock.after(this.#nextTurn(job) - clock.now(), onTurn));
  }

  /** What the job does at its turn; null when it has none. */
  #workOf(job: Job): Job["run"] | null {
    return this.#isSwitchedOn(job) ? () => job.run() : (job.whileOff?.bind(job) ?? null);
  }

  /** A database that cannot be read at the moment must not silence a job for ever: it counts as on. */
  #isSwitchedOn(job: Job): boolean {
    try {
      return this.isEnabled(job);
    } catch (error) {
      this.#options.onError(job.name, error);
      return true;
    }
  }

  #run(job: Job, work: Job["run"] = () => job.run()): Promise<RunStatus> {
    const run = this.#attempt(job, work).finally(() => this.#running.delete(job.name));
    this.#running.set(job.name, run);
    return run;
  }

  async #attempt(job: Job, work: Job["run"]): Promise<RunStatus> {
    const { clock, onError } = this.#options;
    const startedAt = clock.now();
    let status: RunStatus;
    let error: string | null = null;
    try {
      status = await work();
    } catch (thrown) {
      onError(job.name, thrown);
      status = "failed";
      error = thrown instanceof Error ? thrown.message : "it gave no reason";
    }
    try {
      this.#note(job, { startedAt, finishedAt: clock.now(), status, error });
    } catch (thrown) {
      onError(job.name, thrown);
    }
    return status;
  }

  /** Kept in memory, and written when it is news: a job that goes on as before costs no transaction. */
  #note(job: Job, run: LastRun): void {
    const before = this.#lastRuns.get(job.name) ?? null;
    this.#lastRuns.set(job.name, run);
    if (before !== null && before.status === run.status && before.error === run.error) return;
    const { database } = this.#options;
    database.transact(run.finishedAt, (tx) => {
      const wasFailing = (jobByName(tx, job.name)?.failuresInARow ?? 0) > 0;
      markJobStarted(tx, job.name);
      markJobFinished(tx, job.name, { status: run.status, error: run.error, nextRunAt: this.#nextTurn(job) });
      if (run.status !== "failed" || wasFailing) return;
      insertNotice(tx, {
        kind: "job_failed",
        level: job.isSafety && !job.isOutside ? "critical" : "warning",
        topic: "alerts",
        facts: { job: job.name, error: run.error },
      });
    });
  }
}
