/** The jobs of the process, and what people may do to them. */
import { jobByName } from "../../db/jobs.ts";
import type { JobView, SchedulerCapability } from "../chat/house-capabilities.ts";
import type { Job } from "../scheduler/job.ts";
import type { CapabilityParts } from "./parts.ts";

export function createSchedulerCapability(parts: CapabilityParts): SchedulerCapability {
  return {
    jobs: () => parts.scheduler().jobs.map((job) => jobView(parts, job)),
    start: (tx, actor, job) => parts.scheduler().switchJobs(tx, actor, job, true),
    stop: (tx, actor, job) => parts.scheduler().switchJobs(tx, actor, job, false),
    run: (_actor, job) => parts.scheduler().runNow(job),
  };
}

/** The last run as this process has seen it; before the first one, as the last process left it. */
function jobView({ database, scheduler }: CapabilityParts, job: Job): JobView {
  const jobs = scheduler();
  const run = jobs.lastRun(job.name);
  const stored = database.read((reader) => jobByName(reader, job.name));
  const startedAt = run?.startedAt ?? stored?.lastStartedAt ?? null;
  const finishedAt = run?.finishedAt ?? stored?.lastFinishedAt ?? null;
  return {
    name: job.name,
    summary: job.summary,
    isEnabled: jobs.isEnabled(job),
    isSafety: job.isSafety,
    isRunning: jobs.isRunning(job.name),
    lastStartedAt: startedAt,
    lastDurationMs:
      startedAt === null || finishedAt === null || finishedAt < startedAt ? null : finishedAt - startedAt,
    lastStatus: run?.status ?? stored?.lastStatus ?? null,
    lastError: run === null ? (stored?.lastError ?? null) : run.error,
    failuresInARow: stored?.failuresInARow ?? 0,
    nextRunAt: jobs.nextRunAt(job),
  };
}
