// What an operator runs on the machine when a device for one-time codes is lost: people list, people reset-code.
import { afterAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { openDatabase } from "../../db/database.ts";
import { migrate } from "../../db/migrate.ts";
import { enrolSeed, oneTimeCodeOf, spendCounter } from "../../db/one-time-codes.ts";
import { insertPerson } from "../../db/people.ts";
import { lastEvent, NOW } from "../db/test-database.ts";
import { cleanUp, privateFolder, runProgram } from "../support/program.ts";

const SYSTEM = { kind: "system", name: "test" } as const;

let folder = "";
let path = "";
beforeEach(() => {
  folder = privateFolder();
  path = join(folder, "countersign.db");
  const database = openDatabase({ path });
  migrate(database, NOW, { auto: true });
  database.transact(NOW, (tx) => {
    insertPerson(
      tx,
      { label: "Ada", role: "admin", account: { platform: "telegram", accountId: "101" } },
      SYSTEM,
    );
    insertPerson(tx, { label: "Rex", role: null }, SYSTEM);
    enrolSeed(tx, 1, new Uint8Array(57), SYSTEM);
    spendCounter(tx, 1, 1, SYSTEM);
  });
  database.close();
});
setDefaultTimeout(30_000);
afterAll(cleanUp);

const people = (...args: readonly string[]) =>
  runProgram(["people", ...args, "--database", path], {}, folder);

test("people list shows everyone, beside a bot that runs", async () => {
  const running = openDatabase({ path });
  const { code, stdout } = await people("list");
  running.close();
  expect(stdout).toBe("#1 Ada: admin; telegram:101; one-time codes\n#2 Rex: no role; no account\n");
  expect(code).toBe(0);
});

test("a device is reset while the bot is stopped, and only then, with an audit event", async () => {
  const running = openDatabase({ path });
  const early = await people("reset-code", "1");
  running.close();
  expect(early).toMatchObject({ code: 2, stdout: "" });
  expect(early.stderr).toContain("stop it first");
  expect(await people("reset-code", "#1")).toMatchObject({
    code: 0,
    stdout: "Ada has no device for one-time codes any more; /totp sets up another.\n",
  });
  const database = openDatabase({ path });
  database.read((reader) => {
    expect(oneTimeCodeOf(reader, 1)).toBeNull();
    expect(lastEvent(reader)).toMatchObject({ type: "one_time_code_removed", facts: { personId: 1 } });
  });
  database.close();
  expect((await people("reset-code", "1")).stdout).toContain("nothing changed");
});

test.each([
  ["9", "There is no person 9; people list shows everyone.\n"],
  ["Ada", "Write a person's number such as 3.\n"],
])("people reset-code %s is refused in a sentence", async (person, sentence) => {
  const { code, stderr } = await people("reset-code", person);
  expect(code).toBe(2);
  expect(stderr).toContain(sentence);
});

test("a database that is not there is not made", async () => {
  const missing = join(folder, "missing.db");
  for (const args of [["list"], ["reset-code", "1"]]) {
    const { code, stderr } = await runProgram(["people", ...args, "--database", missing], {}, folder);
    expect({ code, isNamed: stderr.includes(missing) }).toEqual({ code: 2, isNamed: true });
  }
  expect(await Bun.file(missing).exists()).toBeFalse();
});
