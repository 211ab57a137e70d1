/**
 * The program that benches press and write to, as a process of its own: the app with every configured platform and its
 * painter, deciding candles on a database file at a steady rate. Settings come from the environment, CANDLES_PER_SECOND
 * too. It prints `ready`, ends when its standard input does, and prints what it did as JSON.
 */

import { dippingHours } from "../prove/synthetic-hours.ts";
import { openApp } from "../src/app.ts";
import { createPainter } from "../src/charts/worker-painter.ts";
import { SystemClock, VirtualClock } from "../src/clock.ts";
import { loadConfig } from "../src/config.ts";
import { idSource } from "../src/core/ids.ts";
import { seededRandom } from "../src/core/random.ts";
import { syncHistory } from "../src/engine/sync-history.ts";
import { ReplayCandles } from "../src/market/replay.ts";
import { createLog } from "../src/ops/log.ts";
import { resumeAsDemo } from "../src/program/headless-demo.ts";
import { replayMarket } from "../src/program/markets.ts";
import { configuredPlatforms } from "../src/program/platforms.ts";
import { secureRandom } from "../src/secure-random.ts";
import { rounded, type Spread, watchLateness } from "./figures.ts";

const HOUR_MS = 3_600_000;
const WARMUP_CANDLES = 2_200;
const MOST_CANDLES = 60_000;
/** A candle every so often; the ones a late timer missed are decided at once, a few at a time. */
const TICK_MS = 5;
const MOST_AT_ONCE = 5;

export interface Told {
  readonly candles: number;
  readonly fills: number;
  readonly seconds: number;
  /** Of the whole process, its painter's worker included. */
  readonly cpuSeconds: number;
  /** How late a timer of 5 ms came, in ms: what anything else had to wait for, too. */
  readonly loopLateMs: Spread;
  readonly memoryMB: number;
}

if (import.meta.main) await trade();

async function trade(): Promise<void> {
  const candlesPerSecond = Number(process.env["CANDLES_PER_SECOND"]);
  const hours = dippingHours("press", WARMUP_CANDLES + MOST_CANDLES);
  const clock = new VirtualClock(hours.openAt[WARMUP_CANDLES - 1]! + HOUR_MS);
  const people = new SystemClock();
  const { CANDLES_PER_SECOND: _, ...environment } = process.env;
  const { settings } = loadConfig({ environment, envFile: null });
  const log = createLog({
    level: "error",
    format: "lines",
    output: process.stderr,
    now: () => people.now(),
  });
  const random = secureRandom();
  const app = await openApp({
    settings,
    mode: "replay",
    clock,
    peopleClock: people,
    market: replayMarket(new ReplayCandles(hours), clock),
    ids: idSource(seededRandom("trading program")),
    random,
    log,
    platforms: await configuredPlatforms(settings, people, log),
    painter: createPainter({ clock: people, onFailure: (error) => log.error(error) }),
    onBroken: (error) => {
      throw error;
    },
  });
  try {
    await syncHistory(app.engine);
    resumeAsDemo(app, clock.now());
    // Without the scheduler: on so fast a clock its jobs of every few seconds would be all that runs.
    await app.chat.start();
    console.log("ready");
    const startedAt = performance.now();
    const lateness = watchLateness(TICK_MS);
    const cpuBefore = process.cpuUsage();
    let candles = 0;
    const ended = inputEnded();
    while (!ended.isSo && candles < MOST_CANDLES) {
      await Bun.sleep(TICK_MS);
      const due = Math.floor(((performance.now() - startedAt) / 1000) * candlesPerSecond) - candles;
      for (let left = Math.min(due, MOST_AT_ONCE); left > 0; left--) {
        await clock.advanceTo(hours.openAt[WARMUP_CANDLES + candles]! + HOUR_MS);
        const done = await app.engine.runCycle({ kind: "system", name: "bench" });
        if (!done.ok) throw new Error(`cycle ${candles} was refused: ${done.code}`);
        candles += 1;
      }
    }
    const { user, system } = process.cpuUsage(cpuBefore);
    const told: Told = {
      candles,
      fills: app.capabilities.account.fills(1, 1).total,
      seconds: rounded((performance.now() - startedAt) / 1000, 1),
      cpuSeconds: rounded((user + system) / 1e6, 1),
      loopLateMs: lateness(),
      memoryMB: Math.round(process.memoryUsage.rss() / 1e6),
    };
    console.log(JSON.stringify(told));
  } finally {
    await app.stop();
  }
}

function inputEnded(): { readonly isSo: boolean } {
  const ended = { isSo: false };
  process.stdin.on("end", () => {
    ended.isSo = true;
  });
  process.stdin.resume();
  return ended;
}
