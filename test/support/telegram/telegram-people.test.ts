// What people do, and the updates a bot gets of it.
import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Update } from "grammy/types";
import { VirtualClock } from "../../../src/clock.ts";
import { type Started, startFake } from "./test-call.ts";

let started: Started;

beforeEach(() => {
  started = startFake();
  const { fake, anna } = started;
  fake.supergroup({ id: -1005, title: "Desk", members: [anna], isForum: true });
  fake.topic(-1005, 3);
});
afterEach(() => started.fake.stop());

const lastUpdate = async (): Promise<Update> => {
  const { result } = await started.call("getUpdates", { offset: -1 });
  return result[0];
};

test("commands are marked as Telegram marks them", async () => {
  const { fake, anna } = started;
  fake.say(anna, 7, "/pause@countersign_bot now, not http://x.io/y or a/b but /resume");
  expect((await lastUpdate()).message?.entities).toEqual([
    { type: "bot_command", offset: 0, length: 22 },
    { type: "bot_command", offset: 57, length: 7 },
  ]);
});

test("a message in a private chat says who and where", async () => {
  const { fake, anna } = started;
  const { messageId } = fake.say(anna, 7, "hello");
  expect((await lastUpdate()).message).toMatchObject({
    message_id: messageId,
    text: "hello",
    from: { id: 7, is_bot: false, first_name: "Anna" },
    chat: { id: 7, type: "private" },
  });
});

test.each([
  ["forwarded", { forwarded: true }, { forward_origin: { type: "user" }, from: { id: 7 } }],
  ["sent by way of a bot", { viaBot: { id: 9, is_bot: true, first_name: "Inline" } }, { via_bot: { id: 9 } }],
  ["in a topic", { threadId: 3 }, { message_thread_id: 3, is_topic_message: true }],
  ["in a thread that is no topic", { threadId: 8 }, { message_thread_id: 8 }],
  [
    "by an anonymous administrator",
    { anonymous: true },
    { from: { id: 1087968824, is_bot: true, username: "GroupAnonymousBot" }, sender_chat: { id: -1005 } },
  ],
] as const)("a message %s shows it", async (_how, options, expected) => {
  const { fake, anna } = started;
  fake.say(anna, -1005, "/stop", options);
  const { message } = await lastUpdate();
  expect(message).toMatchObject({ ...expected, text: "/stop" } as never);
  expect(message?.is_topic_message).toBe("threadId" in options && options.threadId === 3 ? true : undefined);
});

test("a caption stands under a photo, with its commands", async () => {
  const { fake, anna } = started;
  fake.say(anna, 7, "/stop", { caption: true });
  const { message } = await lastUpdate();
  expect(message).toMatchObject({ caption: "/stop", caption_entities: [{ type: "bot_command" }] });
  expect(message?.text).toBeUndefined();
});

test("edits come as edits", async () => {
  const { fake, anna } = started;
  const { messageId } = fake.say(anna, 7, "one");
  fake.edit(7, messageId, "/stop");
  const { edited_message } = await lastUpdate();
  expect(edited_message).toMatchObject({ message_id: messageId, text: "/stop", entities: [{ offset: 0 }] });
  expect(edited_message?.edit_date).toBeNumber();
  fake.say(anna, 7, "/stop", { edited: true });
  expect((await lastUpdate()).edited_message?.edit_date).toBeNumber();
});

test("a channel's post has no sender", async () => {
  const { fake, anna } = started;
  fake.channel({ id: -1009, title: "News" });
  fake.say(anna, -1009, "/stop", { channelPost: true });
  const { channel_post } = await lastUpdate();
  expect(channel_post).toMatchObject({ sender_chat: { id: -1009 }, chat: { type: "channel" } });
  expect(channel_post?.from).toBeUndefined();
});

test("a reply carries the message it answers", async () => {
  const { fake, anna } = started;
  const { messageId } = fake.say(anna, 7, "first");
  fake.say(anna, 7, "second", { replyTo: messageId });
  expect((await lastUpdate()).message?.reply_to_message?.text).toBe("first");
});

test("a press carries the message as it is, or only its place when that is gone", async () => {
  const { fake, anna, call } = started;
  const { result } = await call("sendMessage", { chat_id: 7, text: "Approve?" });
  fake.press(anna, 7, result.message_id, "ok");
  expect((await lastUpdate()).callback_query).toMatchObject({
    from: { id: 7 },
    data: "ok",
    message: { message_id: result.message_id, text: "Approve?" },
  });
  fake.press(anna, 7, result.message_id, "ok", { accessible: false });
  expect((await lastUpdate()).callback_query?.message).toMatchObject({ date: 0, chat: { id: 7 } });
  fake.press(anna, 7, result.message_id, "ok", { inlineMessageId: "inline-1" });
  const inline = (await lastUpdate()).callback_query;
  expect(inline).toMatchObject({ inline_message_id: "inline-1" });
  expect(inline?.message).toBeUndefined();
  fake.press(anna, 7, result.message_id, "", { gameShortName: "chess" });
  expect((await lastUpdate()).callback_query?.data).toBeUndefined();
});

test("a press is answered in at most 200 characters, while it is fresh", async () => {
  const { fake, anna, call } = started;
  const id = fake.press(anna, 7, 1, "x");
  expect((await call("answerCallbackQuery", { callback_query_id: id, text: "x".repeat(201) })).status).toBe(
    400,
  );
  expect(
    await call("answerCallbackQuery", { callback_query_id: id, text: "Done", show_alert: true }),
  ).toMatchObject({
    result: true,
  });
  expect(fake.answers).toMatchObject([{ callbackQueryId: id, text: "Done", isAlert: true }]);
  const late = fake.press(anna, 7, 1, "x");
  fake.expireCallbacks();
  for (const callback_query_id of [late, "1"])
    expect(await call("answerCallbackQuery", { callback_query_id })).toMatchObject({
      status: 400,
      description: "Bad Request: query is too old and response timeout expired or query ID is invalid",
    });
});

test("a press is too old to answer after fifteen seconds of the server's clock", async () => {
  const clock = new VirtualClock(1_700_000_000_000);
  const { fake, anna, call } = startFake({ clock });
  const presses = [fake.press(anna, 7, 1, "x"), fake.press(anna, 7, 1, "y")];
  await clock.advanceTo(clock.now() + 15_000);
  expect((await call("answerCallbackQuery", { callback_query_id: presses[0] })).status).toBe(200);
  await clock.advanceTo(clock.now() + 1);
  expect((await call("answerCallbackQuery", { callback_query_id: presses[1] })).status).toBe(400);
  await fake.stop();
});

test("waiting for what does not come ends with an error", async () => {
  await expect(started.fake.nextMessage(7, 0, 20)).rejects.toThrow(
    "waited 20 ms for a message in chat 7 after 0",
  );
});
