/** The bot in a process of its own on replayed candles: the real platforms, people's real clock, a database on disk. Ended from outside, or when its standard input ends. */
import { openApp } from "../src/app.ts";
import { SystemClock } from "../src/clock.ts";
import { loadConfig } from "../src/config.ts";
import { idSource } from "../src/core/ids.ts";
import { ReplayCandles } from "../src/market/replay.ts";
import { createLog } from "../src/ops/log.ts";
import { replayMarket } from "../src/program/markets.ts";
import { configuredPlatforms } from "../src/program/platforms.ts";
import { secureRandom } from "../src/secure-random.ts";
import { dippingHours } from "./synthetic-hours.ts";

const HOUR_MS = 3_600_000;
const HISTORY_HOURS = 2200;
const HOURS_TO_COME = 4000;

process.umask(0o077);
const [marketBeganAt = Date.now(), marketSpeed = 1] = process.argv.slice(2).map(Number);
const { settings } = loadConfig();
const hours = dippingHours("replayed bot", HISTORY_HOURS + HOURS_TO_COME);
// The market goes on while the process is down, as a market does.
const startAt = hours.openAt[HISTORY_HOURS]! + (Date.now() - marketBeganAt) * marketSpeed;
const clock = new SystemClock({ speed: marketSpeed, startAt });
if (startAt > hours.openAt.at(-1)! - HOUR_MS) throw new Error("the replayed market has come to its end");
const people = new SystemClock();
const random = secureRandom();
const log = createLog({ level: "warn", format: "lines", output: process.stderr, now: () => people.now() });
const app = await openApp({
  ...{ settings, mode: "replay", clock, peopleClock: people, random, log },
  market: replayMarket(new ReplayCandles(hours), clock),
  ids: idSource(random.fork("ids")),
  platforms: await configuredPlatforms(settings, people, log),
  onBroken: () => process.exit(1),
});
await app.start();
console.log("up");
for await (const _ of Bun.stdin.stream());
process.exit(0);
