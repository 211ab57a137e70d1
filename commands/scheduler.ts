/** The jobs of the process: viewing is for everyone with a role, starting, stopping and running for operators. */
import { z } from "zod";
import { choice, word } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import type { JobView, SchedulerRefusal } from "../src/chat/house-capabilities.ts";
import { card, commandButton, fields, problem, type Reply, say, text } from "../src/chat/message.ts";
import { InputError } from "../src/core/errors.ts";

const args = z.object({
  action: choice(["start", "stop", "run"]).optional().describe("what to do; left out, the jobs are shown"),
  job: word("a job's name").optional().describe("the job; start and stop take all of them without it"),
});

export const scheduler = {
  name: "scheduler",
  group: "system",
  role: "viewer",
  summary: "Jobs: last and next run; start, stop, run one",
  args,
  examples: ["/scheduler", "/scheduler stop data_sync", "/scheduler run audit_check"],
  effects: "change",
  roleFor: ({ action }) => (action === undefined ? "viewer" : "operator"),
  run(context, { action, job }) {
    if (action === undefined) return overview(context);
    if (action === "run") return runNow(context, job);
    return setEnabled(context, action, job?.toLowerCase() ?? null);
  },
} satisfies Command<typeof args>;

function overview(context: CommandContext): Reply {
  const { format, now } = context;
  const all = context.scheduler.jobs();
  const failed = all.filter(({ lastError }) => lastError !== null);
  const canStart = all.some(({ isEnabled }) => !isEnabled);
  return card({
    title: "Jobs",
    tone: failed.length === 0 ? "neutral" : "warning",
    body: [
      fields(
        all.map((job) => [
          `${job.name}${job.isSafety ? " 🔒" : ""}`,
          `${lastRun(context, job)}; ${nextRun(context, job)}`,
        ]),
      ),
      ...(failed.length === 0
        ? []
        : [
            fields(
              failed.map(({ failuresInARow, lastError, name }) => [
                name,
                `${lastError} (${failuresInARow}×)`,
              ]),
              "Failing",
            ),
          ]),
    ],
    buttons: context.may("operator")
      ? [
          [
            commandButton("Refresh", "scheduler"),
            canStart
              ? commandButton("Start all", "scheduler start", "good")
              : commandButton("Run a cycle", "cycle"),
          ],
        ]
      : [[commandButton("Refresh", "scheduler")]],
    footer: `🔒 cannot be stopped; ${format.instant(now)}.`,
  });
}

/** `30 s ago (12 ms)`; how it ended where it did not end well. */
function lastRun(
  { format }: CommandContext,
  { isRunning, lastDurationMs, lastStartedAt, lastStatus }: JobView,
): string {
  if (isRunning) return "running";
  if (lastStartedAt === null) return "never";
  const took = lastDurationMs === null ? "" : ` (${format.duration(lastDurationMs)})`;
  const ended = lastStatus === null || lastStatus === "ok" ? "" : `${lastStatus} `;
  return `${ended}${format.relative(lastStartedAt)}${took}`;
}

function nextRun({ format }: CommandContext, { isEnabled, nextRunAt }: JobView): string {
  if (!isEnabled) return "off";
  return nextRunAt === null ? "no next run" : `next ${format.relative(nextRunAt)}`;
}

function setEnabled(context: CommandContext, action: "start" | "stop", job: string | null): Reply {
  return context.transact((tx) => {
    const done = context.scheduler[action](tx, context.actor, job);
    if (!done.ok) return problem(refused(done.code, job ?? "that job", done.facts["missing"]));
    const names = done.value.changed.join(", ");
    return card({
      title: action === "start" ? "Jobs started" : "Jobs stopped",
      tone: action === "start" ? "good" : "warning",
      body: [
        text(
          names === ""
            ? `Every job that may be ${action === "start" ? "started" : "stopped"} already is.`
            : names,
        ),
        ...(action === "stop" ? [text("Safety jobs go on; the position policy holds as before.")] : []),
      ],
      buttons: [[commandButton("Jobs", "scheduler")]],
    });
  });
}

async function runNow(context: CommandContext, job: string | undefined): Promise<Reply> {
  if (job === undefined)
    throw new InputError("bad_arguments", "Say which job to run, such as /scheduler run audit_check.");
  const name = job.toLowerCase();
  const ran = await context.scheduler.run(context.actor, name);
  if (!ran.ok) return problem(refused(ran.code, name, ran.facts["error"]));
  return say(`${name} ran in ${context.format.duration(ran.value.durationMs)}.`, "good");
}

function refused(code: SchedulerRefusal | "job_failed", job: string, detail: unknown): string {
  const said = typeof detail === "string" && detail !== "" ? `: ${detail}` : "";
  switch (code) {
    case "no_such_job":
      return "There is no job of that name; /scheduler lists them.";
    case "safety_job":
      return `${job} keeps trading safe and cannot be stopped.`;
    case "already_running":
      return `${job} is running already; try again in a moment.`;
    case "already_so":
      return "It is so already; /scheduler shows the jobs.";
    case "not_ready":
      return `Data is short${said}; /data fetch fills it, then start again.`;
    case "job_failed":
      return `${job} failed${said}; it is retried on its next turn, and /logs may say more.`;
  }
}
