/** A card as Telegram's app shows it: what the bot would send, read by the fake server's own parser, in the app's bubbles. */
import { Api } from "grammy";
import type { InlineKeyboardButton } from "grammy/types";
import type { Outgoing } from "../../src/chat/platform.ts";
import { VirtualClock } from "../../src/clock.ts";
import { CardSender } from "../../src/platforms/telegram/card-sender.ts";
import { parseHtml } from "../../test/support/telegram/html-entities.ts";
import { withDrawnEmoji } from "./emoji.ts";
import { bubble, escaped, pngUrl } from "./html.ts";

interface Message {
  readonly text?: string;
  readonly caption?: string;
  readonly photo?: unknown;
  readonly reply_markup?: { readonly inline_keyboard: readonly (readonly InlineKeyboardButton[])[] };
}

export async function telegramScreen(card: Outgoing, asked: string | null): Promise<string> {
  const messages = await messagesOf(card);
  return [
    `<header><i class="back">‹</i><div><b>Countersign</b><small>bot</small></div></header><main>`,
    ...(asked === null ? [] : [`<p class="mine">${escaped(asked)}</p>`]),
    ...messages.map((message) => drawMessage(message, card.image)),
    "</main>",
  ].join("");
}

/** What the bot would ask of Telegram, taken from its way out. */
async function messagesOf(card: Outgoing): Promise<readonly Message[]> {
  const messages: Message[] = [];
  const api = new Api("1:picture");
  api.config.use(async (_send, _method, payload) => {
    messages.push(payload as unknown as Message);
    return { ok: true, result: { message_id: messages.length } as never };
  });
  const clock = new VirtualClock(0);
  const warn = (words: string): never => {
    throw new Error(words);
  };
  const sender = new CardSender({ api, token: "1:picture", clock, warn });
  const sent = sender.send({ platform: "telegram", chatId: "1", threadId: "" }, card);
  // The pauses between the messages of a long card.
  await clock.advanceTo(60_000);
  await sent;
  return messages;
}

function drawMessage(
  { caption, photo, reply_markup: keyboard, text }: Message,
  image: Uint8Array | null,
): string {
  const picture = photo === undefined || image === null ? "" : `<img src="${pngUrl(image)}">`;
  const words = text ?? caption ?? "";
  const keys = (keyboard?.inline_keyboard ?? []).map(
    (row) => `<div class="row">${row.map(drawKey).join("")}</div>`,
  );
  return `<section>${bubble(picture + (words === "" ? "" : `<div class="words">${drawWords(words)}</div>`))}${
    keys.length === 0 ? "" : `<div class="keys">${keys.join("")}</div>`
  }</section>`;
}

const drawKey = ({ text, ...rest }: InlineKeyboardButton): string =>
  `<span class="key ${"style" in rest ? rest.style : ""}"><span>${withDrawnEmoji(escaped(text))}</span></span>`;

/** Telegram's markup is HTML already, once its parser has taken it; a box takes the line break after it along. */
function drawWords(html: string): string {
  const { bareAmpersands } = parseHtml(html);
  if (bareAmpersands > 0) throw new Error(`An & stands unescaped in: ${html}`);
  const lines = html.trim().replaceAll("</pre>\n", "</pre>");
  return withDrawnEmoji(lines.replace(FIXED_OR_COMMAND, (found) => (found[0] === "/" ? link(found) : found)));
}

/** The app makes a link of every command outside fixed-width text. */
const FIXED_OR_COMMAND = /<(pre|code)>.*?<\/\1>|(?<![\w/<>])\/[a-z][a-z_0-9]*/gs;
const link = (command: string): string => `<a>${command}</a>`;
