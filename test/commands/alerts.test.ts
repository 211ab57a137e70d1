// Alerts and reports as people ask for them, set them and answer them.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { queryEvents } from "../../db/audit.ts";
import { enrolChat, findChat } from "../../db/chats.ts";
import { insertNotice } from "../../db/notices.ts";
import { sendHeartbeats } from "../../src/capabilities/heartbeats.ts";
import { tellReport } from "../../src/capabilities/report-notices.ts";
import { plainSpaces } from "../support/plain-spaces.ts";
import { type Bot, labelsOf, startBot, wordsOf } from "./support/bot.ts";
import { HOUR_MS } from "./support/market.ts";

const GROUP = { platform: "telegram", chatId: "-100", threadId: "" } as const;
const TESTER = { kind: "system", name: "test" } as const;

let bot: Bot;

beforeEach(async () => {
  bot = await startBot();
  bot.database.transact(bot.clock.now(), (tx) =>
    enrolChat(tx, { ...GROUP, topics: ["alerts", "reports"] }, TESTER),
  );
});
afterEach(() => bot.stop());

const group = () => bot.database.read((reader) => findChat(reader, GROUP))!;
const events = (type: string) =>
  bot.database.read((reader) => queryEvents(reader, { type, limit: 9 })).length;

/** What the group gets of it, apart from any answer. */
async function told(cause: () => void) {
  const before = bot.shown().length;
  cause();
  await bot.chat.settled();
  return bot
    .shown()
    .slice(before)
    .map(({ message }) => message);
}

const alarm = () =>
  told(() => {
    bot.database.transact(bot.clock.now(), (tx) =>
      insertNotice(tx, {
        kind: "equity_stop",
        level: "critical",
        topic: "alerts",
        facts: { drawdown: 0.21 },
      }),
    );
  });

describe("/alerts", () => {
  test("shows what this chat hears, and a press takes a kind to its next level", async () => {
    const shown = await bot.type("/alerts", { as: "operator" });
    for (const line of ["Fills | on", "Equity stop | always", "enrolled for alerts, reports"])
      expect(wordsOf(shown)).toContain(line);
    const silent = await bot.press(shown, "🔔 Fills", { as: "operator" });
    expect(wordsOf(silent)).toContain("Fills | silent");
    expect(wordsOf(await bot.press(silent, "🔕 Fills"))).toContain("Fills | off");
    expect(group().hearings).toEqual({ order_filled: "off" });
    expect(wordsOf(await bot.type("/alerts all on"))).toContain("Fills | on");
    expect(events("chat_hearing_set")).toBe(3);
  });

  test("has buttons for what people turn on and off, three a row, and names the others to type", async () => {
    const shown = await bot.type("/alerts");
    expect(shown.buttons.map((row) => row.length)).toEqual([3, 3, 2, 2]);
    for (const label of labelsOf(shown)) expect(label.length).toBeLessThanOrEqual(12);
    expect(wordsOf(shown)).toContain("/alerts data_stale silent");
    expect(wordsOf(await bot.type("/alerts data_stale silent"))).toContain("Stale data | silent");
  });

  test("lets a viewer look and only an operator change", async () => {
    const shown = await bot.type("/alerts", { as: "viewer" });
    expect(labelsOf(shown)).toEqual(["Price alerts"]);
    expect(wordsOf(await bot.type("/alerts order_filled off", { as: "viewer" }))).toContain("operator");
    expect(group().hearings).toEqual({});
  });

  test("in a chat that hears nothing says who can change that", async () => {
    expect(wordsOf(await bot.type("/alerts", { chatId: "1001" }))).toContain("/here");
    expect(wordsOf(await bot.type("/mute", { chatId: "1001" }))).toContain("/here");
  });

  test("refuses levels and kinds that there are not", async () => {
    expect(wordsOf(await bot.type("/alerts order_filled loud"))).toContain("on, silent or off");
    expect(wordsOf(await bot.type("/alerts equity_stop off"))).toContain("must be one of");
  });
});

describe("/alerts price", () => {
  test("waits for a price above or below, lists it with who asked, and lets go of it", async () => {
    expect(wordsOf(await bot.type("/alerts price"))).toContain("/alerts price 70000");
    const { ticks, words } = await priceNow();
    const above = await bot.type(`/alerts price ${ticks / 100 + 500}`, { as: "operator" });
    expect(wordsOf(above)).toContain("at or above");
    const below = await bot.type(`/alerts price ${ticks / 100 - 500}`);
    expect(wordsOf(below)).toContain("at or below");
    expect(wordsOf(below)).toContain("Otto");
    expect(wordsOf(await bot.type(`/alerts price ${ticks / 100}`))).toContain(`at ${words}`);
    const removed = await bot.press(below, "✕ 1");
    expect(wordsOf(removed)).toContain("Price alerts (1)");
    expect(wordsOf(await bot.type("/alerts price remove 1"))).toContain("no price alert 1");
    expect([events("price_alert_added"), events("price_alert_removed")]).toEqual([2, 1]);
  });

  test.each(["0", "-5", "1e5", "abc", "70000.001", "99999999"])("refuses %s", async (price) => {
    const answer = await bot.type(`/alerts price ${price}`);
    expect(answer.tone).toBe("warning");
    expect(events("price_alert_added")).toBe(0);
  });

  async function priceNow() {
    const shown = await bot.type("/price");
    const words = /[0-9,]+\.[0-9]{2}/.exec(wordsOf(shown))![0];
    return { words, ticks: Math.round(Number(words.replaceAll(",", "")) * 100) };
  }
});

describe("an alert", () => {
  test("is acknowledged by its button, and its card says by whom", async () => {
    const [card] = await alarm();
    expect(labelsOf(card!)).toContain("Acknowledge");
    const before = bot.shown().length;
    await bot.press(card!, "Acknowledge", { as: "operator" });
    const shown = bot
      .shown()
      .slice(before)
      .map(({ message }) => message);
    const edited = shown.find(({ title }) => title === "Equity stop")!;
    expect(wordsOf(edited)).toContain("Acknowledged by Otto (Telegram), 1 Mar 13:00 (12:00 UTC).");
    expect(labelsOf(edited)).toEqual(["Status", "Position", "Recover"]);
    expect(shown.map(({ title }) => title)).toContain("Acknowledged");
    const id = bot.database.read(
      (reader) => reader.get<{ id: number }>("SELECT max(id) AS id FROM notices")!.id,
    );
    expect(wordsOf(await bot.type(`/ack ${id}`))).toContain("It was acknowledged by Otto (Telegram)");
    expect(wordsOf(await bot.type("/ack 999"))).toContain("No critical alert has that number");
    expect(wordsOf(await bot.type("/ack"))).toContain("No critical alert waits");
  });

  test("is not a viewer's to acknowledge", async () => {
    const [card] = await alarm();
    expect(wordsOf(await bot.press(card!, "Acknowledge", { as: "viewer" }))).toContain("operator");
    expect(events("alert_acknowledged")).toBe(0);
    expect(wordsOf(await bot.type("/ack"))).toContain("Equity stop");
    expect(events("alert_acknowledged")).toBe(1);
  });

  test("is answered by an emergency stop, whose own card then waits for nobody", async () => {
    await alarm();
    const before = bot.shown().length;
    await bot.type("/stop");
    const cards = bot
      .shown()
      .slice(before)
      .map(({ message }) => message);
    const move = cards.find(({ title }) => title === "EMERGENCY_STOP")!;
    expect(move.level).toBe("critical");
    expect(labelsOf(move)).toEqual(["Status", "Recover"]);
    expect(wordsOf(move)).toContain("Acknowledged by Ada");
    expect(events("alert_acknowledged")).toBe(1);
  });
});

describe("/mute", () => {
  test("silences a chat for a while and ends", async () => {
    const shown = await bot.type("/mute 90", { as: "operator" });
    expect(plainSpaces(shown.title ?? "")).toBe("Muted for 1 h 30 min");
    expect(group().mutedUntil).toBe(bot.clock.now() + 90 * 60_000);
    expect(wordsOf(await bot.type("/alerts"))).toContain("Muted until");
    expect(wordsOf(await bot.press(shown, "Unmute"))).toContain("no longer muted");
    expect(group().mutedUntil).toBeNull();
    expect(wordsOf(await bot.type("/mute"))).toContain("Muted for 1 h\n");
  });

  test.each(["0", "1441", "soon"])("refuses %s", async (minutes) => {
    expect(wordsOf(await bot.type(`/mute ${minutes}`))).toContain("1 to 1440 minutes");
  });
});

test("/notify test reaches every chat, and names those that this process cannot reach", async () => {
  bot.database.transact(bot.clock.now(), (tx) =>
    enrolChat(tx, { platform: "discord", chatId: "77", threadId: "", topics: [] }, TESTER),
  );
  const before = bot.shown().length;
  const answer = await bot.type("/notify test", { as: "operator" });
  const all = bot
    .shown()
    .slice(before)
    .map(({ message }) => message);
  expect(all.map(wordsOf).join("\n")).toContain("Messages arrive here.");
  const words = all.concat(answer).map(wordsOf).join("\n");
  expect(words).toContain("✓ telegram -100");
  expect(words).toContain("✗ discord 77");
});

describe("/heartbeat", () => {
  test("is set, shown and ended", async () => {
    expect((await bot.type("/heartbeat", { as: "viewer" })).title).toBe("No heartbeat in this chat");
    expect(wordsOf(await bot.type("/heartbeat 6", { as: "viewer" }))).toContain("operator");
    expect((await bot.type("/heartbeat on", { as: "operator" })).title).toBe("Heartbeat every 12 h");
    expect(group()).toMatchObject({ heartbeatHours: 12, heartbeatAt: bot.clock.now() + 12 * HOUR_MS });
    expect(labelsOf(await bot.type("/heartbeat"))).toEqual(["6 h", "24 h", "Off"]);
    expect(wordsOf(await bot.type("/heartbeat 169"))).toContain("1 to 168 hours");
    await bot.type("/heartbeat off");
    expect(group().heartbeatHours).toBeNull();
  });

  test("arrives without a sound, with state, equity and data", async () => {
    await bot.type("/heartbeat 1");
    await bot.clock.advanceTo(bot.clock.now() + HOUR_MS);
    const [card] = await told(() => sendHeartbeats(bot.database, bot.clock, bot.clock));
    expect(card).toMatchObject({ title: "Alive: PAUSED", isSilent: true });
    for (const line of ["Equity | 10,000.00 USDT", "Realised today | 0.00 USDT", "Data age | "])
      expect(wordsOf(card!)).toContain(line);
  });
});

describe("/report", () => {
  test("sums up the last day: money, trades, states, alerts, data, and what comes next", async () => {
    await bot.buy();
    const shown = await bot.type("/report", { as: "viewer" });
    for (const line of ["Equity | ", "Change | −", "Closed trades | none", "Fees | ", "Alerts: none"])
      expect(wordsOf(shown)).toContain(line);
    expect(wordsOf(shown)).toMatch(/RUNNING, Ada \(Telegram\)/);
    expect(wordsOf(shown)).toContain("RUNNING, last decision: An order was filled.");
    expect(labelsOf(shown)).toEqual(["Daily", "Equity", "Why"]);
  });

  test("comes by itself, with the course of equity, in the chat's own time", async () => {
    await bot.buy();
    for (let hour = 0; hour < 2; hour++) {
      await bot.clock.advanceTo(bot.clock.now() + HOUR_MS);
      await bot.type("/cycle");
    }
    for (const [kind, title] of [
      ["daily_wrap", "The day: "],
      ["weekly_report", "The week: "],
    ] as const) {
      const [card] = await told(() => tellReport(bot.database, kind, bot.clock.now()));
      expect(card?.title).toStartWith(title);
      expect(card?.footer).toBe("Until 1 Mar 16:00 (15:00 UTC).");
      const drawn = card?.body.find((block) => block.kind === "picture");
      expect(drawn?.picture).toMatchObject({ of: "equity", timeZone: "Europe/Rome", quoteAsset: "USDT" });
    }
    expect(bot.problems).toBeEmpty();
  });

  test("speaks of 24 hours, and of one drawdown: the deepest within them, in words as in the picture", async () => {
    await bot.buy();
    for (let hour = 0; hour < 30; hour++) {
      await bot.clock.advanceTo(bot.clock.now() + HOUR_MS);
      await bot.type("/cycle");
    }
    await bot.clock.advanceTo(bot.clock.now() + HOUR_MS / 2);
    const shown = await bot.type("/report");
    const drawn = shown.body.find((block) => block.kind === "picture")?.picture;
    if (drawn?.of !== "equity") throw new Error("There is no curve.");
    expect(drawn.at.at(-1)! - drawn.at[0]!).toBe(24 * HOUR_MS);
    expect(drawn.drawdown[0]).toBe(0);
    const deepest = (Math.max(...drawn.drawdown) * 100).toFixed(2);
    expect(wordsOf(shown)).toContain(`Drawdown | ${deepest} %`);
  });
});
