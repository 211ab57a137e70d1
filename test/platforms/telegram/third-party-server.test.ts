// The same platform against a Bot API server that others wrote: our own fake could share our misunderstandings.

import { afterEach, expect, test } from "bun:test";
import TelegramServer from "telegram-test-api";
import { commandButton, text } from "../../../src/chat/message.ts";
import type { Incoming, Platform } from "../../../src/chat/platform.ts";
import { SystemClock } from "../../../src/clock.ts";
import { createTelegram } from "../../../src/platforms/telegram/telegram.ts";
import { freePort } from "../../support/free-port.ts";
import { outgoing, waitFor } from "./desk.ts";

const TOKEN = "4242:third-party";
const PAYLOAD = "b1.1.0.0123456789abcdef";
let closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(): Promise<{ server: TelegramServer; platform: Platform; received: Incoming[] }> {
  const server = new TelegramServer({ port: await freePort(), host: "127.0.0.1" });
  await server.start();
  closing.push(() => server.stop());
  const received: Incoming[] = [];
  const clock = new SystemClock({ speed: 20 });
  const platform = createTelegram({ token: TOKEN, apiRoot: server.config.apiURL, clock, warn: () => {} });
  closing = [() => platform.close(), ...closing];
  await platform.connect({
    commands: [],
    receive: (incoming) => {
      received.push(incoming);
      return { done: Promise.resolve(), refusal: null };
    },
    promptOf: () => null,
    completions: () => [],
    dialogues: { read: () => null, write: () => {}, delete: () => {} },
    inTurn: async (_, write) => void (await write()),
    onStatus: () => {},
  });
  return { server, platform, received };
}

test("a command arrives, its card is seen, its button works and the card changes", async () => {
  const { platform, received, server } = await open();
  const client = server.getClient(TOKEN, { userId: 7, chatId: 7 });
  await client.sendCommand(client.makeCommand("/status"));
  await waitFor(() => received.length === 1);
  expect(received[0]).toMatchObject({
    chat: { chatId: "7", isPrivate: true },
    content: { text: "/status" },
    oddities: [],
  });

  const chat = received[0]!.chat;
  const { label, style } = commandButton("Refresh", "status");
  const buttons = [[{ label, style, payload: PAYLOAD }]];
  const id = await platform.send(chat, outgoing({ title: "RUNNING", body: [text("All < well")], buttons }));
  const shown = (await client.getUpdates()).result[0]!;
  expect(String(shown.messageId)).toBe(id);
  expect(shown.message).toMatchObject({ text: "<b>RUNNING</b>\nAll &lt; well", parse_mode: "HTML" });

  await client.sendCallback(
    client.makeCallbackQuery(PAYLOAD, { message: { message_id: Number(id) } } as never),
  );
  await waitFor(() => received.length === 2);
  expect(received[1]).toMatchObject({ chat: { chatId: "7" }, content: { kind: "press", payload: PAYLOAD } });

  expect(await platform.edit(chat, id, outgoing({ title: "PAUSED" }))).toBe(id);
  const history = await client.getUpdatesHistory();
  expect(JSON.stringify(history)).toContain("<b>PAUSED</b>");
  await platform.remove(chat, id);
});

test("in a group a command is taken and talk is not", async () => {
  const { received, server } = await open();
  const client = server.getClient(TOKEN, { userId: 7, chatId: -5, type: "group" } as never);
  await client.sendMessage(client.makeMessage("good morning"));
  await client.sendCommand(client.makeCommand("/status"));
  await waitFor(() => received.length > 0);
  expect(received).toMatchObject([
    { chat: { chatId: "-5", isPrivate: false }, content: { text: "/status" } },
  ]);
});
