// Long polling as grammY and a plain client meet it: confirmation, redelivery, filters and conflicts.
import { afterEach, beforeEach, expect, test } from "bun:test";
import { Bot, GrammyError } from "grammy";
import { type Started, startFake, TOKEN } from "./test-call.ts";

let started: Started;
let ids: (answer: { result?: { update_id: number }[] }) => number[];

beforeEach(() => {
  started = startFake();
  ids = ({ result }) => (result ?? []).map(({ update_id }) => update_id);
});
afterEach(() => started.fake.stop());

test("a grammY bot hears what people say and press, and people see its answers", async () => {
  const { fake, anna } = started;
  const bot = new Bot(TOKEN, { client: { apiRoot: fake.apiRoot } });
  bot.command("status", (context) =>
    context.reply("RUNNING", {
      reply_markup: { inline_keyboard: [[{ text: "Pause", callback_data: "pause" }]] },
    }),
  );
  bot.callbackQuery("pause", async (context) => {
    await context.answerCallbackQuery({ text: "Paused" });
    await context.editMessageText("PAUSED");
  });
  const running = bot.start({ allowed_updates: ["message", "callback_query"] });
  const { updateId } = fake.say(anna, 7, "/status");
  const answer = await fake.nextMessage(7);
  expect(answer).toMatchObject({ text: "RUNNING", isFromBot: true });
  await fake.confirmed(updateId);
  const press = fake.tap(anna, 7, answer.id, "Pause");
  expect(await fake.answerTo(press)).toMatchObject({ text: "Paused", isAlert: false });
  await fake.messageOnce(7, answer.id, ({ text }) => text === "PAUSED");
  expect(() => fake.tap(anna, 7, answer.id, "Pause")).toThrow(`no button "Pause" to press`);
  await fake.waitFor(() => fake.pendingCount === 0);
  await bot.stop();
  await running;
  expect(fake.faults).toEqual([]);
  expect(fake.history.map(({ method }) => method)).toEqual(
    expect.arrayContaining([
      "getMe",
      "deleteWebhook",
      "sendMessage",
      "answerCallbackQuery",
      "editMessageText",
    ]),
  );
});

test("an update comes again until a higher offset confirms it", async () => {
  const { fake, anna, call } = started;
  const first = fake.say(anna, 7, "one").updateId;
  const second = fake.say(anna, 7, "two").updateId;
  expect(second).toBe(first + 1);
  expect(ids(await call("getUpdates"))).toEqual([first, second]);
  expect(ids(await call("getUpdates", { limit: 1 }))).toEqual([first]);
  expect(ids(await call("getUpdates", { offset: second }))).toEqual([second]);
  expect(fake.pendingCount).toBe(1);
  expect(ids(await call("getUpdates", { offset: second + 1 }))).toEqual([]);
  expect(fake.pendingCount).toBe(0);
});

test("a negative offset keeps the newest and forgets the rest", async () => {
  const { fake, anna, call } = started;
  fake.say(anna, 7, "one");
  const { updateId } = fake.say(anna, 7, "two");
  expect(ids(await call("getUpdates", { offset: -1 }))).toEqual([updateId]);
  expect(fake.pendingCount).toBe(1);
});

test("a long poll waits for the next update, or ends with nothing when its time is over", async () => {
  const { fake, anna, call } = started;
  const poll = call("getUpdates", { timeout: 30 });
  await fake.waitFor(() => fake.isPolled);
  const { updateId } = fake.say(anna, 7, "x");
  expect(ids(await poll)).toEqual([updateId]);
  const fast = startFake({ speed: 1000 });
  expect(await fast.call("getUpdates", { timeout: 30 })).toMatchObject({ ok: true, result: [] });
  await fast.fake.stop();
});

test("the kinds asked for are remembered, and others never arrive", async () => {
  const { fake, anna, call } = started;
  await call("getUpdates", { allowed_updates: ["callback_query"] });
  fake.say(anna, 7, "unheard");
  fake.press(anna, 7, 1, "x");
  const { result } = await call("getUpdates");
  expect(result).toHaveLength(1);
  expect(result[0].callback_query.data).toBe("x");
});

test("without a wish, changes of members do not arrive", async () => {
  const { fake, call } = started;
  fake.update({ chat_member: {} as never });
  fake.update({ my_chat_member: {} as never });
  expect((await call("getUpdates")).result).toHaveLength(1);
});

test("an update given again after its confirmation has the same id, and comes once", async () => {
  const { fake, anna, call } = started;
  const { updateId } = fake.say(anna, 7, "x");
  await call("getUpdates", { offset: updateId + 1 });
  fake.redeliver(updateId);
  expect(ids(await call("getUpdates", { offset: updateId + 1 }))).toEqual([updateId]);
  expect(ids(await call("getUpdates", { offset: updateId + 1 }))).toEqual([]);
});

test("a raw update may carry any id, and later ones count on from it", async () => {
  const { fake, anna, call } = started;
  expect(fake.update({ update_id: 5000, poll: {} as never })).toBe(5000);
  expect(fake.say(anna, 7, "x").updateId).toBe(5001);
  expect(ids(await call("getUpdates"))).toEqual([5000, 5001]);
});

test("a second poller ends the first with 409", async () => {
  const { fake, call } = started;
  const first = call("getUpdates", { timeout: 30 });
  await fake.waitFor(() => fake.isPolled);
  const second = call("getUpdates", { timeout: 30 });
  expect(await first).toMatchObject({
    status: 409,
    description: expect.stringContaining("Conflict: terminated by other getUpdates request"),
  });
  await fake.waitFor(() => fake.isPolled);
  fake.refuseConnections();
  await second.catch(() => undefined);
});

test("a grammY bot whose poll is taken over stops with 409", async () => {
  const { fake, call } = started;
  const bot = new Bot(TOKEN, { client: { apiRoot: fake.apiRoot } });
  const end = bot.start().catch((error: unknown) => error);
  await fake.waitFor(() => fake.isPolled);
  await call("getUpdates");
  const error = await end;
  expect(error).toBeInstanceOf(GrammyError);
  expect((error as GrammyError).error_code).toBe(409);
});

test("a poller that went away is not waited for", async () => {
  const { fake } = started;
  const abort = new AbortController();
  const url = `${fake.apiRoot}/bot${TOKEN}/getUpdates?timeout=30`;
  const poll = fetch(url, { signal: abort.signal }).catch(() => "gone");
  await fake.waitFor(() => fake.isPolled);
  abort.abort();
  expect(await poll).toBe("gone");
  await fake.waitFor(() => !fake.isPolled);
  const { updateId } = fake.say(started.anna, 7, "x");
  expect(ids(await started.call("getUpdates"))).toEqual([updateId]);
});
