import { expect, test } from "bun:test";
import { fields, text, verbatim } from "../../../src/chat/message.ts";
import { DeliveryError } from "../../../src/chat/platform.ts";
import { fault } from "../../support/telegram/faults.ts";
import { png as drawn } from "../../support/telegram/test-call.ts";
import { CHAT, type Desk, openDesk, outgoing } from "./desk.ts";

/** As bytes and nothing more, which is how it comes back. */
const png = (width?: number, height?: number) => new Uint8Array(drawn(width, height));
const quiet = { isConnected: false } as const;
const button = (
  label: string,
  payload = "b1.1.0.0123456789abcdef",
  style: "plain" | "good" | "danger" = "plain",
) => ({ label, payload, style });
const card = (title: string, more: Parameters<typeof outgoing>[0] = {}) => outgoing({ title, ...more });
const kindOf = (error: unknown) => (error instanceof DeliveryError ? error.failure.kind : error);
const all = ({ fake }: Desk, chatId = 7) => fake.messages(chatId);

test("a card arrives with its buttons, its sound and without previews", async () => {
  const desk = await openDesk(quiet);
  const buttons = [
    [
      button("Approve", "b1.1.0.0123456789abcdef", "good"),
      button("Reject", "b1.1.1.0123456789abcdef", "danger"),
    ],
  ];
  const id = await desk.platform.send(
    CHAT,
    card("Proposal 3", { body: [text("See https://x.test")], buttons }),
  );
  const shown = desk.fake.message(7, Number(id));
  expect(shown).toMatchObject({ text: "Proposal 3\nSee https://x.test", isSilent: false });
  expect(shown.buttons.flat().map(({ label }) => label)).toEqual(["Approve", "Reject"]);
  const { parameters } = desk.fake.calls("sendMessage")[0]!;
  expect(parameters).toMatchObject({ link_preview_options: { is_disabled: true } });
  const sent = (parameters["reply_markup"] as { inline_keyboard: { style: string }[][] }).inline_keyboard;
  expect(sent[0]?.map(({ style }) => style)).toEqual(["success", "danger"]);
});

test("a silent card makes no sound", async () => {
  const desk = await openDesk(quiet);
  const id = await desk.platform.send(CHAT, card("Digest", { isSilent: true }));
  expect(desk.fake.message(7, Number(id)).isSilent).toBe(true);
});

test("a card for a topic arrives in that topic, and nowhere when the topic is gone", async () => {
  const desk = await openDesk(quiet);
  desk.fake.supergroup({ id: -100, title: "Desk", isForum: true });
  desk.fake.topic(-100, 5);
  const topic = { platform: "telegram", chatId: "-100", threadId: "5" } as const;
  const id = await desk.platform.send(topic, card("Filled"));
  expect(desk.fake.message(-100, Number(id)).threadId).toBe(5);
  desk.fake.deleteTopic(-100, 5);
  expect(await desk.platform.send(topic, card("Filled")).catch(kindOf)).toBe("unacceptable");
});

test("an edit takes the old card's place, and its buttons when it has none", async () => {
  const desk = await openDesk(quiet);
  const id = await desk.platform.send(CHAT, card("Sure?", { buttons: [[button("Yes")]] }));
  expect(await desk.platform.edit(CHAT, id, card("Done"))).toBe(id);
  expect(all(desk)).toMatchObject([{ text: "Done", buttons: [], edits: 1 }]);
});

test("an edit that changes nothing is no error", async () => {
  const desk = await openDesk(quiet);
  const id = await desk.platform.send(CHAT, card("Same"));
  expect(await desk.platform.edit(CHAT, id, card("Same"))).toBe(id);
});

test("a card whose message is gone cannot be edited", async () => {
  const desk = await openDesk(quiet);
  const id = await desk.platform.send(CHAT, card("Here"));
  desk.fake.removeMessage(7, Number(id));
  expect(await desk.platform.edit(CHAT, id, card("There")).catch(kindOf)).toBe("not_editable");
  expect(await desk.platform.edit(CHAT, "no name of ours", card("There")).catch(kindOf)).toBe("not_editable");
});

test("a picture and its card are one message", async () => {
  const desk = await openDesk(quiet);
  const image = png(4, 3);
  const id = await desk.platform.send(
    CHAT,
    card("Equity", { image, body: [text("Up & up")], buttons: [[button("Refresh")]] }),
  );
  expect(id).toMatch(/^\d+p$/);
  expect(all(desk)).toMatchObject([
    { caption: "Equity\nUp & up", photo: image, buttons: [[{ label: "Refresh" }]] },
  ]);
});

test("a text becomes a picture and a picture another one in its place", async () => {
  const desk = await openDesk(quiet);
  const id = await desk.platform.send(CHAT, card("Chart", { body: [text("drawing…")] }));
  const pictured = await desk.platform.edit(CHAT, id, card("Chart", { image: png(4, 3) }));
  expect(pictured).toBe(`${id}p`);
  expect(await desk.platform.edit(CHAT, pictured, card("Chart 2", { image: png(5, 5) }))).toBe(pictured);
  expect(all(desk)).toMatchObject([{ id: Number(id), caption: "Chart 2", photo: png(5, 5) }]);
});

test("a picture that becomes a text is another message in the place of the first", async () => {
  const desk = await openDesk(quiet);
  const id = await desk.platform.send(CHAT, card("Chart", { image: png() }));
  const next = await desk.platform.edit(CHAT, id, card("No chart"));
  expect(next).not.toBe(id);
  expect(all(desk)).toMatchObject([{ id: Number(next), text: "No chart" }]);
});

test("a card that Telegram has no picture for goes as words", async () => {
  const desk = await openDesk(quiet);
  const id = await desk.platform.send(CHAT, card("Equity", { image: new Uint8Array([1, 2, 3]) }));
  expect(all(desk)).toMatchObject([{ id: Number(id), text: "Equity" }]);
  expect(desk.warnings.map(({ message }) => message)).toEqual(["Telegram refused a card's picture"]);
});

test("a caption that is too long goes on in a message of its own, which has the buttons", async () => {
  const desk = await openDesk({ ...quiet, speed: 20 });
  const body = [fields([["Equity", "1"]]), text("a".repeat(900)), text("b".repeat(900))];
  const id = await desk.platform.send(
    CHAT,
    card("Equity", { image: png(), body, buttons: [[button("More")]] }),
  );
  expect(id).toMatch(/^\d+p,\d+$/);
  expect(all(desk).map(({ buttons, photo }) => [photo !== undefined, buttons.length])).toEqual([
    [true, 0],
    [false, 1],
  ]);
  await desk.platform.remove(CHAT, id);
  expect(all(desk)).toEqual([]);
});

test("a long card is several messages at the chat's pace, and edits keep them where they are", async () => {
  const desk = await openDesk({ ...quiet, speed: 20 });
  desk.fake.rateLimit.isOn = true;
  const log = (word: string) => verbatim(`${word} `.repeat(90).concat("\n").repeat(14));
  const id = await desk.platform.send(
    CHAT,
    card("Logs", { body: [log("first")], buttons: [[button("Refresh")]] }),
  );
  expect(all(desk).map(({ buttons }) => buttons.length)).toEqual([0, 1]);
  desk.fake.rateLimit.isOn = false;
  expect(await desk.platform.edit(CHAT, id, card("Logs", { body: [log("other")] }))).toBe(id);
  expect(all(desk).map(({ edits, text }) => [edits, text.includes("first")])).toEqual([
    [1, false],
    [1, false],
  ]);
  const short = await desk.platform.edit(CHAT, id, card("Logs"));
  expect(all(desk)).toMatchObject([{ id: Number(short), text: "Logs" }]);
});

test("a long card of which a part fails leaves no half of it behind", async () => {
  const desk = await openDesk({ ...quiet, speed: 20 });
  const sending = desk.platform.send(
    CHAT,
    card("Logs", { body: [verbatim("x".repeat(900).concat("\n").repeat(6))] }),
  );
  await desk.fake.nextMessage(7, 0);
  desk.fake.fail("sendMessage", fault.server());
  expect(await sending.catch(kindOf)).toBe("troubled");
  expect(all(desk)).toEqual([]);
});

test("markup that Telegram refuses is sent again as plain text", async () => {
  const desk = await openDesk(quiet);
  desk.fake.fail(
    "sendMessage",
    fault.refuse(400, "Bad Request: can't parse entities: Unsupported start tag"),
  );
  await desk.platform.send(CHAT, card("A & B", { body: [text("1 < 2")] }));
  expect(all(desk)).toMatchObject([{ text: "A & B\n1 < 2", html: undefined }]);
});

test("a payload of more than 64 bytes is refused before Telegram sees it", async () => {
  const desk = await openDesk(quiet);
  const long = [[button("Long", "é".repeat(33))]];
  expect(await desk.platform.send(CHAT, card("X", { buttons: long })).catch(kindOf)).toBe("unacceptable");
  expect(desk.fake.history).toEqual([]);
});

test("a card without anything to read arrives all the same", async () => {
  const desk = await openDesk(quiet);
  await desk.platform.send(CHAT, outgoing());
  expect(all(desk)).toMatchObject([{ text: "…" }]);
});

test("removing a card takes it away, twice as well as once", async () => {
  const desk = await openDesk(quiet);
  const id = await desk.platform.send(CHAT, card("Seed"));
  await desk.platform.remove(CHAT, id);
  await desk.platform.remove(CHAT, id);
  expect(all(desk)).toEqual([]);
});

test("a card too old to delete stays, and that is said", async () => {
  const desk = await openDesk(quiet);
  const id = await desk.platform.send(CHAT, card("Old"));
  desk.fake.fail("deleteMessage", fault.refuse(400, "Bad Request: message can't be deleted for everyone"));
  expect(await desk.platform.remove(CHAT, id).catch(kindOf)).toBe("not_editable");
});

test("a chat takes a message a second, a group no more than twenty a minute", async () => {
  const { pace } = (await openDesk(quiet)).platform;
  expect(pace.overall).toEqual([{ count: 30, perMs: 1_000 }]);
  expect(pace.perChat(CHAT)).toEqual([{ count: 1, perMs: 1_000 }]);
  expect(pace.perChat({ ...CHAT, chatId: "-5" })).toEqual([
    { count: 1, perMs: 1_000 },
    { count: 20, perMs: 60_000 },
  ]);
});
