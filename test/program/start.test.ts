// The bot as a process of its own against the built-in exchange as another.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { cleanUp, privateFolder, type RunningProgram, runProgram, startProgram } from "../support/program.ts";

/** Six hours of market a second, a cycle each hour. */
const SPEED = "21600";

let folder = "";
let market: Readonly<Record<string, string>> = {};
beforeAll(async () => {
  folder = privateFolder();
  const simulator = startProgram(["simulator", "--port", "0", "--seed", "11", "--speed", SPEED], {}, folder);
  const [, url, wsUrl] = await simulator.waitFor(/on (http:\S+) and (ws:\S+),/);
  market = { BINANCE_MARKET_DATA_BASE_URL: url!, BINANCE_STREAM_BASE_URL: wsUrl! };
}, 30_000);
afterAll(cleanUp);

const environment = (database: string) => ({
  ...market,
  DB_PATH: join(folder, database, "trading.db"),
  WEB_ENABLED: "false",
  TRADING_CYCLE_SECONDS: "3600",
  TRADING_ACTIVE_STRATEGY: "mean_reversion",
  PAPER_FILL_MODEL: "slippage",
});

async function up(
  database: string,
  args: readonly string[] = ["--console"],
  extra = {},
): Promise<RunningProgram> {
  const bot = startProgram(
    ["start", "--speed", SPEED, ...args],
    { ...environment(database), ...extra },
    folder,
  );
  await bot.waitFor(/Countersign is up on paper/, 30_000);
  return bot;
}

/** The size of the write-ahead log, 0 when there is none. */
const walBytes = (database: string): number =>
  statSync(join(folder, database, "trading.db-wal"), { throwIfNoEntry: false })?.size ?? 0;

test("a first start waits PAUSED, trades when told to, is alone on its database, and drains on SIGTERM", async () => {
  const probe = Bun.serve({ port: 0, fetch: () => new Response("") });
  const port = probe.port;
  await probe.stop(true);
  const bot = await up("first", ["--console"], { WEB_ENABLED: "true", WEB_PORT: String(port) });
  expect(bot.output).toContain(
    `Countersign is up on paper, PAUSED; status page: http://127.0.0.1:${port}; help lists the commands, quit ends the bot`,
  );
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  expect(await bot.ask("status", /\[6\] Stop\n└ .* UTC\n/)).toContain("┌ PAUSED\n");
  await bot.ask("resume let it trade", /┌ RUNNING/);
  await decided(bot);

  const second = await runProgram(["start"], environment("first"), folder);
  expect({ code: second.code, stdout: second.stdout }).toEqual({ code: 2, stdout: "" });
  expect(second.stderr).toMatch(/^Another process already runs on [^\n]+\n$/);
  expect(await bot.ask("status", /\[6\] Stop\n└ .* UTC\n/)).toContain("┌ RUNNING\n");

  bot.signal("SIGTERM");
  const { code, stderr } = await bot.ended();
  expect(code).toBe(0);
  expect(stderr).toMatch(/ stopped\n$/);
  expect(stderr).not.toContain("Z error");
  expect(walBytes("first")).toBe(0);
}, 60_000);

/** Waits until candles are being decided. */
async function decided(bot: RunningProgram): Promise<string> {
  for (let tries = 0; tries < 40; tries++) {
    const answer = await bot.ask("why", /Decided .*\n|Nothing has been decided yet/);
    if (!answer.includes("Nothing has been decided yet")) return answer;
    await Bun.sleep(200);
  }
  throw new Error(`No candle was decided:\n${bot.output}`);
}

test("it comes back in the state it was killed in", async () => {
  const first = await up("killed");
  expect(first.output).toContain("up on paper, PAUSED");
  await first.kill();

  const paused = await up("killed");
  expect(paused.output).toContain("up on paper, PAUSED");
  await paused.ask("resume", /┌ RUNNING/);
  await paused.kill();

  const running = await up("killed");
  expect(running.output).toContain("up on paper, RUNNING");
  await running.ask("stop enough", /┌ EMERGENCY_STOP/);
  await running.kill();

  const stopped = await up("killed");
  expect(stopped.output).toContain("up on paper, EMERGENCY_STOP");
  expect(await stopped.ask("status", /Reason .*\n/)).toContain("enough");
  stopped.write("quit\n");
  expect((await stopped.ended()).code).toBe(0);
}, 90_000);

test("without a terminal it goes on after its input has ended, as under systemd", async () => {
  const bot = startProgram(["start", "--speed", SPEED], environment("service"), folder);
  bot.endInput();
  await bot.waitFor(/Countersign is up on paper, PAUSED\n/, 30_000);
  await Bun.sleep(500);
  bot.signal("SIGTERM");
  const { code, stdout, stderr } = await bot.ended();
  expect(stdout).toBe("Countersign is up on paper, PAUSED\n");
  expect(stderr).toMatch(/ stopped\n$/);
  expect(code).toBe(0);
}, 40_000);

test("with --console the end of the input ends it, once every line was answered", async () => {
  const bot = await up("script");
  bot.write("resume\nstatus\n");
  bot.endInput();
  const { code, stdout } = await bot.ended();
  expect(stdout).toContain("┌ RUNNING\n");
  expect(code).toBe(0);
}, 40_000);

test.each([[[]], [["--speed", "60"]]])(
  "a first start without a market says so and ends: start %p",
  async (args) => {
    const nowhere = {
      BINANCE_MARKET_DATA_BASE_URL: "http://127.0.0.1:9",
      BINANCE_STREAM_BASE_URL: "ws://127.0.0.1:9",
    };
    const { code, stdout, stderr } = await runProgram(
      ["start", ...args],
      { ...environment("nowhere"), ...nowhere },
      folder,
      20_000,
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^The exchange gave no answer [^\n]+\n$/);
  },
  30_000,
);

test("a later start without a market comes up and says that it is not connected", async () => {
  const first = await up("later");
  await first.kill();
  const nowhere = {
    BINANCE_MARKET_DATA_BASE_URL: "http://127.0.0.1:9",
    BINANCE_STREAM_BASE_URL: "ws://127.0.0.1:9",
  };
  const bot = startProgram(["start", "--console"], { ...environment("later"), ...nowhere }, folder);
  await bot.waitFor(/Countersign is up on paper, PAUSED/, 30_000);
  expect(await bot.ask("status", /\[6\] Stop\n└ .* UTC\n/)).toMatch(/Feed +not connected/);
  bot.signal("SIGTERM");
  expect((await bot.ended(20_000)).code).toBe(0);
}, 60_000);

test("a taken page port is refused in a sentence, and the process ends", async () => {
  const other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("taken") });
  const port = String(other.port);
  const { code, stdout, stderr } = await runProgram(
    ["start", "--console", "--speed", SPEED],
    { ...environment("port"), WEB_ENABLED: "true", WEB_PORT: port },
    folder,
  );
  await other.stop(true);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(
    `Port ${port} is taken; stop what listens there, or set WEB_PORT to another one.\n`,
  );
}, 30_000);
