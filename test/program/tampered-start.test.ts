// A database that was changed behind the bot's back: it comes up stopped, and only a person's recovery lets it trade again.
import { Database as Sqlite } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { openDatabase } from "../../db/database.ts";
import { cleanUp, privateFolder, type RunningProgram, runProgram, startProgram } from "../support/program.ts";

const SPEED = "21600";

let folder = "";
let market: Readonly<Record<string, string>> = {};
let traded = "";
beforeAll(async () => {
  folder = privateFolder();
  // The demo's market begins in January 2026; this one goes on a little later.
  const simulator = startProgram(
    ["simulator", "--port", "0", "--seed", "11", "--speed", SPEED, "--start", "2026-02-01"],
    {},
    folder,
  );
  await runProgram(["demo", "--headless", "--cycles", "40", "--seed", "7"], {}, folder, 30_000);
  traded = join(folder, "data", "demo", "headless.db");
  const [, url, wsUrl] = await simulator.waitFor(/on (http:\S+) and (ws:\S+),/);
  market = { BINANCE_MARKET_DATA_BASE_URL: url!, BINANCE_STREAM_BASE_URL: wsUrl! };
}, 60_000);
afterAll(cleanUp);

const pathOf = (name: string): string => join(folder, name, "trading.db");

function tamper(name: string, sql: string): void {
  const path = pathOf(name);
  mkdirSync(dirname(path), { mode: 0o700 });
  cpSync(traded, path);
  const sqlite = new Sqlite(path);
  const triggers = sqlite.query<{ name: string; sql: string }, []>(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
  );
  const all = triggers.all();
  for (const trigger of all) sqlite.run(`DROP TRIGGER "${trigger.name}"`);
  expect(sqlite.run(sql).changes).toBeGreaterThan(0);
  for (const trigger of all) sqlite.run(trigger.sql);
  sqlite.close();
}

function start(name: string): RunningProgram {
  const environment = {
    ...market,
    DB_PATH: pathOf(name),
    WEB_ENABLED: "false",
    TRADING_CYCLE_SECONDS: "3600",
    TRADING_EXIT_TIMEFRAME: "1h",
    TRADING_ACTIVE_STRATEGY: "mean_reversion",
    PAPER_FILL_MODEL: "slippage",
  };
  return startProgram(["start", "--console", "--speed", SPEED], environment, folder);
}

function countsOf(name: string): { readonly decisions: number; readonly cycles: number } {
  const reader = openDatabase({ path: pathOf(name), readonly: true });
  const { decisions, candles } = reader.read((rows) => ({
    decisions: rows.get<{ n: number }>("SELECT count(*) AS n FROM decisions")!.n,
    candles: rows.get<{ n: number }>("SELECT count(*) AS n FROM equity_snapshots")!.n,
  }));
  reader.close();
  return { decisions: Number(decisions), cycles: Number(candles) };
}

async function decidesMoreThan(bot: RunningProgram, name: string, before: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (countsOf(name).decisions > before) return;
    await Bun.sleep(100);
  }
  throw new Error(`No candle was decided after the recovery:\n${bot.output}`);
}

test.each([
  [
    "audit-log",
    "UPDATE events_log SET summary = 'nothing happened' WHERE seq = 20",
    /The audit log does not verify at event 20/,
  ],
  ["position", "UPDATE positions SET lots = lots + 100", /The stored position is not the sum of the fills/],
])(
  "a changed %s stops trading until an admin has recovered",
  async (name, sql, reason) => {
    tamper(name, sql);
    const before = countsOf(name);
    const bot = start(name);
    await bot.waitFor(/Countersign is up on paper, EMERGENCY_STOP/, 30_000);
    expect((await bot.ask("status", /Recover\n└ .* UTC\n/)).replaceAll(/\n│ +/g, " ")).toMatch(reason);
    expect(await bot.ask("cycle", /[╶└] .*/)).not.toContain("executed");
    await Bun.sleep(1_000);
    expect(countsOf(name)).toEqual(before);

    await bot.ask("resume", /\/recover/);
    await bot.ask("recover I have looked at it", /\[1\] Cancel {2}\[2\] Recover/);
    await bot.ask("2", /┌ PAUSED/);
    expect(await bot.ask("verify", /Hash .*/)).toContain("✓ Ledger");
    await bot.ask("resume", /┌ RUNNING/);
    await decidesMoreThan(bot, name, before.decisions);
    bot.signal("SIGTERM");
    expect((await bot.ended()).code).toBe(0);

    // What was accepted stays accepted.
    expect((await runProgram(["audit", "verify", "--database", pathOf(name)], {}, folder)).code).toBe(0);
    const again = start(name);
    await again.waitFor(/Countersign is up on paper, RUNNING/, 30_000);
    again.write("quit\n");
    expect((await again.ended()).code).toBe(0);
  },
  90_000,
);
