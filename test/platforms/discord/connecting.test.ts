import { afterEach, describe, expect, test } from "bun:test";
import { OutsideError } from "../../../src/core/errors.ts";
import { Bench } from "./bench.ts";

let bench: Bench;
afterEach(() => bench.close());

const isConnected = () => bench.statuses.at(-1)?.isConnected === true;
const isAway = () => bench.statuses.at(-1)?.isConnected === false;
const count = (what: string) => bench.fake.gateway.log.filter((event) => event.what === what).length;

async function refusal(connecting: Promise<void>): Promise<string> {
  const error: unknown = await connecting.then(
    () => null,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(OutsideError);
  return (error as OutsideError).message;
}

async function takesCommands(): Promise<void> {
  const asked = bench.fake.command(bench.ana, bench.desk, "status", {}, { isForged: true });
  await asked.acknowledged();
  expect(bench.received.at(-1)?.updateId).toBe(asked.id);
}

describe("a bot that Discord refuses is said to be so at the start", () => {
  test("with a token that Discord does not know", async () => {
    bench = new Bench();
    bench.fake.token = "another";
    expect(await refusal(bench.connect())).toContain("refuses the bot's token");
    expect(bench.fake.calls.map(({ path, status }) => [path, status])).toEqual([["/gateway/bot", 401]]);
  });

  test.each([
    [4004, "refuses the bot's token"],
    [4014, "refuses the bot (4014)"],
  ])("with the gateway's %d", async (code, sentence) => {
    bench = new Bench();
    bench.fake.gateway.closesNewWith = code;
    expect(await refusal(bench.connect())).toContain(sentence);
    expect(count("connect")).toBe(1);
  });
});

describe("a Discord that cannot be reached at the start is asked again", () => {
  const comesBack = async (): Promise<void> => {
    expect(bench.statuses.map(({ isConnected: is }) => is)).not.toContain(true);
    await bench.until(isAway);
    expect(bench.statuses.at(-1)?.detail).toStartWith("Discord cannot be reached");
  };

  test("when nothing listens", async () => {
    bench = new Bench({ speed: 50 });
    await bench.fake.refuseConnections();
    await bench.connect();
    await comesBack();
    bench.fake.acceptConnections();
    await bench.until(isConnected);
    await takesCommands();
  });

  test.each<[string, (is: boolean) => void]>([
    [
      "when the gateway hangs up before a word",
      (is) => (bench.fake.gateway.closesNewWith = is ? 4002 : null),
    ],
    ["when the gateway says nothing", (is) => bench.fake.hangGateway(is)],
  ])("%s", async (_, trouble) => {
    bench = new Bench({ speed: 100 });
    trouble(true);
    await bench.connect();
    await comesBack();
    trouble(false);
    await bench.until(isConnected);
    await takesCommands();
    // The library tries again after half a second, unless it was really ended.
    const connections = count("connect");
    await Bun.sleep(700);
    expect(count("connect")).toBe(connections);
    expect(count("identify")).toBe(1);
    expect(bench.received).toHaveLength(1);
  });

  test("when its address is not told", async () => {
    bench = new Bench({ speed: 100 });
    bench.fake.fail("GET /gateway/bot", { kind: "hang" });
    await bench.connect();
    await comesBack();
    await bench.until(isConnected);
  });
});

describe("a connection that broke", () => {
  test("is resumed, and what was done meanwhile is taken once", async () => {
    bench = new Bench();
    await bench.connected();
    bench.fake.closeGateways(4000);
    await bench.until(isAway);
    const meanwhile = bench.fake.command(bench.ana, bench.desk, "status");
    await meanwhile.acknowledged();
    expect(bench.received.map(({ updateId }) => updateId)).toEqual([meanwhile.id]);
    expect([count("identify"), count("resume")]).toEqual([1, 1]);
    await bench.until(isConnected);
  });

  test("at Discord's own wish is resumed too", async () => {
    bench = new Bench();
    await bench.connected();
    bench.fake.gateway.requestReconnect();
    await bench.until(() => count("resume") === 1);
    await takesCommands();
  });

  test("that only seems to be there is made again", async () => {
    bench = new Bench();
    bench.fake.gateway.heartbeatIntervalMs = 40;
    bench.fake.gateway.acknowledgesHeartbeats = false;
    await bench.connected();
    await bench.until(() => count("resume") > 0);
  });

  test("whose session Discord forgot begins anew", async () => {
    bench = new Bench();
    await bench.connected();
    bench.fake.gateway.invalidateSessions(false);
    await bench.until(() => count("identify") === 2, 8_000);
    await takesCommands();
    expect(bench.fake.registrations).toHaveLength(1);
  }, 15_000);

  test.each([
    ["soon", 1],
    ["after long", 200],
  ])("because Discord was gone is made again when it is back %s", async (_, speed) => {
    bench = new Bench({ speed });
    await bench.connected();
    await bench.fake.refuseConnections();
    await bench.until(isAway);
    expect(await bench.failure(bench.send("into the void"))).toEqual({ kind: "unreachable" });
    await Bun.sleep(speed === 1 ? 0 : 700);
    bench.fake.acceptConnections();
    await bench.until(isConnected);
    await takesCommands();
    await bench.send("here again");
  });

  test("because the token was revoked says what to do", async () => {
    bench = new Bench();
    await bench.connected();
    bench.fake.token = "another";
    bench.fake.closeGateways(4004);
    await bench.until(isAway);
    await bench.until(() => bench.statuses.at(-1)?.detail.includes("refuses the bot's token") ?? false);
    expect(await bench.failure(bench.send("x"))).toEqual({ kind: "unreachable" });
  });
});

describe("closing", () => {
  test("lets what is under way end and takes nothing afterwards", async () => {
    bench = new Bench();
    await bench.connected();
    bench.fake.fail("POST /channels/*/messages", { kind: "slow", delayMs: 150 });
    const sending = bench.send("last words");
    await bench.platform.close();
    await sending;
    expect(bench.read()).toEqual(["last words"]);
    expect(bench.fake.gateway.isConnected).toBe(false);
    bench.fake.command(bench.ana, bench.desk, "status");
    await Bun.sleep(50);
    expect(bench.received).toEqual([]);
  });

  test("does not wait for ever for Discord", async () => {
    bench = new Bench({ speed: 50 });
    await bench.connected();
    bench.fake.fail("POST /channels/*/messages", { kind: "hang" });
    const sending = bench.failure(bench.send("unheard"));
    await bench.until(() => bench.fake.calls.some(({ status, method }) => status === 0 && method === "POST"));
    await bench.platform.close();
    bench.fake.heal();
    expect(await sending).toEqual({ kind: "troubled" });
  });

  test("ends what was trying to connect", async () => {
    bench = new Bench();
    await bench.fake.refuseConnections();
    await bench.connect();
    await bench.platform.close();
    const calls = bench.fake.calls.length;
    bench.fake.acceptConnections();
    await Bun.sleep(50);
    expect(bench.fake.calls).toHaveLength(calls);
  });
});
