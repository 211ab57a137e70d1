import { afterAll, describe, expect, test } from "bun:test";
import { cleanUp, privateFolder, runProgram } from "../support/program.ts";

afterAll(cleanUp);
const folder = privateFolder();
const run = (args: readonly string[]) => runProgram(args, {}, folder);

const COMMANDS = [
  "",
  "demo",
  "start",
  "replay",
  "data",
  "data import",
  "data export",
  "data fetch",
  "simulator",
  "audit",
  "audit verify",
  "doctor",
  "db",
  "db migrate",
  "people",
  "people list",
  "people reset-code",
].map((name) => [name]);

test.concurrent.each(COMMANDS)(
  "countersign %s --help says how it is used",
  async (name) => {
    const words = name.split(" ").filter((word) => word !== "");
    const { code, stdout, stderr } = await run([...words, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toStartWith(`Usage: ${["countersign", ...words].join(" ")} `);
  },
  30_000,
);

describe("what cannot be understood is refused in a sentence, with exit code 2", () => {
  test.concurrent.each([
    [["demo", "--wat"], "error: unknown option '--wat'\n(add --help for what there is)\n"],
    [["audit", "verify", "--wat"], "error: unknown option '--wat'\n(add --help for what there is)\n"],
    [["trade"], "error: unknown command 'trade'\n(add --help for what there is)\n"],
    [["demo", "now"], "error: too many arguments for 'demo'. Expected 0 arguments but got 1: now.\n"],
    [["demo", "--cycles", "-3"], "Write a whole number from 1 to 1000000.\n"],
    [["data", "export", "--timeframe", "7m"], "Write one of 1m, 5m, 15m"],
    [["data", "export", "--timeframe", "1h", "--from", "2023-02-30"], "Write a day such as 2023-01-31.\n"],
    [
      ["demo", "--headless", "--strategy", "hodl"],
      '"hodl" is not a strategy; use one of trend_ema, trend_ema_fast, mean_reversion, breakout.\n',
    ],
  ])(
    "%p",
    async (args, sentence) => {
      const { code, stdout, stderr } = await run(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain(sentence);
      expect(stderr).not.toContain("    at ");
    },
    30_000,
  );
});

test("without a command the commands are listed", async () => {
  const { code, stderr } = await run([]);
  expect(code).toBe(2);
  expect(stderr).toContain("Commands:\n  demo [options] ");
});
