import { afterEach, expect, test } from "bun:test";
import { markDead } from "../../db/deliveries.ts";
import { insertIntent, setOrderStatus } from "../../db/orders.ts";
import { say } from "../../src/chat/message.ts";
import { sendLater } from "../../src/chat/stored-card.ts";
import { type Bot, labelsOf, startBot, wordsOf } from "./support/bot.ts";

let bot: Bot;
afterEach(() => bot.stop());

test("a long history of states is paged, ten a page", async () => {
  bot = await startBot();
  for (let i = 0; i < 6; i++) {
    await bot.type(`/pause round ${i}`);
    await bot.type(`/resume round ${i}`);
  }
  const first = await bot.type("/history");
  expect(wordsOf(first)).toContain("round 5");
  expect(wordsOf(first)).not.toContain("round 0");
  const second = await bot.press(first, labelsOf(first).find((label) => label.startsWith("Older"))!);
  expect(wordsOf(second)).toContain("round 0");
});

test("what could not be delivered stands in /health with the reason", async () => {
  bot = await startBot();
  const { database } = bot;
  const now = database.read((reader) =>
    reader.get<{ at: number }>("SELECT max(at) AS at FROM events_log"),
  )!.at;
  database.transact(now, (tx) => {
    const chat = { platform: "telegram", chatId: "9", threadId: "" } as const;
    const id = sendLater(tx, { chat, card: say("Hello."), nonce: "0123456789abcdef", dueAt: now });
    markDead(tx, id, "the chat is gone");
  });
  expect(wordsOf(await bot.type("/health"))).toContain("the chat is gone");
});

test.each(["today", "7d", "30d", "90d", "1y", "all"])(
  "performance over %s names its span and offers the others",
  async (period) => {
    bot = await startBot();
    const shown = await bot.type(`/metrics ${period}`);
    expect(labelsOf(shown)).not.toContain(period);
    expect(labelsOf(shown)).toContain(period === "7d" ? "30d" : "7d");
  },
);

test("the Resume button says what is not well before it trades", async () => {
  bot = await startBot({ hasCandles: false });
  const status = await bot.type("/status");
  const question = await bot.press(status, "Resume");
  expect(wordsOf(question)).toContain("Not well: ");
});

test("a position is not closed while an earlier order's outcome is unknown, and the answer says so", async () => {
  bot = await startBot();
  await bot.buy();
  const { database } = bot;
  const accountId = bot.accountId();
  database.transact(bot.clock.now(), (tx) => {
    const intent = {
      side: "sell",
      type: "market",
      purpose: "exit_signal",
      lots: 1,
      limitTicks: null,
      decisionTicks: 4_000_000,
      decidedAt: bot.clock.now(),
    } as const;
    const order = { accountId, clientOrderId: "cs-lost", decisionId: null, configVersion: 1, intent };
    const id = insertIntent(tx, order, { kind: "system", name: "test" });
    setOrderStatus(tx, id, "unknown", 0, "no answer", { kind: "system", name: "test" });
  });
  const orders = await bot.type("/orders");
  expect(orders.tone).toBe("warning");
  expect(wordsOf(orders)).toMatch(/Not filled\n#\d+: \S+[\s\S]*no new order leaves until it is/);
  const answer = await bot.press(await bot.type("/flatten"), "Close the position");
  expect(wordsOf(answer)).toContain("Nothing was sold. An earlier order's outcome is unknown");
});

test("/equity draws the curve and the drawdown once there are two hours to join", async () => {
  bot = await startBot();
  await bot.buy();
  await bot.clock.advanceTo(bot.clock.now() + 3_600_000);
  await bot.type("/cycle");
  const words = wordsOf(await bot.type("/equity all"));
  expect(words).toContain("at the deepest");
  expect(words).toContain("the account's whole life");
});
