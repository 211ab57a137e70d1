import { afterAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../../db/database.ts";
import { cleanUp, privateFolder, runProgram } from "../support/program.ts";

afterAll(cleanUp);

const demo = (args: readonly string[], folder = privateFolder()) =>
  runProgram(["demo", "--headless", ...args], {}, folder, 30_000);
const facts = (stdout: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...stdout.matchAll(/^ {2}([a-z ]+?) {2,}(\S.*)$/gm)].map(([, name, value]) => [name, value]),
  );

test("500 hours of seed 7 trade, add up and verify", async () => {
  const folder = privateFolder();
  const { code, stdout, stderr } = await demo(["--cycles", "500", "--seed", "7"], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toStartWith("Demo, seed 7: 500 hourly candles against the built-in exchange\n");
  const said = facts(stdout);
  expect(said).toMatchObject({
    candles: "500",
    strategy: "mean_reversion, config version 1",
    ledger: "the position is the sum of the fills, to the last unit",
  });
  expect(Number(said["fills"])).toBeGreaterThanOrEqual(10);
  expect(Number(said["fees"]?.split(" ")[0])).toBeGreaterThan(0);
  expect(said["audit chain"]).toMatch(/^chain verified, head [0-9a-f]{16}$/);

  const reader = openDatabase({ path: join(folder, "data", "demo", "headless.db"), readonly: true });
  const stored = reader.read((rows) => rows.get<{ fills: number }>("SELECT count(*) AS fills FROM fills"));
  reader.close();
  expect(Number(stored?.fills)).toBe(Number(said["fills"]));
}, 35_000);

test("the same seed prints the same to the letter, another seed another run", async () => {
  const hours = ["--cycles", "40"];
  const [first, second, other] = await Promise.all([
    demo([...hours, "--seed", "7"]),
    demo([...hours, "--seed", "7"]),
    demo([...hours, "--seed", "8"]),
  ]);
  expect(second.stdout).toBe(first.stdout);
  expect(facts(other.stdout)["audit chain"]).not.toBe(facts(first.stdout)["audit chain"]!);
  expect(facts(other.stdout)["equity curve"]).not.toBe(facts(first.stdout)["equity curve"]!);
}, 35_000);

test("each run starts over; but never over one that still runs", async () => {
  const folder = privateFolder();
  const path = join(folder, "data", "demo", "headless.db");
  const once = await demo(["--cycles", "3"], folder);
  expect((await demo(["--cycles", "3"], folder)).stdout).toBe(once.stdout);
  const other = openDatabase({ path });
  const refused = await demo(["--cycles", "3"], folder);
  other.close();
  expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: "" });
  expect(refused.stderr).toMatch(/^[^\n]+\n$/);
  expect(refused.stderr).toContain("headless.db");
  expect(existsSync(path)).toBe(true);
}, 35_000);
