import { describe, expect, test } from "bun:test";
import type { Job } from "../../src/scheduler/job.ts";
import { TUNABLES } from "../../src/tunables/table.ts";
import { ADA, HOUR, type House, openHouse } from "./harness.ts";

describe("config versions", () => {
  test("the active one shows every tunable in the order of the table", async () => {
    const house = await openHouse({ isEmpty: true });
    house.change({ "risk.per_trade": 0.01 });
    const active = house.capabilities.config.active();
    expect(active).toMatchObject({ version: 2, baseVersion: 1, source: "test", isActive: true });
    expect(Object.keys(active.tunables)).toEqual([...TUNABLES.keys()]);
    expect(active.tunables["risk.per_trade"]).toBe(0.01);
    expect(house.capabilities.config.version(1)).toMatchObject({ isActive: false, source: "environment" });
    expect(house.capabilities.config.version(3)).toBeNull();
    house.close();
  });

  test("page newest first", async () => {
    const house = await openHouse({ isEmpty: true });
    for (const value of [0.006, 0.007, 0.008, 0.009]) house.change({ "risk.per_trade": value });
    const pages = [1, 2, 3].map((page) => house.capabilities.config.versions(page, 2));
    expect(pages.map(({ rows }) => rows.map(({ version }) => version))).toEqual([[5, 4], [3, 2], [1]]);
    expect(pages[0]).toMatchObject({ total: 5, pages: 3 });
    house.close();
  });

  test("describe every tunable with its unit and bounds, and nothing else", async () => {
    const house = await openHouse({ isEmpty: true });
    const { config } = house.capabilities;
    expect(config.describe("risk.per_trade")).toMatchObject({
      unit: "fraction",
      bounds: "0.001 to 0.02, at most 0.0025 a step",
    });
    expect(config.describe("strategy.active")?.bounds).toContain("mean_reversion");
    for (const key of TUNABLES.keys()) expect(config.describe(key)?.help).not.toBe("");
    expect(config.describe("risk.everything")).toBeNull();
    house.close();
  });
});

describe("jobs", () => {
  let runs = 0;
  const job = (name: string, isSafety: boolean, missing: string | null = null): Job => ({
    name,
    summary: `The ${name}.`,
    timing: { everyMs: HOUR },
    isSafety,
    missing: () => missing,
    run: () => {
      runs += 1;
      return Promise.resolve("ok");
    },
  });
  const withJobs = async (missing: string | null = null): Promise<House> => {
    const house = await openHouse({
      isEmpty: true,
      jobs: [job("trading", false, missing), job("outbox", true)],
    });
    house.scheduler.start();
    return house;
  };

  test("a safety job cannot be stopped, another one can, and stays stopped", async () => {
    const house = await withJobs();
    const { scheduler } = house.capabilities;
    const stop = (name: string | null) => house.transact((tx) => scheduler.stop(tx, ADA, name));
    expect(stop("outbox")).toMatchObject({ ok: false, code: "safety_job" });
    expect(stop("nothing")).toMatchObject({ ok: false, code: "no_such_job" });
    expect(stop(null)).toEqual({ ok: true, value: { changed: ["trading"] } });
    expect(stop("trading")).toMatchObject({ ok: false, code: "already_so" });
    await Promise.resolve();
    expect(scheduler.jobs()).toMatchObject([
      { name: "trading", isEnabled: false, nextRunAt: null },
      { name: "outbox", isEnabled: true, isSafety: true },
    ]);
    const before = runs;
    await house.clock.advanceTo(house.clock.now() + HOUR);
    expect(runs).toBe(before + 1);
    await house.scheduler.stop();
    house.close();
  });

  test("is not started while something is missing, and the refusal says what", async () => {
    const house = await withJobs("734 candles are needed, 0 are there");
    const { scheduler } = house.capabilities;
    house.transact((tx) => scheduler.stop(tx, ADA, "trading"));
    expect(house.transact((tx) => scheduler.start(tx, ADA, "trading"))).toEqual({
      ok: false,
      code: "not_ready",
      facts: { job: "trading", missing: "734 candles are needed, 0 are there" },
    });
    await house.scheduler.stop();
    house.close();
  });

  test("shows its last run and runs on demand", async () => {
    const house = await withJobs();
    const { scheduler } = house.capabilities;
    expect(scheduler.jobs()[0]).toMatchObject({
      lastStartedAt: null,
      lastDurationMs: null,
      lastStatus: null,
    });
    expect(await scheduler.run(ADA, "trading")).toEqual({ ok: true, value: { durationMs: 0 } });
    expect(scheduler.jobs()[0]).toMatchObject({
      lastStartedAt: house.clock.now(),
      lastDurationMs: 0,
      lastStatus: "ok",
      lastError: null,
      isRunning: false,
    });
    expect(await scheduler.run(ADA, "nothing")).toMatchObject({ ok: false, code: "no_such_job" });
    await house.scheduler.stop();
    house.close();
  });
});

describe("the process", () => {
  test("shows its queues, its size and what it was told of memory and delays", async () => {
    const house = await openHouse({ isEmpty: true });
    const view = house.capabilities.process.view();
    expect(view).toMatchObject({
      version: "0.0.0",
      runtime: `Bun ${Bun.version}`,
      memoryBytes: 1_000_000,
      loopDelayMs: 3,
      deliveriesWaiting: 0,
      deadLetters: 0,
      inboxWaiting: 0,
    });
    expect(view.databaseBytes).toBeGreaterThan(100_000);
    expect(view.auditEvents).toBe(house.capabilities.audit.events({}, 1, 1).total);
    expect(house.capabilities.process.logTail(5)).toEqual(["a line"]);
    expect(house.capabilities.process.deadLetters(5)).toEqual([]);
    house.close();
  });
});
