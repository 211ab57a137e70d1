import { afterAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { commands } from "../commands/index.ts";
import { queryEvents } from "../db/audit.ts";
import { findChat } from "../db/chats.ts";
import { openDatabase } from "../db/database.ts";
import { enterState } from "../db/system-state.ts";
import type { Platform } from "../src/chat/platform.ts";
import { InvariantError, OutsideError } from "../src/core/errors.ts";
import { CONSOLE_CHAT, createConsole } from "../src/platforms/console/console.ts";
import { cleanUp, privateFolder } from "./support/program.ts";
import { feedWith, openReplayedApp, passQuarters } from "./support/replayed-app.ts";

afterAll(cleanUp);

const OPERATOR = { kind: "system", name: "test" } as const;
const pathOf = (): string => join(privateFolder(), "trading.db");

describe("the end of the process", () => {
  test("waits for the cycle under way, which may still ask the market", async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const running = await openReplayedApp({
      feed: feedWith((feed) => ({
        async quote() {
          asked.resolve();
          await answer.promise;
          return feed.quote();
        },
      })),
    });
    const { app, stream } = running;
    await app.start();
    while (app.scheduler.isRunning("data_sync")) await Bun.sleep(1);
    const cycle = app.scheduler.runNow("trading_cycle");
    await asked.promise;
    let isStopped = false;
    const stopped = app.stop().then(() => {
      isStopped = true;
    });
    await Bun.sleep(20);
    expect({ isStopped, isMarketStopped: stream.isStopped }).toEqual({
      isStopped: false,
      isMarketStopped: false,
    });
    answer.resolve();
    expect((await cycle).ok).toBe(true);
    await stopped;
    expect(stream.isStopped).toBe(true);
    expect(running.logged).toBeEmpty();
  });

  test("cuts a market off that has not answered for ten seconds", async () => {
    const asked = Promise.withResolvers<void>();
    const cut = Promise.withResolvers<never>();
    const running = await openReplayedApp({
      feed: feedWith(() => ({
        candles() {
          asked.resolve();
          return cut.promise;
        },
      })),
    });
    const { app, clock, stream } = running;
    stream.onStop = () => cut.reject(new OutsideError("market_gone", "The market was let go."));
    await app.start();
    await asked.promise;
    const stopped = app.stop();
    await clock.advanceTo(clock.now() + 9_999);
    expect(stream.isStopped).toBe(false);
    await clock.advanceTo(clock.now() + 1);
    await stopped;
    expect(stream.isStopped).toBe(true);
  });

  test("closes the database, and may come twice", async () => {
    const path = pathOf();
    const { app } = await openReplayedApp({ path });
    await app.start();
    await Promise.all([app.stop(), app.stop()]);
    await app.stop();
    openDatabase({ path }).close();
  });
});

describe("a start", () => {
  test("that fails lets the database go", async () => {
    const path = pathOf();
    const unreachable = feedWith(() => ({
      instrument: () => Promise.reject(new OutsideError("market_unreachable", "The market does not answer.")),
    }));
    expect(openReplayedApp({ path, feed: unreachable })).rejects.toThrow("The market does not answer.");
    await Bun.sleep(1);
    const { app } = await openReplayedApp({ path });
    expect(app.started.isFirstStart).toBe(true);
    await app.stop();
  });

  test("after the first one finds its state, and takes the instrument it knows when the market is away", async () => {
    const path = pathOf();
    const first = await openReplayedApp({ path });
    first.app.database.transact(first.clock.now(), (tx) => {
      enterState(tx, { by: "person", role: "operator", via: "resume" }, "Go.", OPERATOR);
    });
    await first.app.stop();
    const { app } = await openReplayedApp({
      path,
      feed: feedWith(() => ({
        instrument: () =>
          Promise.reject(new OutsideError("market_unreachable", "The market does not answer.")),
      })),
    });
    expect(app.started).toMatchObject({ isFirstStart: false, isHalted: false, mismatches: [] });
    expect(app.started.instrument).toEqual(first.app.started.instrument);
    expect(app.capabilities.state.current()).toMatchObject({ state: "RUNNING", reason: "Go." });
    const starts = app.database.read((rows) => queryEvents(rows, { text: "Countersign", limit: 10 }));
    expect(starts.filter(({ type }) => type === "process_started")).toHaveLength(2);
    await app.stop();
  });

  test("is held up by no chat platform: candles are decided while one still connects", async () => {
    const slow: Platform = {
      name: "telegram",
      hasImages: false,
      pace: { overall: [], perChat: () => [] },
      connect: () => new Promise<never>(() => {}),
      send: async () => "1",
      edit: async () => "1",
      remove: async () => {},
      showMenus: async () => {},
      close: async () => {},
    };
    const running = await openReplayedApp({ platforms: () => [slow] });
    const { app, clock } = running;
    void app.start();
    while (app.scheduler.isRunning("data_sync")) await Bun.sleep(1);
    app.database.transact(clock.now(), (tx) => {
      enterState(tx, { by: "person", role: "operator", via: "resume" }, "Go.", OPERATOR);
    });
    await passQuarters(running, 5);
    expect(app.capabilities.why(null)?.decision).not.toBeNull();
    await app.stop();
  });

  test("with a terminal makes its owner an admin who hears everything, once", async () => {
    const path = pathOf();
    for (let time = 0; time < 2; time++) {
      const { app } = await openReplayedApp({
        path,
        platforms: (clock) => [
          createConsole({
            ...{ input: new PassThrough(), output: new PassThrough(), clock, commands, onEnd: () => {} },
            ...{ isInteractive: false, hasColours: false },
          }),
        ],
      });
      const people = app.database.read((rows) => rows.all<object>("SELECT label, role FROM people"));
      expect(people).toEqual([{ label: "console", role: "admin" }]);
      expect(app.database.read((rows) => findChat(rows, CONSOLE_CHAT))?.topics).toEqual([
        "alerts",
        "approvals",
        "reports",
      ]);
      await app.stop();
    }
  });
});

describe("an error in a job", () => {
  test.each([
    ["of the outside is logged, and the process goes on", new OutsideError("down", "It is down."), 0],
    ["of our own invariants ends the process", new InvariantError("broken", "Two and two are five."), 1],
  ])("%s", async (_, error, times) => {
    const running = await openReplayedApp({
      feed: feedWith(() => ({ candles: () => Promise.reject(error) })),
    });
    await running.app.start();
    while (running.app.scheduler.isRunning("data_sync")) await Bun.sleep(1);
    expect(running.broken).toEqual(times === 0 ? [] : [error as InvariantError]);
    // A broken invariant comes back stopped, and nothing trades while the process is on its way down.
    const { state, reason } = running.app.capabilities.state.current();
    expect([state, running.app.isHalted()]).toEqual(
      times === 0 ? ["PAUSED", false] : ["EMERGENCY_STOP", true],
    );
    if (times === 1) expect(reason).toBe("An invariant broke (broken): Two and two are five.");
    expect(running.logged).toHaveLength(1);
    expect(running.logged[0]).toContain(error.message);
    await running.app.stop();
  });
});
