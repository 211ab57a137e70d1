// Ordered faults, as a bot's client meets them.
import { afterEach, beforeEach, expect, test } from "bun:test";
import { autoRetry } from "@grammyjs/auto-retry";
import { Api, GrammyError, HttpError } from "grammy";
import { fault } from "./faults.ts";
import { type Started, startFake, TOKEN } from "./test-call.ts";

let started: Started;
let api: Api;

beforeEach(() => {
  started = startFake();
  api = new Api(TOKEN, { apiRoot: started.fake.apiRoot, timeoutSeconds: 1 });
});
afterEach(() => started.fake.stop());

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

test.each([
  ["too many requests", fault.tooMany(3), 429, "Too Many Requests: retry after 3"],
  ["a bad gateway", fault.server(), 502, "Bad Gateway"],
  ["a server error", fault.server(500), 500, "Internal Server Error"],
  ["unauthorized", fault.refuse(401, "Unauthorized"), 401, "Unauthorized"],
  ["forbidden", fault.refuse(403, "Forbidden: x"), 403, "Forbidden: x"],
])("%s is answered as often as ordered, without effect", async (_what, ordered, code, description) => {
  const { fake } = started;
  fake.fail("sendMessage", ordered, 2);
  for (let count = 0; count < 2; count += 1) {
    const error = (await errorOf(api.sendMessage(7, "x"))) as GrammyError;
    expect(error).toBeInstanceOf(GrammyError);
    expect([error.error_code, error.description]).toEqual([code, description]);
  }
  expect(fake.messages(7)).toEqual([]);
  await api.sendMessage(7, "x");
  expect(fake.messages(7)).toHaveLength(1);
  expect(fake.refusals.map((refusal) => refusal.code)).toEqual([code, code]);
});

test("retry_after is heard by grammY's auto-retry", async () => {
  const { fake } = started;
  fake.fail("sendMessage", fault.tooMany(0));
  api.config.use(autoRetry());
  await api.sendMessage(7, "x");
  expect(fake.count429).toBe(1);
  expect(fake.messages(7)).toHaveLength(1);
});

test("a server error may hide that the message went out", async () => {
  const { fake } = started;
  fake.fail("sendMessage", fault.server(500, { hasEffect: true }));
  expect(await errorOf(api.sendMessage(7, "x"))).toBeInstanceOf(GrammyError);
  expect(fake.messages(7)).toHaveLength(1);
});

test.each([
  ["cut in the middle", fault.reset()],
  ["half a JSON", fault.malformed()],
  ["that never comes", fault.hang({ hasEffect: true })],
])("an answer %s is a failure of the network, though the message went out", async (_what, ordered) => {
  const { fake } = started;
  fake.fail("sendMessage", ordered);
  expect(await errorOf(api.sendMessage(7, "x"))).toBeInstanceOf(HttpError);
  expect(fake.messages(7)).toHaveLength(1);
  await api.sendMessage(7, "y");
});

test("a call hangs until it is released", async () => {
  const { fake } = started;
  fake.fail("*", fault.hang());
  const error = errorOf(api.getMe());
  await fake.waitFor(() => fake.hangingCount === 1);
  fake.release();
  expect(await error).toBeInstanceOf(HttpError);
  expect(fake.hangingCount).toBe(0);
  expect(fake.calls("getMe")).toEqual([]);
});

test("a slow answer is true and late", async () => {
  const { fake } = started;
  fake.fail("sendMessage", fault.slow(40));
  const startedAt = performance.now();
  expect(await api.sendMessage(7, "x")).toMatchObject({ text: "x" });
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(39);
});

test("faults for every method spare the poller, whose own faults are ordered by name", async () => {
  const { fake, anna, call } = started;
  fake.fail("*", fault.server());
  fake.say(anna, 7, "x");
  expect((await call("getUpdates")).result).toHaveLength(1);
  expect((await call("getMe")).status).toBe(502);
  fake.fail("getUpdates", fault.refuse(401, "Unauthorized"));
  expect((await call("getUpdates")).status).toBe(401);
  fake.fail("getMe", fault.server(), 100);
  fake.clearFaults();
  expect((await call("getMe")).status).toBe(200);
});

test("a server that is away refuses connections, and is the same server when it is back", async () => {
  const { fake } = started;
  const { apiRoot } = fake;
  await api.sendMessage(7, "before");
  fake.refuseConnections();
  expect(await errorOf(api.sendMessage(7, "lost"))).toBeInstanceOf(HttpError);
  fake.acceptConnections();
  expect(fake.apiRoot).toBe(apiRoot);
  await api.sendMessage(7, "after");
  expect(fake.messages(7).map(({ text }) => text)).toEqual(["before", "after"]);
});
