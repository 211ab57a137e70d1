/**
 * From the start of the process to ready, with both platforms configured and a database of one year of decided candles,
 * against an empty script; and the status page against a bare server that answers as many bytes. Prints a table and a
 * JSON line.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemClock } from "../src/clock.ts";
import { bucketOpenAt } from "../src/core/timeframe.ts";
import { ReplayedCandles } from "../src/simulator/replayed-candles.ts";
import { startSimulator } from "../src/simulator/simulator.ts";
import { FakeDiscord } from "../test/support/discord/fake-discord.ts";
import { FakeTelegram } from "../test/support/telegram/fake-telegram.ts";
import { machine, median, metWord, printTable, rounded } from "./figures.ts";
import { HOURS, writeYear, yearOfHours } from "./year.ts";

const GOAL = { start: 60, page: 0.5 } as const;
const PAIRS = 7;
const REQUESTS = 60;
const AT_ONCE = 4;
const PATIENCE_MS = 120_000;
const MAIN = join(import.meta.dir, "..", "src", "main.ts");
const TELEGRAM_TOKEN = "7000000001:AAbenchbenchbenchbenchbenchbench";
const DISCORD_TOKEN = "benchbenchbenchbench.bench.benchbenchbenchbenchbench";
const READY = "Countersign is up on paper";

const clock = new SystemClock();
const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
const path = join(folder, "year.db");
const hours = yearOfHours(bucketOpenAt(clock.now(), "1h"));
const { auditRows } = await writeYear(hours, path);

const telegram = FakeTelegram.start({ token: TELEGRAM_TOKEN });
const discord = FakeDiscord.start({ token: DISCORD_TOKEN });
telegram.person({ id: 1001, firstName: "Ada" });
const simulator = await startSimulator({
  clock,
  source: new ReplayedCandles(hours),
  requestWeightPerMinute: null,
});
const usual = {
  PATH: process.env["PATH"] ?? "",
  HOME: folder,
  DB_PATH: path,
  BINANCE_MARKET_DATA_BASE_URL: simulator.url,
  BINANCE_STREAM_BASE_URL: simulator.wsUrl,
  PAPER_FILL_MODEL: "slippage",
  TRADING_EXIT_TIMEFRAME: "1h",
  TRADING_ACTIVE_STRATEGY: "mean_reversion",
  APP_LOG_LEVEL: "error",
  WEB_PORT: String(freePort()),
};
const withPlatforms = {
  ...usual,
  TELEGRAM_BOT_TOKEN: TELEGRAM_TOKEN,
  TELEGRAM_API_URL: telegram.apiRoot,
  TELEGRAM_ADMIN_IDS: "1001",
  DISCORD_BOT_TOKEN: DISCORD_TOKEN,
  DISCORD_API_URL: discord.api,
  DISCORD_ADMIN_IDS: "100000000000001001",
};

function freePort(): number {
  const probe = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const port = probe.port!;
  void probe.stop(true);
  return port;
}

function spawn(args: readonly string[], env: Record<string, string>) {
  return Bun.spawn([process.execPath, "--no-env-file", ...args], {
    ...{ cwd: folder, env, stdin: "ignore", stdout: "pipe", stderr: "inherit" },
    timeout: PATIENCE_MS,
  });
}

/** Real ms to an empty script's end. */
async function emptyOnce(): Promise<number> {
  const script = join(folder, "empty.ts");
  writeFileSync(script, "");
  const from = performance.now();
  await spawn([script], usual).exited;
  return performance.now() - from;
}

/** What a program prints, until it prints the words. */
async function untilPrinted(stream: ReadableStream<Uint8Array>, words: string): Promise<string> {
  const decoder = new TextDecoder();
  let printed = "";
  for await (const chunk of stream) {
    printed += decoder.decode(chunk, { stream: true });
    if (printed.includes(words)) return printed;
  }
  throw new Error(`it ended before it printed "${words}":\n${printed}`);
}

/** Real ms to ready; `meanwhile` runs before it is ended. */
async function startOnce(env: Record<string, string>, meanwhile?: () => Promise<void>): Promise<number> {
  const from = performance.now();
  const program = spawn([MAIN, "start"], env);
  try {
    await untilPrinted(program.stdout, READY);
    const ms = performance.now() - from;
    await meanwhile?.();
    return ms;
  } finally {
    program.kill("SIGTERM");
    await program.exited;
  }
}

/** Requests a second, a few at a time. */
async function requestsPerSecond(url: string): Promise<number> {
  const from = performance.now();
  let left = REQUESTS;
  const ask = async (): Promise<void> => {
    while (left-- > 0) await (await fetch(url)).arrayBuffer();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return (REQUESTS / (performance.now() - from)) * 1000;
}

async function comparePages() {
  const url = `http://127.0.0.1:${usual.WEB_PORT}/`;
  const answer = await fetch(url);
  const body = await answer.text();
  if (!answer.ok || !body.includes("</html>")) throw new Error("the page was not shown");
  const script = join(folder, "bare.ts");
  const served = `new Response(${JSON.stringify(body)}, { headers: { "content-type": "text/html" } })`;
  writeFileSync(
    script,
    `const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => ${served} });
console.log("port " + server.port + ";");`,
  );
  const bare = spawn([script], usual);
  try {
    const [, port] = /port (\d+);/.exec(await untilPrinted(bare.stdout, ";"))!;
    const bareUrl = `http://127.0.0.1:${port}/`;
    const [pages, bares, ratios] = [[], [], []] as [number[], number[], number[]];
    await requestsPerSecond(url);
    await requestsPerSecond(bareUrl);
    for (let pair = 0; pair < PAIRS; pair++) {
      pages.push(await requestsPerSecond(url));
      bares.push(await requestsPerSecond(bareUrl));
      ratios.push(pages.at(-1)! / bares.at(-1)!);
    }
    const [page, plain] = [Math.round(median(pages)), Math.round(median(bares))];
    return { bytes: body.length, page, bare: plain, ratio: rounded(median(ratios), 3) };
  } finally {
    bare.kill();
    await bare.exited;
  }
}

async function compareStarts() {
  await startOnce(withPlatforms);
  const [empty, alone, both] = [[], [], []] as [number[], number[], number[]];
  for (let pair = 0; pair < PAIRS; pair++) {
    both.push(await startOnce(withPlatforms));
    empty.push(await emptyOnce());
    alone.push(await startOnce(usual));
  }
  const ratio = (took: readonly number[]): number =>
    rounded(median(took.map((ms, pair) => ms / empty[pair]!)), 1);
  const emptyMs = Math.round(median(empty));
  return {
    emptyMs,
    both: { ms: Math.round(median(both)), ratio: ratio(both) },
    alone: { ms: Math.round(median(alone)), ratio: ratio(alone) },
  };
}

try {
  const starts = await compareStarts();
  let pages: Awaited<ReturnType<typeof comparePages>> | null = null;
  await startOnce(withPlatforms, async () => {
    pages = await comparePages();
  });
  const { bytes, page, bare, ratio } = pages!;
  console.log(
    `Start to ready on a database of ${HOURS.toLocaleString("en")} decided hours and ${auditRows.toLocaleString("en")} audit events; goal: at most ${GOAL.start} × an empty script\nThe status page of ${bytes.toLocaleString("en")} bytes, ${AT_ONCE} requests at a time; goal: at least ${GOAL.page} of a bare server's\n${machine()}; medians of ${PAIRS} pairs\n`,
  );
  printTable([
    ["", "ours", "anchor", "ratio", "met"],
    ...(
      [
        ["start, Telegram and Discord", starts.both],
        ["start, no platform", starts.alone],
      ] as const
    ).map(([what, { ms, ratio: times }]) => [
      what,
      `${ms} ms`,
      `${starts.emptyMs} ms`,
      times.toFixed(1),
      metWord(times <= GOAL.start),
    ]),
    ["status page", `${page}/s`, `${bare}/s`, ratio.toFixed(3), metWord(ratio >= GOAL.page)],
  ]);
  console.log(
    `\n${JSON.stringify({ bench: "start", goal: GOAL, pairs: PAIRS, hours: HOURS, auditRows, starts, page: pages })}`,
  );
} finally {
  await simulator.stop();
  await telegram.stop();
  await discord.stop();
  rmSync(folder, { recursive: true, force: true });
}
