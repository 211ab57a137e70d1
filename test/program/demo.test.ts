import { afterAll, describe, expect, test } from "bun:test";
import {
  cleanUp,
  type Environment,
  privateFolder,
  type RunningProgram,
  startProgram,
} from "../support/program.ts";

afterAll(cleanUp);

const NONE: Environment = {};
/** An hour of market a second: candles close while somebody watches. */
const FAST = ["demo", "--speed", "3600"];

/** A demo whose chat takes commands. */
async function watched(): Promise<{
  readonly demo: RunningProgram;
  readonly url: string;
  readonly pageLine: string;
}> {
  const demo = startProgram(FAST, NONE, privateFolder());
  const [pageLine, url] = await demo.waitFor(/Status page: (\S+).*/, 20_000);
  await demo.waitFor(/┌ RUNNING/, 20_000);
  return { demo, url: url!, pageLine };
}

test("a visitor looks around, pauses, stops, recovers and leaves", async () => {
  const { demo, url } = await watched();
  expect(demo.output).toContain("quit          end the demo");

  expect(await demo.ask("status", /\[6\] Stop\n└ .* UTC\n/)).toContain("┌ RUNNING\n");
  expect(await demo.ask("2", /Answer|Decided|No decision|└/)).toContain("> 2\n");
  expect(await demo.ask("frobnicate", /lists the commands/)).toContain("There is no /frobnicate");
  expect(await demo.ask("why 99999", /╶ .*|└ .*/)).not.toContain("Error");

  const health = await fetch(`${url}/health`);
  expect(health.status).toBe(200);
  const home = await fetch(url);
  expect(home.status).toBe(200);
  expect(await home.text()).toContain("mean_reversion");

  expect(await demo.ask("pause for lunch", /┌ PAUSED/)).toContain("for lunch");
  await demo.ask("resume", /┌ RUNNING/);
  await demo.ask("stop too hot", /┌ EMERGENCY_STOP/);
  expect(await demo.ask("resume", /must go through \/recover/)).not.toContain("┌ RUNNING");
  expect(await demo.ask("recover", /Check again/)).toContain("Recover: what happened");
  await demo.ask("recover looked at everything", /\[1\] Cancel {2}\[2\] Recover/);
  await demo.ask("2", /┌ PAUSED/);
  await demo.ask("resume", /┌ RUNNING/);
  await demo.ask("fills", /filled|Fills|BTC/);
  expect(await demo.ask("verify", /Hash {5}[0-9a-f]{64}/)).toContain("The audit log is intact");

  expect(await explained(demo)).toContain("mean_reversion");

  // A question that still waits for its answer must not hold up the end.
  await demo.ask("stop", /┌ EMERGENCY_STOP/);
  await demo.ask("recover and then I leave", /Answer within/);
  demo.write("quit\nstatus\n");
  const { code, stdout, stderr } = await demo.ended(10_000);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const summary = stdout.slice(stdout.indexOf("The demo in short"));
  expect(summary).toContain("the position is the sum of the fills, to the last unit");
  expect(summary).toMatch(/audit chain {7}chain verified, head [0-9a-f]{16}\n$/);
  expect(stdout.slice(stdout.lastIndexOf("> recover"))).not.toContain("> status");
}, 60_000);

/** The first decision with its reasons, once an hour has closed. */
async function explained(demo: RunningProgram): Promise<string> {
  for (let tries = 0; tries < 40; tries++) {
    const answer = await demo.ask("why", /Decided .*\n|Nothing has been decided yet/);
    if (!answer.includes("Nothing has been decided yet")) return answer;
    await Bun.sleep(250);
  }
  throw new Error("No candle was decided.");
}

describe("the demo ends with its summary", () => {
  test.concurrent.each([
    ["when the input ends", (demo: RunningProgram) => demo.endInput()],
    ["on Ctrl-C", (demo: RunningProgram) => demo.signal("SIGINT")],
    ["on SIGTERM", (demo: RunningProgram) => demo.signal("SIGTERM")],
  ])(
    "%s",
    async (_, end) => {
      const { demo } = await watched();
      end(demo);
      const { code, stdout, stderr } = await demo.ended(15_000);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain("The demo in short\n");
    },
    45_000,
  );
});

test("with the page's usual port taken, the page moves and says so", async () => {
  const other = await holdPort(8787);
  try {
    const { demo, url, pageLine } = await watched();
    expect(pageLine).toContain("(port 8787 is taken)");
    expect(url).not.toContain(":8787");
    expect((await fetch(`${url}/health`)).status).toBe(200);
    demo.endInput();
    expect((await demo.ended()).code).toBe(0);
  } finally {
    await other?.stop(true);
  }
}, 45_000);

/** Null when somebody else holds it for good, which serves as well. */
async function holdPort(port: number) {
  for (let tries = 0; tries < 10; tries++) {
    try {
      return Bun.serve({ hostname: "127.0.0.1", port, fetch: () => new Response("taken") });
    } catch {
      await Bun.sleep(100);
    }
  }
  return null;
}
