/** Jobs: whether each is on, and what became of its last run. */
import type { Actor } from "../src/core/actor.ts";
import { invariant } from "../src/core/errors.ts";
import type { Reader, Tx } from "./transaction.ts";

export type JobStatus = "ok" | "failed" | "skipped";

export interface StoredJob {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly lastStartedAt: number | null;
  readonly lastFinishedAt: number | null;
  readonly lastStatus: JobStatus | null;
  readonly lastError: string | null;
  readonly failuresInARow: number;
  readonly nextRunAt: number | null;
}

const COLUMNS = `name, is_enabled AS isEnabled, last_started_at AS lastStartedAt, last_finished_at AS lastFinishedAt,
  last_status AS lastStatus, last_error AS lastError, failures_in_a_row AS failuresInARow, next_run_at AS nextRunAt`;

type StoredRow = Omit<StoredJob, "isEnabled"> & { readonly isEnabled: number };
const jobFrom = (row: StoredRow): StoredJob => ({ ...row, isEnabled: row.isEnabled === 1 });

/** Makes a job known, enabled or not at first; a known one stays as people left it. */
export function registerJob(tx: Tx, name: string, isEnabled: boolean): void {
  const sql = "INSERT INTO jobs (name, is_enabled) VALUES ($name, $isEnabled) ON CONFLICT (name) DO NOTHING";
  tx.run(sql, { name, isEnabled });
}

export const listJobs = (reader: Reader): StoredJob[] =>
  reader.all<StoredRow>(`SELECT ${COLUMNS} FROM jobs ORDER BY name`).map(jobFrom);

export function jobByName(reader: Reader, name: string): StoredJob | null {
  const row = reader.get<StoredRow>(`SELECT ${COLUMNS} FROM jobs WHERE name = $name`, { name });
  return row === null ? null : jobFrom(row);
}

/** The run itself is no audit event; a first failure and the recovery from it are. */
export function markJobStarted(tx: Tx, name: string): void {
  const { changes } = tx.run("UPDATE jobs SET last_started_at = $now WHERE name = $name", {
    name,
    now: tx.now,
  });
  invariant(changes === 1, "job_missing", "A job ran that was never made known.", { name });
}

/** `failed` names the error, which must carry no secret; `skipped` leaves the count of failures as it is. */
export function markJobFinished(
  tx: Tx,
  name: string,
  { status, error, nextRunAt }: { status: JobStatus; error: string | null; nextRunAt: number | null },
): void {
  const job = jobByName(tx, name);
  invariant(job !== null, "job_missing", "A job ended that was never made known.", { name });
  const failures = status === "failed" ? job.failuresInARow + 1 : status === "ok" ? 0 : job.failuresInARow;
  tx.run(
    `UPDATE jobs SET last_finished_at = $now, last_status = $status, last_error = $error,
       failures_in_a_row = $failures, next_run_at = $nextRunAt WHERE name = $name`,
    { name, status, error, failures, nextRunAt, now: tx.now },
  );
  if (failures === 1 && status === "failed") {
    auditJob(tx, "job_failed", name, `Job ${name} failed: ${error ?? "no reason given"}`, { error });
  } else if (failures === 0 && job.failuresInARow > 0) {
    auditJob(tx, "job_recovered", name, `Job ${name} works again.`, { failures: job.failuresInARow });
  }
}

function auditJob(
  tx: Tx,
  type: string,
  name: string,
  summary: string,
  facts: Record<string, string | number | null>,
): void {
  tx.audit({ category: "job", type, actor: { kind: "job", name }, summary, facts: { name, ...facts } });
}

/** False when it is so already or nobody knows the job; then nothing is written. */
export function setJobEnabled(tx: Tx, name: string, isEnabled: boolean, actor: Actor): boolean {
  const { changes } = tx.run(
    "UPDATE jobs SET is_enabled = $isEnabled WHERE name = $name AND is_enabled <> $isEnabled",
    { name, isEnabled },
  );
  if (changes === 0) return false;
  tx.audit({
    category: "job",
    type: isEnabled ? "job_enabled" : "job_disabled",
    actor,
    summary: `${isEnabled ? "Started" : "Stopped"} job ${name}.`,
    facts: { name },
  });
  return true;
}
