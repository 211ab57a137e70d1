import { describe, expect, test } from "bun:test";
import {
  jobByName,
  listJobs,
  markJobFinished,
  markJobStarted,
  registerJob,
  setJobEnabled,
} from "../../db/jobs.ts";
import { ADA, eventTypes, lastEvent, memoryDatabase, NOW } from "./test-database.ts";

function registered() {
  const database = memoryDatabase();
  const register = (name: string, isEnabled: boolean) =>
    database.transact(NOW, (tx) => registerJob(tx, name, isEnabled));
  register("cycle", true);
  const finish = (status: "ok" | "failed" | "skipped", error: string | null = null) =>
    database.transact(NOW + 5, (tx) =>
      markJobFinished(tx, "cycle", { status, error, nextRunAt: NOW + 60_000 }),
    );
  const job = () => database.read((reader) => jobByName(reader, "cycle"));
  return { database, register, finish, job };
}

describe("a job", () => {
  test("stays as people left it when it is made known again", () => {
    const { database, register, job } = registered();
    const set = (isEnabled: boolean) =>
      database.transact(NOW, (tx) => setJobEnabled(tx, "cycle", isEnabled, ADA));
    expect([set(true), set(false), set(false)]).toEqual([false, true, false]);
    register("cycle", true);
    expect(job()?.isEnabled).toBeFalse();
    expect(database.read(lastEvent)).toMatchObject({ type: "job_disabled", facts: { name: "cycle" } });
    expect(database.transact(NOW, (tx) => setJobEnabled(tx, "unknown", true, ADA))).toBeFalse();
    expect(database.read((reader) => jobByName(reader, "unknown"))).toBeNull();
  });

  test("remembers its last run", () => {
    const { database, register, finish } = registered();
    register("backup", false);
    database.transact(NOW, (tx) => markJobStarted(tx, "cycle"));
    finish("ok");
    const never = {
      lastStartedAt: null,
      lastFinishedAt: null,
      lastStatus: null,
      lastError: null,
      failuresInARow: 0,
    };
    expect(database.read(listJobs)).toEqual([
      { name: "backup", isEnabled: false, ...never, nextRunAt: null },
      {
        ...{
          name: "cycle",
          isEnabled: true,
          lastStartedAt: NOW,
          lastFinishedAt: NOW + 5,
          lastStatus: "ok" as const,
        },
        ...{ lastError: null, failuresInARow: 0, nextRunAt: NOW + 60_000 },
      },
    ]);
  });

  test("that fails is told once until it works again", () => {
    const { database, finish, job } = registered();
    for (const status of ["failed", "skipped", "failed", "failed", "ok", "ok", "failed"] as const) {
      finish(status, status === "failed" ? "timed out" : null);
    }
    expect(database.read(eventTypes).slice(1)).toEqual(["job_failed", "job_recovered", "job_failed"]);
    expect(job()).toMatchObject({ failuresInARow: 1, lastError: "timed out", lastStatus: "failed" });
  });

  test("that was never made known cannot run", () => {
    const { database } = registered();
    expect(() => database.transact(NOW, (tx) => markJobStarted(tx, "other"))).toThrow("never made known");
  });
});
