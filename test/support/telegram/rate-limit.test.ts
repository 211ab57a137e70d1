// The rate Telegram allows, on the server's own clock.
import { expect, test } from "bun:test";
import { VirtualClock } from "../../../src/clock.ts";
import { startFake } from "./test-call.ts";

const START = 1_700_000_000_000;

async function startLimited() {
  const clock = new VirtualClock(START);
  const started = startFake({ clock, isLimited: true });
  const send = async (chatId: number) =>
    (await started.call("sendMessage", { chat_id: chatId, text: "x" })).status;
  const pass = (ms: number) => clock.advanceTo(clock.now() + ms);
  return { ...started, send, pass };
}

test("one message a second goes to a chat, edits included, and a refusal says how long to wait", async () => {
  const { fake, call, send, pass } = await startLimited();
  expect(await send(7)).toBe(200);
  const refused = await call("editMessageText", { chat_id: 7, message_id: 1, text: "y" });
  expect(refused).toMatchObject({
    status: 429,
    error_code: 429,
    description: "Too Many Requests: retry after 1",
    parameters: { retry_after: 1 },
  });
  expect(fake.count429).toBe(1);
  await pass(980);
  expect(await send(7)).toBe(429);
  await pass(10);
  expect(await send(7)).toBe(200);
  expect(fake.history.map(({ at }) => at)).toEqual([START, START + 990]);
  await fake.stop();
});

test("twenty messages a minute go to a group", async () => {
  const { fake, call, send, pass } = await startLimited();
  fake.group({ id: -5, title: "Desk" });
  for (let count = 0; count < 20; count += 1) {
    expect(await send(-5)).toBe(200);
    await pass(1_000);
  }
  expect(await call("sendMessage", { chat_id: -5, text: "x" })).toMatchObject({
    parameters: { retry_after: 40 },
  });
  expect(await send(7)).toBe(200);
  await pass(39_400);
  expect(await send(-5)).toBe(200);
  await fake.stop();
});

test("thirty messages a second go out over all chats", async () => {
  const { fake, send, pass } = await startLimited();
  for (let id = 100; id < 131; id += 1) fake.person({ id, firstName: `Person ${id}` });
  for (let id = 100; id < 130; id += 1) expect(await send(id)).toBe(200);
  expect(await send(130)).toBe(429);
  await pass(1_000);
  expect(await send(130)).toBe(200);
  await fake.stop();
});

test("what people do not see as messages costs nothing, nor does a refused message", async () => {
  const { fake, anna, call, send } = await startLimited();
  expect((await call("sendMessage", { chat_id: 7, text: "" })).status).toBe(400);
  const { messageId } = fake.say(anna, 7, "hello");
  const press = fake.press(anna, 7, messageId, "x");
  for (let count = 0; count < 40; count += 1) await call("sendChatAction", { chat_id: 7, action: "typing" });
  expect(await call("answerCallbackQuery", { callback_query_id: press })).toMatchObject({ ok: true });
  expect(await call("setMyCommands", { commands: [] })).toMatchObject({ ok: true });
  expect(await call("deleteMessage", { chat_id: 7, message_id: messageId })).toMatchObject({ ok: true });
  expect(await send(7)).toBe(200);
  expect(fake.count429).toBe(0);
  await fake.stop();
});

test("a server at speed allows as many messages more in real time", async () => {
  const { fake, call } = startFake({ speed: 200, isLimited: true });
  expect((await call("sendMessage", { chat_id: 7, text: "x" })).status).toBe(200);
  await Bun.sleep(10);
  expect((await call("sendMessage", { chat_id: 7, text: "x" })).status).toBe(200);
  await fake.stop();
});
