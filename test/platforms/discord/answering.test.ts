import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { Bench } from "./bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = new Bench();
  await bench.connected();
});
afterEach(() => bench.close());

const CALLBACK = "POST /interactions/*/*/callback";
const ORIGINAL = "PATCH /webhooks/*/*/messages/*";
const callsOf = (method: string, part: string) =>
  bench.fake.calls.filter((call) => call.method === method && call.path.includes(part));

async function asked() {
  const interaction = bench.fake.command(bench.ana, bench.desk, "status");
  await bench.fake.waitFor(() =>
    callsOf("POST", `/interactions/${interaction.id}`).some(({ status }) => status > 0),
  );
  return interaction;
}

test("the first answer takes the place of thinking, the second stands below, and both are edited later", async () => {
  const { id } = await asked();
  const first = await bench.send("one", { answers: id });
  const second = await bench.send("two", { answers: id });
  expect(bench.read()).toEqual(["one", "two"]);
  bench.fake.advance(60 * 60_000);
  expect(await bench.edit(first, "one, an hour later")).toBe(first);
  expect(await bench.edit(second, "two, an hour later")).toBe(second);
  expect(bench.read()).toEqual(["one, an hour later", "two, an hour later"]);
});

test("an answer that is ready before the acknowledgement arrived waits for it", async () => {
  bench.fake.fail(CALLBACK, { kind: "slow", delayMs: 100 });
  const { id } = bench.fake.command(bench.ana, bench.desk, "status");
  await bench.until(() => bench.received.length === 1);
  await bench.send("quick", { answers: id });
  expect(bench.read()).toEqual(["quick"]);
});

describe("an answer goes into the channel", () => {
  test("when the acknowledgement came too late", async () => {
    bench.fake.fail(CALLBACK, { kind: "status", status: 404, code: 10062, message: "Unknown interaction" });
    const { id } = await asked();
    await bench.send("late", { answers: id });
    expect(bench.read()).toEqual(["late"]);
    expect(bench.warnings).toHaveLength(1);
  });

  test("when the acknowledgement failed, which is not tried again", async () => {
    bench.fake.fail(CALLBACK, { kind: "status", status: 500 }, Infinity);
    const { id } = await asked();
    await bench.send("after all", { answers: id });
    expect(bench.read()).toEqual(["after all"]);
    expect(callsOf("POST", "/callback")).toHaveLength(1);
  });

  test("when Discord has forgotten the interaction", async () => {
    const { id } = await asked();
    bench.fake.advance(16 * 60_000);
    await bench.send("very late", { answers: id });
    expect(bench.read()).toEqual(["thinking", "very late"]);
    expect(callsOf("PATCH", "/webhooks/").map(({ code }) => code)).toEqual([50027]);
  });

  test("after fourteen minutes without asking Discord", async () => {
    const { id } = await asked();
    bench.clock.move(14 * 60_000);
    await bench.send("very late", { answers: id });
    expect(bench.read()).toEqual(["thinking", "very late"]);
    expect(callsOf("PATCH", "/webhooks/")).toEqual([]);
  });

  test("when an administrator deleted “thinking…”", async () => {
    const { id } = await asked();
    bench.fake.deleteMessage(bench.fake.messages(bench.desk.id)[0]?.id ?? "");
    await bench.send("here", { answers: id });
    expect(bench.read()).toEqual(["here"]);
  });

  test("when it answers what this process never saw", async () => {
    await bench.send("from the last process", { answers: "123456789012345678" });
    expect(bench.read()).toEqual(["from the last process"]);
  });
});

test("an interaction that was acknowledged already is answered in its place all the same", async () => {
  bench.fake.fail(CALLBACK, { kind: "status", status: 400, code: 40060, hasEffect: true });
  const { id } = await asked();
  await bench.send("in place", { answers: id });
  expect(bench.read()).toEqual(["in place"]);
  expect(bench.warnings).toEqual([]);
});

test("an answer that did not get through is put in the same place by the next try", async () => {
  const { id } = await asked();
  bench.fake.fail(ORIGINAL, { kind: "status", status: 503 });
  expect(await bench.failure(bench.send("fine", { answers: id }))).toEqual({ kind: "troubled" });
  await bench.send("fine", { answers: id });
  expect(bench.read()).toEqual(["fine"]);
});
