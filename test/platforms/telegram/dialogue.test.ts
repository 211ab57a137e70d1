import { expect, test } from "bun:test";
import type { User } from "grammy/types";
import type { Prompt } from "../../../src/chat/message.ts";
import { fault } from "../../support/telegram/faults.ts";
import type { SeenMessage } from "../../support/telegram/telegram-chats.ts";
import { type Desk, openDesk, waitFor } from "./desk.ts";

const RECOVER = "b1.3.0.0123456789abcdef";
const field = (name: string, more = {}) => ({
  name,
  label: name,
  hint: `the ${name}`,
  longest: 20,
  isOptional: false,
  ...more,
});
const prompt: Prompt = { title: "Recover", fields: [field("reason"), field("code", { longest: 6 })] };
const optional: Prompt = { title: "Lock", fields: [field("minutes"), field("reason", { isOptional: true })] };
const GROUP = -5;

async function openAsking(asked: Prompt = prompt): Promise<Desk> {
  const desk = await openDesk();
  desk.fake.group({ id: GROUP, title: "Desk", members: [desk.anna, desk.ben] });
  desk.prompts.set(RECOVER, asked);
  return desk;
}

/** The press's own update is handled when its question stands. */
async function press({ fake }: Desk, person: User, chatId = 7): Promise<SeenMessage> {
  const asked = fake.nextMessage(chatId);
  await fake.answerTo(fake.press(person, chatId, 1, RECOVER));
  return asked;
}

/** The bot's next word after the person's. */
function say({ fake }: Desk, person: User, text: string, question?: SeenMessage): Promise<SeenMessage> {
  const chatId = question === undefined ? 7 : GROUP;
  const answer = fake.nextMessage(chatId);
  fake.say(person, chatId, text, question === undefined ? {} : { replyTo: question.id });
  return answer;
}

test("a button that needs words asks for one after the other, then is received with them", async () => {
  const desk = await openAsking();
  const first = await press(desk, desk.anna);
  expect(first.text).toBe("Recover (1 of 2)\nreason: the reason");
  expect(first.buttons).toMatchObject([[{ label: "Cancel" }]]);
  expect((await say(desk, desk.anna, "all is well")).text).toBe("Recover (2 of 2)\ncode: the code");
  const { messageId, updateId } = desk.fake.say(desk.anna, 7, "123456");
  expect(await desk.next()).toMatchObject([
    {
      updateId: String(updateId),
      sender: { accountId: "7" },
      content: { kind: "press", payload: RECOVER, answers: { reason: "all is well", code: "123456" } },
    },
  ]);
  await desk.fake.waitFor(
    () => desk.fake.messages(7).every(({ id }) => id !== messageId),
    2_000,
    "the code to go",
  );
});

test("nothing typed stays behind when the dialogue has ended", async () => {
  const desk = await openAsking();
  await press(desk, desk.anna);
  await say(desk, desk.anna, "all is well");
  const keptOf = () => [...desk.dialogues.values()].join();
  await waitFor(() => keptOf().includes("all is well"));
  expect(keptOf()).not.toContain("first_name");
  const { updateId } = desk.fake.say(desk.anna, 7, "123456");
  await desk.fake.confirmed(updateId);
  expect(keptOf()).not.toMatch(/all is well|123456/);
});

test("an answer that is too long is asked for again", async () => {
  const desk = await openAsking();
  await press(desk, desk.anna);
  const again = await say(desk, desk.anna, "x".repeat(21));
  expect(again.text).toBe("🟡 That was 21 characters long; at most 20 fit.\nreason: the reason");
  expect((await say(desk, desk.anna, "fine")).text).toContain("2 of 2");
});

test("an optional field can be skipped, by its button or with a dash", async () => {
  const desk = await openAsking(optional);
  await press(desk, desk.anna);
  const second = await say(desk, desk.anna, "5");
  desk.fake.tap(desk.anna, 7, second.id, "Skip");
  await desk.next();
  await press(desk, desk.anna);
  await say(desk, desk.anna, "6");
  desk.fake.say(desk.anna, 7, "-");
  await desk.next(2);
  expect(desk.received.map(({ content }) => content)).toMatchObject([
    { answers: { minutes: "5" } },
    { answers: { minutes: "6" } },
  ]);
  expect(JSON.stringify(desk.received)).not.toContain('"reason"');
});

test("Cancel ends it, and nothing is done", async () => {
  const desk = await openAsking();
  const asked = await press(desk, desk.anna);
  desk.fake.tap(desk.anna, 7, asked.id, "Cancel");
  await desk.fake.messageOnce(7, asked.id, ({ text }) => text === "Cancelled; nothing was done.");
  expect(desk.received).toEqual([]);
  desk.fake.say(desk.anna, 7, "status");
  expect(await desk.next()).toMatchObject([{ content: { kind: "line", text: "status" } }]);
});

test("a command leaves the dialogue and is handled as ever", async () => {
  const desk = await openAsking();
  await press(desk, desk.anna);
  desk.fake.say(desk.anna, 7, "/cancel");
  desk.fake.say(desk.anna, 7, "no answer any more");
  await desk.next(2);
  expect(desk.received.map(({ content }) => content)).toMatchObject([
    { text: "/cancel" },
    { text: "no answer any more" },
  ]);
});

test("another button leaves the dialogue, and one that asks begins its own", async () => {
  const desk = await openAsking();
  await press(desk, desk.anna);
  desk.fake.press(desk.anna, 7, 1, "b1.4.0.0123456789abcdef");
  await desk.next();
  desk.fake.say(desk.anna, 7, "status");
  expect(await desk.next(2)).toMatchObject([
    { content: { payload: "b1.4.0.0123456789abcdef" } },
    { content: { text: "status" } },
  ]);
  await press(desk, desk.anna);
  expect((await press(desk, desk.anna)).text).toContain("1 of 2");
});

test("a button of an earlier question does nothing to the one that is open", async () => {
  const desk = await openAsking(optional);
  const old = await press(desk, desk.anna);
  desk.fake.tap(desk.anna, 7, old.id, "Cancel");
  await desk.fake.messageOnce(7, old.id, ({ edits }) => edits === 1);
  await press(desk, desk.anna);
  const stale = desk.fake.press(desk.anna, 7, old.id, old.buttons[0]![0]!.data!);
  await desk.fake.answerTo(stale);
  expect((await say(desk, desk.anna, "5")).text).toContain("2 of 2");
});

test("it goes on after a restart, with what was answered before", async () => {
  const desk = await openAsking();
  await press(desk, desk.anna);
  await say(desk, desk.anna, "all is well");
  await desk.restart();
  desk.fake.say(desk.anna, 7, "123456");
  expect(await desk.next()).toMatchObject([
    { content: { answers: { reason: "all is well", code: "123456" } } },
  ]);
});

test("an answer that is delivered twice is not taken for the next one", async () => {
  const desk = await openAsking();
  await press(desk, desk.anna);
  const asked = desk.fake.nextMessage(7);
  const { updateId } = desk.fake.say(desk.anna, 7, "all is well");
  await asked;
  await desk.restart();
  desk.fake.redeliver(updateId);
  await desk.fake.confirmed(updateId);
  desk.fake.say(desk.anna, 7, "123456");
  expect(await desk.next()).toMatchObject([
    { content: { answers: { reason: "all is well", code: "123456" } } },
  ]);
});

test("an answer that is delivered again after the end is no command", async () => {
  const desk = await openAsking();
  await press(desk, desk.anna);
  const asked = desk.fake.nextMessage(7);
  const { updateId } = desk.fake.say(desk.anna, 7, "stop");
  await asked;
  desk.fake.say(desk.anna, 7, "123456");
  await desk.next();
  desk.fake.redeliver(updateId);
  await desk.fake.confirmed(updateId);
  const after = desk.fake.say(desk.anna, 7, "/status");
  await desk.fake.confirmed(after.updateId);
  expect(desk.received.map(({ content }) => content.kind)).toEqual(["press", "line"]);
});

test("answers that could not be kept are not lost", async () => {
  const desk = await openAsking();
  await press(desk, desk.anna);
  await say(desk, desk.anna, "all is well");
  desk.failures = 1;
  desk.fake.say(desk.anna, 7, "123456");
  expect(await desk.next()).toMatchObject([
    { content: { answers: { reason: "all is well", code: "123456" } } },
  ]);
  expect(desk.warnings).toMatchObject([{ message: "Telegram: an update could not be taken in" }]);
});

test("after five minutes without an answer the next line is a line again", async () => {
  const desk = await openAsking();
  await press(desk, desk.anna);
  await say(desk, desk.anna, "all is well");
  desk.skip(5 * 60_000);
  desk.fake.say(desk.anna, 7, "123456");
  expect(await desk.next()).toMatchObject([{ content: { kind: "line", text: "123456" } }]);
  expect([...desk.dialogues.values()].join()).not.toContain("all is well");
});

test("a question that Telegram does not take at once is asked when it does", async () => {
  const desk = await openAsking();
  desk.fake.fail("sendMessage", fault.tooMany(1));
  expect((await press(desk, desk.anna)).text).toContain("1 of 2");
});

test("a question that hangs holds up nobody's command", async () => {
  const desk = await openAsking();
  desk.fake.fail("sendMessage", fault.hang());
  desk.fake.press(desk.anna, 7, 1, RECOVER);
  desk.fake.say(desk.ben, 8, "/stop");
  expect(await desk.next()).toMatchObject([{ content: { text: "/stop" } }]);
  await waitFor(() => desk.fake.hangingCount === 1);
});

test("in a group each is asked alone, and only a reply is an answer", async () => {
  const desk = await openAsking();
  const annas = await press(desk, desk.anna, GROUP);
  expect(annas).toMatchObject({ forcedReply: { placeholder: "the reason", isSelective: true }, buttons: [] });
  expect(annas.text).toStartWith("Anna\nRecover (1 of 2)");
  const bens = await press(desk, desk.ben, GROUP);
  desk.fake.say(desk.anna, GROUP, "just talking");
  const second = await say(desk, desk.ben, "Ben's words", bens);
  expect(second.text).toStartWith("Ben\nRecover (2 of 2)");
  const annasSecond = await say(desk, desk.anna, "Anna's words", annas);
  await say(desk, desk.anna, "1234567", annasSecond);
  desk.fake.say(desk.ben, GROUP, "222222", { replyTo: second.id });
  desk.fake.say(desk.anna, GROUP, "111111", { replyTo: annasSecond.id });
  await desk.next(2);
  expect(desk.received.map(({ content, sender }) => [sender.label, content])).toMatchObject([
    ["Ben", { answers: { reason: "Ben's words", code: "222222" } }],
    ["Anna", { answers: { reason: "Anna's words", code: "111111" } }],
  ]);
});

test("a reply in a group to what asks for nothing is talk", async () => {
  const desk = await openAsking();
  const asked = await press(desk, desk.anna, GROUP);
  const { updateId } = desk.fake.say(desk.ben, GROUP, "stop", { replyTo: asked.id });
  await desk.fake.confirmed(updateId);
  expect(desk.received).toEqual([]);
});

test("a button of a dialogue that is over does nothing", async () => {
  const desk = await openAsking();
  const asked = await press(desk, desk.anna);
  const { updateId } = desk.fake.say(desk.anna, 7, "/cancel");
  await desk.fake.confirmed(updateId);
  await desk.fake.answerTo(desk.fake.tap(desk.anna, 7, asked.id, "Cancel"));
  expect(desk.received).toMatchObject([{ content: { text: "/cancel" } }]);
});

test("somebody else's press on a question's button touches nothing", async () => {
  const desk = await openAsking();
  const asked = await press(desk, desk.anna);
  const data = asked.buttons[0]![0]!.data!;
  await desk.fake.answerTo(desk.fake.press(desk.ben, 7, asked.id, data));
  expect((await say(desk, desk.anna, "fine")).text).toContain("2 of 2");
});

test("a forwarded answer is none, and is told apart", async () => {
  const desk = await openAsking();
  await press(desk, desk.anna);
  desk.fake.say(desk.anna, 7, "all is well", { forwarded: true });
  expect(await desk.next()).toMatchObject([{ oddities: ["forwarded"], content: { kind: "line" } }]);
  expect((await say(desk, desk.anna, "fine")).text).toContain("2 of 2");
});
