/** What a scheduled job is: a row of the table in `jobs.ts`. */

/** When it runs: every so many milliseconds on the clock's grid, or by a cron pattern in a time zone. */
export type Timing = { readonly everyMs: number } | { readonly cron: string; readonly timeZone: string };

export interface Job {
  readonly name: string;
  readonly summary: string;
  readonly timing: Timing;
  /** Cannot be stopped. */
  readonly isSafety: boolean;
  /** Its failure is the outside's: told as a warning even of a safety job, since what it fetches has guards of its own. */
  readonly isOutside?: true;
  /** What is missing before it may be started, or null. */
  readonly missing?: () => string | null;
  /** What must go on while the job is switched off: it keeps its turns for this alone. */
  whileOff?(): Promise<"ok" | "skipped">;
  /** `skipped` when there was nothing to do; throws when it failed. */
  run(): Promise<"ok" | "skipped">;
}

export type RunStatus = "ok" | "skipped" | "failed";

export interface LastRun {
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly status: RunStatus;
  readonly error: string | null;
}
