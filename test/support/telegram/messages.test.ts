// Messages of the fake Telegram: sending, editing and deleting, with the refusals a bot meets.
import { afterEach, beforeEach, expect, test } from "bun:test";
import { Api, GrammyError, InlineKeyboard, InputFile } from "grammy";
import { png, type Started, startFake, TOKEN } from "./test-call.ts";

let started: Started;
let api: Api;

beforeEach(() => {
  started = startFake();
  api = new Api(TOKEN, { apiRoot: started.fake.apiRoot });
});
afterEach(() => started.fake.stop());

const refusalOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GrammyError);
  const { error_code, description } = error as GrammyError;
  return `${error_code} ${description}`;
};

test("a person sees the text without markup, the buttons, and whether it came silently", async () => {
  const { fake } = started;
  const sent = await api.sendMessage(7, "<b>Equity</b> 1 &lt; 2", {
    parse_mode: "HTML",
    disable_notification: true,
    reply_markup: new InlineKeyboard()
      .text("Yes", "yes:1")
      .text("No", "no:1")
      .row()
      .url("Site", "https://x.io"),
  });
  expect(sent).toMatchObject({ text: "Equity 1 < 2", chat: { id: 7 }, from: { is_bot: true } });
  expect(fake.messages(7)).toMatchObject([
    {
      id: sent.message_id,
      isFromBot: true,
      text: "Equity 1 < 2",
      html: "<b>Equity</b> 1 &lt; 2",
      isSilent: true,
      edits: 0,
      buttons: [
        [
          { label: "Yes", data: "yes:1" },
          { label: "No", data: "no:1" },
        ],
        [{ label: "Site", url: "https://x.io" }],
      ],
    },
  ]);
  expect(fake.faults).toEqual([]);
  expect(fake.calls("sendMessage")).toHaveLength(1);
});

test.each([
  ["that is empty", "", "message text is empty"],
  ["of white space", " \n ", "message text is empty"],
  ["of 4097 characters", "x".repeat(4097), "message is too long"],
  ["with half a surrogate pair", "\ud83d", "strings must be encoded in UTF-8"],
])("a text %s is refused", async (_what, text, reason) => {
  expect(await refusalOf(api.sendMessage(7, text))).toBe(`400 Bad Request: ${reason}`);
  expect(started.fake.messages(7)).toEqual([]);
});

test("the limit of 4096 counts what is read, not the markup", async () => {
  const text = `<b>${"&lt;".repeat(4096)}</b>`;
  expect((await api.sendMessage(7, text, { parse_mode: "HTML" })).text).toHaveLength(4096);
});

test("markup that cannot be parsed is refused, and an unescaped & is a fault of the bot", async () => {
  const html = { parse_mode: "HTML" } as const;
  expect(await refusalOf(api.sendMessage(7, "<b>x", html))).toStartWith(
    "400 Bad Request: can't parse entities",
  );
  await api.sendMessage(7, "P&L", html);
  expect(started.fake.faults).toEqual([`an unescaped & in "P&L"`]);
});

test.each([
  [[[{ text: "x", callback_data: "d".repeat(65) }]], "BUTTON_DATA_INVALID"],
  [[[{ text: "x", callback_data: "ä".repeat(33) }]], "BUTTON_DATA_INVALID"],
  [[[{ text: "x", callback_data: "" }]], "BUTTON_DATA_INVALID"],
  [[[{ text: "", callback_data: "d" }]], "inline keyboard button text must be non-empty"],
  [[[{ text: "x" }]], "inline keyboard button: Text buttons are unallowed in the inline keyboard"],
  [[{ text: "x", callback_data: "d" }], "inline keyboard button: Expected an Array of buttons"],
  ["x", 'inline keyboard: Field "inline_keyboard" must be of type Array'],
])("the keyboard %j is refused", async (rows, reason) => {
  const keyboard = { inline_keyboard: rows as never };
  expect(await refusalOf(api.sendMessage(7, "x", { reply_markup: keyboard }))).toEndWith(reason);
});

test("an edit that changes nothing is refused, and one without keyboard takes the keyboard away", async () => {
  const { fake } = started;
  const reply_markup = new InlineKeyboard().text("Yes", "yes");
  const { message_id } = await api.sendMessage(7, "Approve?", { reply_markup });
  expect(await refusalOf(api.editMessageText(7, message_id, "Approve?", { reply_markup }))).toStartWith(
    "400 Bad Request: message is not modified",
  );
  await api.editMessageText(7, message_id, "Approved", { reply_markup });
  await api.editMessageText(7, message_id, "Approved");
  expect(fake.message(7, message_id)).toMatchObject({ text: "Approved", buttons: [], edits: 2 });
  expect(await refusalOf(api.editMessageReplyMarkup(7, message_id))).toContain("message is not modified");
  await api.editMessageReplyMarkup(7, message_id, { reply_markup });
  expect(fake.message(7, message_id).buttons).toEqual([[{ label: "Yes", data: "yes" }]]);
});

test("only the bot's own messages that are still there can be edited", async () => {
  const { fake, anna } = started;
  const { messageId } = fake.say(anna, 7, "hello");
  expect(await refusalOf(api.editMessageText(7, messageId, "x"))).toBe(
    "400 Bad Request: message can't be edited",
  );
  const { message_id } = await api.sendMessage(7, "hi");
  fake.removeMessage(7, message_id);
  expect(await refusalOf(api.editMessageText(7, message_id, "x"))).toBe(
    "400 Bad Request: message to edit not found",
  );
  expect(await refusalOf(api.deleteMessage(7, message_id))).toBe(
    "400 Bad Request: message to delete not found",
  );
});

test("a photo arrives with its bytes and caption, and its text cannot be edited", async () => {
  const { fake } = started;
  const picture = png(40, 30);
  const { message_id, photo } = await api.sendPhoto(7, new InputFile(picture, "chart.png"), {
    caption: "<i>4h</i>",
    parse_mode: "HTML",
    reply_markup: new InlineKeyboard().text("Again", "again"),
  });
  expect(photo[0]).toMatchObject({ width: 40, height: 30 });
  const seen = fake.message(7, message_id);
  expect(seen).toMatchObject({ text: "", caption: "4h", html: "<i>4h</i>", buttons: [[{ label: "Again" }]] });
  expect(Buffer.compare(seen.photo!, picture)).toBe(0);
  expect(await refusalOf(api.editMessageText(7, message_id, "x"))).toBe(
    "400 Bad Request: there is no text in the message to edit",
  );
  await api.editMessageCaption(7, message_id, { caption: "1d" });
  expect(fake.message(7, message_id)).toMatchObject({ caption: "1d", buttons: [], edits: 1 });
  expect(await refusalOf(api.editMessageCaption(7, message_id, { caption: "x".repeat(1025) }))).toBe(
    "400 Bad Request: message caption is too long",
  );
});

test("what is no PNG, or no shape a phone shows, is not taken as a photo", async () => {
  expect(await refusalOf(api.sendPhoto(7, new InputFile(Buffer.from("no picture"), "x.png")))).toContain(
    "IMAGE_PROCESS_FAILED",
  );
  expect(await refusalOf(api.sendPhoto(7, new InputFile(png(100, 2), "x.png")))).toContain(
    "PHOTO_INVALID_DIMENSIONS",
  );
});

test("a text message can become a photo, a photo another, but a text message has no caption", async () => {
  const { fake } = started;
  const { message_id } = await api.sendMessage(7, "Drawing…");
  expect(await refusalOf(api.editMessageCaption(7, message_id, { caption: "x" }))).toBe(
    "400 Bad Request: there is no caption in the message to edit",
  );
  for (const [width, caption] of [
    [10, "first"],
    [20, "second"],
  ] as const) {
    const media = new InputFile(png(width, 10), "chart.png");
    await api.editMessageMedia(7, message_id, { type: "photo", media, caption });
    const seen = fake.message(7, message_id);
    expect(seen).toMatchObject({ text: "", caption });
    expect(Buffer.compare(seen.photo!, png(width, 10))).toBe(0);
  }
  expect(fake.faults).toEqual([]);
});

test("a topic that is not there is refused, and a message in one stays in it", async () => {
  const { fake } = started;
  fake.supergroup({ id: -1005, title: "Desk", isForum: true });
  fake.topic(-1005, 12);
  const sent = await api.sendMessage(-1005, "x", { message_thread_id: 12 });
  expect(sent).toMatchObject({ is_topic_message: true, message_thread_id: 12 });
  expect(fake.message(-1005, sent.message_id).threadId).toBe(12);
  expect(await refusalOf(api.sendMessage(-1005, "x", { message_thread_id: 13 }))).toBe(
    "400 Bad Request: message thread not found",
  );
});

test("a reply needs its message, unless it may stand alone", async () => {
  const { fake, anna } = started;
  const { messageId } = fake.say(anna, 7, "/status");
  const sent = await api.sendMessage(7, "x", { reply_parameters: { message_id: messageId } });
  expect(fake.message(7, sent.message_id).replyToId).toBe(messageId);
  const missing = { message_id: 999 };
  expect(await refusalOf(api.sendMessage(7, "x", { reply_parameters: missing }))).toBe(
    "400 Bad Request: message to be replied not found",
  );
  await api.sendMessage(7, "x", { reply_parameters: { ...missing, allow_sending_without_reply: true } });
});

test("messages are pinned, unpinned and deleted", async () => {
  const { fake } = started;
  const { message_id } = await api.sendMessage(7, "x");
  await api.pinChatMessage(7, message_id);
  expect(fake.message(7, message_id).isPinned).toBe(true);
  expect((await api.getChat(7)).pinned_message?.message_id).toBe(message_id);
  await api.unpinChatMessage(7, message_id);
  expect(fake.message(7, message_id).isPinned).toBe(false);
  await api.deleteMessage(7, message_id);
  expect(fake.messages(7)).toEqual([]);
  expect(await refusalOf(api.pinChatMessage(7, message_id))).toBe(
    "400 Bad Request: message to pin not found",
  );
});

test("in a group where it is no administrator the bot pins nothing and deletes only its own", async () => {
  const { fake, anna } = started;
  fake.group({ id: -5, title: "Desk", members: [anna] });
  fake.setMember(-5, fake.me.id, "member");
  const { message_id } = await api.sendMessage(-5, "x");
  expect(await refusalOf(api.pinChatMessage(-5, message_id))).toContain("not enough rights");
  const { messageId } = fake.say(anna, -5, "hello");
  expect(await refusalOf(api.deleteMessage(-5, messageId))).toContain(
    "message can't be deleted for everyone",
  );
  await api.deleteMessage(-5, message_id);
});
