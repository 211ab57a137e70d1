import { expect, test } from "bun:test";
import { fault } from "../../support/telegram/faults.ts";
import { openDesk, waitFor } from "./desk.ts";

test("a line is received once it is safe, and only then confirmed", async () => {
  const desk = await openDesk();
  const { updateId } = desk.fake.say(desk.anna, 7, "/status");
  await desk.fake.confirmed(updateId);
  expect(desk.received).toMatchObject([{ updateId: String(updateId), content: { text: "/status" } }]);
});

test("an update that comes twice has the same id both times", async () => {
  const desk = await openDesk();
  const ids: string[] = [];
  const { receive } = desk.handlers;
  desk.handlers.receive = (incoming) => {
    ids.push(incoming.updateId);
    return receive(incoming);
  };
  const { updateId } = desk.fake.say(desk.anna, 7, "/status");
  await desk.fake.confirmed(updateId);
  desk.fake.redeliver(updateId);
  await waitFor(() => ids.length === 2);
  expect(ids).toEqual([String(updateId), String(updateId)]);
});

test("what could not be kept is tried again, and nothing behind it is lost", async () => {
  const desk = await openDesk({ speed: 100 });
  desk.failures = 2;
  desk.fake.say(desk.anna, 7, "/pause");
  desk.fake.say(desk.anna, 7, "/status");
  await desk.next(2);
  expect(desk.received.map(({ content }) => content)).toMatchObject([
    { text: "/pause" },
    { text: "/status" },
  ]);
  expect(desk.warnings).toHaveLength(2);
});

test("what could not be kept before the program ended comes again after it", async () => {
  const desk = await openDesk();
  desk.failures = 1;
  desk.fake.say(desk.anna, 7, "/pause");
  await waitFor(() => desk.warnings.length === 1);
  await desk.restart();
  expect(await desk.next()).toMatchObject([{ content: { text: "/pause" } }]);
});

test("an update that can never be kept does not hold up the next for ever", async () => {
  const desk = await openDesk({ speed: 100 });
  desk.failures = 4;
  desk.fake.say(desk.anna, 7, "/pause");
  desk.fake.say(desk.anna, 7, "/stop");
  await desk.next(1);
  expect(desk.received).toMatchObject([{ content: { text: "/stop" } }]);
});

test("a press is acknowledged at once, however slowly Telegram takes the acknowledgement", async () => {
  const desk = await openDesk();
  desk.fake.fail("answerCallbackQuery", fault.hang());
  const first = desk.fake.press(desk.anna, 7, 1, "b1.1.0.0123456789abcdef");
  const second = desk.fake.press(desk.anna, 7, 1, "b1.1.1.0123456789abcdef");
  await desk.next(2);
  expect(await desk.fake.answerTo(second)).toMatchObject({ text: "" });
  expect(desk.fake.answers.map(({ callbackQueryId }) => callbackQueryId)).not.toContain(first);
});

test("a press that is too old to acknowledge is received all the same", async () => {
  const desk = await openDesk({ isConnected: false });
  desk.fake.press(desk.anna, 7, 1, "b1.1.0.0123456789abcdef");
  desk.fake.expireCallbacks();
  await desk.platform.connect(desk.handlers);
  await desk.next();
  await waitFor(() => desk.warnings.length === 1);
});

test("presses outside any chat are acknowledged and go nowhere", async () => {
  const desk = await openDesk();
  const inline = desk.fake.press(desk.anna, 7, 1, "x", { inlineMessageId: "i" });
  const game = desk.fake.press(desk.anna, 7, 1, "x", { gameShortName: "chess" });
  await desk.fake.answerTo(inline);
  await desk.fake.answerTo(game);
  expect(desk.received).toEqual([]);
});

test("a press on a card out of reach is received with its chat", async () => {
  const desk = await openDesk();
  desk.fake.press(desk.anna, 7, 99, "b1.1.0.0123456789abcdef", { accessible: false });
  expect(await desk.next()).toMatchObject([{ chat: { chatId: "7" }, content: { kind: "press" } }]);
});

test("in a group only commands are taken, and those for other bots are not", async () => {
  const desk = await openDesk();
  desk.fake.supergroup({ id: -100, title: "Desk", isForum: true, members: [desk.anna] });
  desk.fake.topic(-100, 5);
  desk.fake.say(desk.anna, -100, "what a day");
  desk.fake.say(desk.anna, -100, "/stop@other_bot");
  desk.fake.say(desk.anna, -100, "/status@countersign_bot", { threadId: 5 });
  expect(await desk.next()).toMatchObject([
    { chat: { chatId: "-100", threadId: "5", isPrivate: false }, content: { text: "/status" } },
  ]);
});

test("what people did not type themselves is told apart", async () => {
  const desk = await openDesk();
  desk.fake.group({ id: -5, title: "Desk", members: [desk.anna] });
  const { messageId } = desk.fake.say(desk.anna, 7, "/status");
  desk.fake.edit(7, messageId, "/stop");
  desk.fake.say(desk.anna, 7, "/stop", { forwarded: true });
  desk.fake.say(desk.anna, -5, "/stop", { anonymous: true });
  desk.fake.say(desk.anna, 7, "/stop", { viaBot: desk.fake.me });
  desk.fake.say(desk.anna, 7, "/stop", { caption: true });
  await desk.next(5);
  expect(desk.received.map(({ oddities }) => oddities.join())).toEqual([
    "",
    "edited",
    "forwarded",
    "anonymous",
    "via_bot",
  ]);
});

test("nonsense among the updates neither throws nor holds up what follows", async () => {
  const desk = await openDesk();
  const nonsense = [
    {},
    { message: null },
    { message: { text: "/stop" } },
    { message: { message_id: 1, chat: { id: "7" }, from: { id: 7 }, text: "/stop", date: "x" } },
    { message: { message_id: 1, chat: { id: 7, type: "private" }, from: null, text: "/stop", date: 1 } },
    { callback_query: { id: 5, data: {} } },
    { callback_query: { id: "6", from: { id: 7 }, message: { chat: {} }, data: "x" } },
  ];
  for (const update of nonsense) desk.fake.update(update as never);
  desk.fake.say(desk.anna, 7, "/stop");
  expect(await desk.next()).toMatchObject([{ content: { text: "/stop" } }]);
  expect(desk.warnings.filter(({ message }) => message.includes("taken in"))).toEqual([]);
});
