import { expect, test } from "bun:test";
import fc from "fast-check";
import { queryIdOf, readArrival } from "../../../src/platforms/telegram/arrival.ts";

const NOW = 1_700_000_000_000;
const anna = { id: 7, is_bot: false, first_name: "Anna", last_name: "Moss", username: "anna" };
const bot = { id: 4242, is_bot: true, first_name: "Countersign", username: "countersign_bot" };
const privately = { id: 7, type: "private" };
const group = { id: -5, type: "group", title: "Desk" };

const message = (more: object) => ({
  message_id: 3,
  date: 1_600_000_000,
  chat: privately,
  from: anna,
  text: "/status",
  ...more,
});
const read = (more: object, kind = "message") =>
  readArrival({ update_id: 10, [kind]: message(more) }, "countersign_bot", NOW);
const line = (more: object, kind?: string) => {
  const content = read(more, kind)?.incoming.content;
  return content?.kind === "line" ? content.text : null;
};

test("a private line is read with who, where and when", () => {
  expect(read({})).toEqual({
    incoming: {
      platform: "telegram",
      updateId: "10",
      chat: { platform: "telegram", chatId: "7", threadId: "", isPrivate: true },
      sender: { accountId: "7", label: "Anna Moss" },
      oddities: [],
      sentAt: 1_600_000_000_000,
      content: { kind: "line", text: "/status" },
    },
    messageId: 3,
    isCommand: true,
    isReply: false,
  });
});

test.each([
  ["/stop now", {}, "/stop now"],
  ["/stop@countersign_bot now", {}, "/stop now"],
  ["/STOP@Countersign_Bot", {}, "/STOP"],
  ["/stop@other_bot", {}, null],
  ["/start abc-123", {}, "/start abc-123"],
  ["stop", {}, "stop"],
  ["a\u202eb\u0000", {}, "a\u202eb\u0000"],
  ["/stop@countersign_bot\nnow", { chat: group }, "/stop\nnow"],
  ["stop", { chat: group }, null],
  ["/stop@other_bot", { chat: group }, null],
  ["an answer", { chat: group, reply_to_message: { message_id: 1, from: bot } }, "an answer"],
  ["a word to Ben", { chat: group, reply_to_message: { message_id: 1, from: { ...anna, id: 8 } } }, null],
])("%p in %p is read as %p", (text, more, expected) => {
  expect(line({ ...more, text })).toBe(expected);
});

test.each([
  [{ text: undefined, caption: "/stop" }, "a caption"],
  [{ text: undefined, sticker: {} }, "a sticker"],
  [{ text: "" }, "nothing"],
  [{ from: undefined }, "nobody's line"],
  [{ chat: undefined }, "a line without a chat"],
])("%p is ignored: %s", (more) => {
  expect(read(more)).toBeNull();
});

test("a topic is kept, a reply's thread is not one", () => {
  const threadOf = (more: object) => read({ ...more, chat: group })?.incoming.chat.threadId;
  expect(threadOf({ message_thread_id: 5, is_topic_message: true })).toBe("5");
  expect(threadOf({ message_thread_id: 5 })).toBe("");
});

const channel = { id: -9, type: "channel", title: "News" };
test.each([
  [
    "anonymous",
    {
      from: { id: 1087968824, is_bot: true, username: "GroupAnonymousBot" },
      sender_chat: group,
      chat: group,
    },
    "message",
  ],
  ["channel_post", { from: undefined, sender_chat: channel, chat: channel }, "channel_post"],
  ["channel_post", { from: { id: 777000 }, sender_chat: channel, chat: group }, "message"],
  ["bot", { from: { ...anna, is_bot: true } }, "message"],
  ["forwarded", { forward_origin: { type: "user" } }, "message"],
  ["via_bot", { via_bot: bot }, "message"],
  ["edited", { edit_date: 1_600_000_001 }, "edited_message"],
] as const)("%s is told of a command", (oddity, more, kind) => {
  expect(read(more, kind)?.incoming.oddities).toEqual([oddity]);
});

test("only an edited command is told of, not every edited word", () => {
  expect(read({ text: "stop", edit_date: 1 }, "edited_message")).toBeNull();
});

const press = (more: object) =>
  readArrival(
    {
      update_id: 11,
      callback_query: { id: "q", from: anna, data: "b1.1.0.x", message: message({ from: bot }), ...more },
    },
    "countersign_bot",
    NOW,
  );

test("a press is read with the card's chat, and counts as made now", () => {
  expect(press({})?.incoming).toMatchObject({
    updateId: "11",
    chat: { chatId: "7", isPrivate: true },
    sender: { accountId: "7" },
    sentAt: NOW,
    content: { kind: "press", payload: "b1.1.0.x" },
  });
});

test("a press on a card out of reach still has its chat; one outside any chat is nobody's", () => {
  expect(press({ message: { message_id: 3, date: 0, chat: group } })?.incoming.chat.chatId).toBe("-5");
  expect(press({ message: undefined, inline_message_id: "i" })).toBeNull();
  expect(press({ data: undefined, game_short_name: "chess" })).toBeNull();
  expect(press({ from: undefined })).toBeNull();
});

test("a name is shown without what hides or reorders, and never endless", () => {
  const labelOf = (from: object) => read({ from })?.incoming.sender.label;
  expect(labelOf({ id: 7, first_name: "\u202eAnna\u0000" })).toBe("Anna");
  expect(labelOf({ id: 7, first_name: "\u200b", username: "anna" })).toBe("anna");
  expect(labelOf({ id: 7 })).toBe("7");
  expect(labelOf({ id: 7, first_name: "x".repeat(500) })).toHaveLength(64);
});

test("whatever Telegram may send, reading it never throws", () => {
  const value = fc.anything({ maxDepth: 3, withNullPrototype: true });
  const odd = (whole: object) =>
    fc.record(
      Object.fromEntries(
        Object.entries(whole).map(([name, each]) => [name, fc.oneof(fc.constant(each), value)]),
      ),
      {
        requiredKeys: [],
      },
    );
  const sane = message({ reply_to_message: {}, edit_date: 1, forward_origin: {}, sender_chat: group });
  const update = fc.record(
    {
      update_id: fc.oneof(fc.integer(), value),
      message: fc.oneof(odd(sane), value),
      edited_message: fc.oneof(odd(sane), value),
      channel_post: odd(sane),
      callback_query: fc.oneof(odd({ id: "q", from: anna, data: "d", message: sane }), value),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(update, value), (each) => {
      const arrival = readArrival(each, "countersign_bot", NOW);
      queryIdOf(each);
      expect(arrival === null || JSON.stringify(arrival).length > 0).toBe(true);
      expect(arrival?.incoming.updateId ?? "0").toMatch(/^-?\d+$/);
    }),
    { numRuns: 500 },
  );
});
