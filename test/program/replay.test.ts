import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeCandlesCsv } from "../../src/market/csv-write.ts";
import { swings } from "../capabilities/harness.ts";
import { cleanUp, privateFolder, runProgram } from "../support/program.ts";

let folder = "";
beforeAll(async () => {
  folder = privateFolder();
  await Bun.write(join(folder, "hours.csv"), writeCandlesCsv(swings(1_000, "1h")));
  await Bun.write(join(folder, "short.csv"), writeCandlesCsv(swings(100, "1h")));
  await Bun.write(join(folder, "mine.db"), "not to be lost");
});
// Each test runs several processes, on machines that may be busy.
setDefaultTimeout(30_000);
afterAll(cleanUp);

const replay = (...args: readonly string[]) => runProgram(["replay", ...args], {}, folder, 30_000);

test("a file of hours is traded to its end, and every fill can be explained", async () => {
  const { code, stdout, stderr } = await replay("hours.csv", "--strategy", "mean_reversion");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toStartWith("Replay of hours.csv\n");
  expect(stdout).toMatch(/candles {11}\d{3}\n/);
  const [, explained, fills] = /explained {9}(\d+) of (\d+) fills/.exec(stdout) ?? [];
  expect(Number(fills)).toBeGreaterThan(1);
  expect(explained).toBe(fills!);
  expect(stdout).toContain("the position is the sum of the fills");
  expect((await replay("hours.csv", "--strategy", "mean_reversion")).stdout).toBe(stdout);
}, 60_000);

test("--limit ends it early, and --database keeps the run in a new file", async () => {
  const { code, stdout } = await replay(
    "hours.csv",
    "--strategy",
    "mean_reversion",
    "--limit",
    "20",
    "--database",
    "runs/one.db",
  );
  expect(code).toBe(0);
  expect(stdout).toContain("candles           20\n");
  expect(existsSync(join(folder, "runs", "one.db"))).toBe(true);
}, 30_000);

describe("is refused in a sentence", () => {
  test.each([
    [
      "a file that is too short",
      ["short.csv", "--strategy", "mean_reversion"],
      /^mean_reversion needs \d+ candles of 1h to warm up; the file gives 100\.\n$/,
    ],
    [
      "a file that is not there",
      ["none.csv"],
      /^file_missing: There is no file none\.csv\.\nnone\.csv cannot be replayed; mend the faults above\.\n$/,
    ],
    [
      "a strategy nobody knows",
      ["hours.csv", "--strategy", "hodl"],
      /TRADING_ACTIVE_STRATEGY must be one of trend_ema, /,
    ],
    [
      "a database that is there already",
      ["hours.csv", "--database", "mine.db"],
      /^mine\.db exists already; name a new file\.\n$/,
    ],
  ])("%s", async (_, args, sentence) => {
    const { code, stdout, stderr } = await replay(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(sentence);
  });

  test("and what was there is left alone", async () => {
    expect(await Bun.file(join(folder, "mine.db")).text()).toBe("not to be lost");
  });
});
