// What an operator runs beside the bot: audit verify, doctor, db migrate.
import { Database as Sqlite } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { cleanUp, privateFolder, type RunningProgram, runProgram, startProgram } from "../support/program.ts";

let folder = "";
/** A database with fills in it. */
let traded = "";
let simulator: RunningProgram;
let url = "";
beforeAll(async () => {
  folder = privateFolder();
  simulator = startProgram(["simulator", "--port", "0", "--history", "1"], {}, folder);
  await runProgram(["demo", "--headless", "--cycles", "40", "--seed", "7"], {}, folder, 30_000);
  traded = join(folder, "data", "demo", "headless.db");
  [, url = ""] = await simulator.waitFor(/on (http:\S+) and/);
}, 60_000);
// Each test runs several processes, on machines that may be busy.
setDefaultTimeout(30_000);
afterAll(cleanUp);

/** A copy of it, changed behind the program's back. */
function tampered(name: string, sql: string): string {
  const path = join(folder, `${name}.db`);
  cpSync(traded, path);
  const sqlite = new Sqlite(path);
  for (const { name: trigger } of sqlite
    .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .all())
    sqlite.run(`DROP TRIGGER "${trigger}"`);
  expect(sqlite.run(sql).changes).toBeGreaterThan(0);
  sqlite.close();
  return path;
}

describe("audit verify", () => {
  const verify = (path: string) => runProgram(["audit", "verify", "--database", path], {}, folder);

  test("ends with 0 and the head when all is whole", async () => {
    const { code, stdout, stderr } = await verify(traded);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /: \d+ events, head \d+ [0-9a-f]{64}\nchain verified; the position is the sum of the fills\n$/,
    );
  });

  test.each([
    ["a changed word", "UPDATE events_log SET summary = 'nothing happened' WHERE seq = 20", /^event 20: .+/m],
    ["a missing event", "DELETE FROM events_log WHERE seq = 20", /^event 2[01]: .+/m],
    ["a changed position", "UPDATE positions SET lots = lots + 1", /^\w+: stored \d+, the fills give \d+/m],
  ])("ends with 1 and names %s", async (name, sql, finding) => {
    const { code, stdout } = await verify(tampered(name, sql));
    expect(stdout).toMatch(finding);
    expect(stdout).toEndWith("BROKEN\n");
    expect(code).toBe(1);
  });

  test("ends with 2 when there is nothing to check", async () => {
    const none = await verify(join(folder, "none.db"));
    expect({ code: none.code, stdout: none.stdout }).toEqual({ code: 2, stdout: "" });
    expect(none.stderr).toContain("There is no database at ");
    await Bun.write(join(folder, "text.db"), "x".repeat(5_000));
    const text = await verify(join(folder, "text.db"));
    expect(text.code).toBe(2);
    expect(text.stderr).toMatch(/^[^\n]+\n$/);
    new Sqlite(join(folder, "empty.db"), { create: true }).run("PRAGMA user_version = 1");
    const empty = await verify(join(folder, "empty.db"));
    expect(empty.code).toBe(2);
    expect(empty.stderr).toEndWith(
      "empty.db lacks 0001_foundation, 0002_chat_on_phones: run db migrate, then verify.\n",
    );
  });
});

describe("doctor", () => {
  const doctor = (environment: Readonly<Record<string, string>>) =>
    runProgram(
      ["doctor"],
      { BINANCE_MARKET_DATA_BASE_URL: url, WEB_ENABLED: "false", ...environment },
      folder,
      30_000,
    );

  test("finds nothing to mend before a first start", async () => {
    const probe = Bun.serve({ port: 0, fetch: () => new Response("") });
    const port = String(probe.port);
    await probe.stop(true);
    const { code, stdout } = await doctor({
      DB_PATH: "first/trading.db",
      WEB_ENABLED: "true",
      WEB_PORT: port,
    });
    expect(stdout).not.toContain("MEND");
    for (const name of ["runtime", "settings", "database", "disk", "page", "market", "clock"])
      expect(stdout).toMatch(new RegExp(`^ok {4}${name} `, "m"));
    expect(stdout).toContain("first/trading.db will be created at the first start");
    expect(stdout).toContain("All is well");
    expect(code).toBe(0);
  }, 30_000);

  test("names every setting that cannot be used", async () => {
    const { code, stdout } = await doctor({ TRADING_SYMBOL: "ETHUSDT", WEB_PORT: "none", RISK_WAT: "1" });
    expect(code).toBe(1);
    for (const fault of [
      "TRADING_SYMBOL must be BTCUSDT",
      "WEB_PORT must be a whole number",
      "RISK_WAT is not a setting",
    ])
      expect(stdout).toContain(`  - ${fault}`);
    expect(stdout).toEndWith("\n1 to mend.\n");
  }, 30_000);

  test("names a taken port, a market that is down and a broken chain, with what to do", async () => {
    const path = tampered("examined", "UPDATE events_log SET summary = 'x' WHERE seq = 9");
    const port = new URL(url).port;
    const { code, stdout } = await doctor({
      ...{ DB_PATH: path, WEB_ENABLED: "true", WEB_PORT: port },
      BINANCE_MARKET_DATA_BASE_URL: "http://127.0.0.1:9",
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^MEND {2}database {4}\d+ audit events, CHAIN BROKEN\n +→ run: bun run audit verify/m,
    );
    expect(stdout).toMatch(
      new RegExp(`^MEND {2}page {8}127.0.0.1:${port} is taken\n +→ end the other program`, "m"),
    );
    expect(stdout).toMatch(/^MEND {2}market {6}The exchange gave no answer .*\n +→ check the network/m);
    expect(stdout).toEndWith("\n3 to mend.\n");
  }, 30_000);

  test("finds a data folder that others can read, which a start would refuse too", async () => {
    mkdirSync(join(folder, "open"));
    chmodSync(join(folder, "open"), 0o755);
    const environment = { DB_PATH: "open/trading.db" };
    const { code, stdout } = await doctor(environment);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^MEND {2}database {4}other users of this machine can reach .*open\n +→ run: chmod go= .*open$/m,
    );
    const refused = await runProgram(["db", "migrate"], environment, folder);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("Other users of this machine can reach");
  }, 30_000);
});

describe("db migrate", () => {
  test("makes the tables once, and a start without it says so", async () => {
    const environment = {
      ...{ DB_PATH: "migrated/trading.db", DB_AUTO_MIGRATE: "false", WEB_ENABLED: "false" },
      BINANCE_MARKET_DATA_BASE_URL: url,
    };
    const early = await runProgram(["start"], environment, folder);
    expect({ code: early.code, stdout: early.stdout }).toEqual({ code: 2, stdout: "" });
    expect(early.stderr).toContain("run `db migrate`, then start again");
    const first = await runProgram(["db", "migrate"], environment, folder);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatch(
      /^applied 0001_foundation\n(applied .*\n)*.*: \d+ migrations, up to date\n$/,
    );
    const second = await runProgram(["db", "migrate"], environment, folder);
    expect(second.stdout).toMatch(/^migrated\/trading\.db: \d+ migrations, up to date\n$/);
  }, 30_000);
});
