// How each enrolled chat hears a notice, and what becomes of a critical one on every platform.
import { describe, expect, test } from "bun:test";
import { enrolChat, muteChat, setHearings } from "../../db/chats.ts";
import { acknowledgeAlerts, insertNotice, noticeById, repeatAlert } from "../../db/notices.ts";
import type { NoticeKind, NoticeLevel, NoticeTopic } from "../../src/core/notice.ts";
import { Bench, KeepingPlatform, NOON, SYSTEM, textOf } from "./bench.ts";

const GROUP = { platform: "telegram", chatId: "-1", threadId: "" } as const;
const CHANNEL = { platform: "discord", chatId: "77", threadId: "" } as const;
const QUIET = { platform: "discord", chatId: "88", threadId: "" } as const;
const ADA = { kind: "person", personId: 1, platform: "telegram", accountId: "1001" } as const;

async function house() {
  const telegram = new KeepingPlatform("telegram");
  const discord = new KeepingPlatform("discord");
  const bench = await Bench.started({ platforms: [telegram, discord] });
  bench.person("Ada", "admin", "1001");
  const topics = { "-1": ["alerts"], "77": ["alerts", "reports"], "88": ["reports"] } as const;
  bench.database.transact(NOON, (tx) => {
    for (const chat of [GROUP, CHANNEL, QUIET])
      enrolChat(tx, { ...chat, topics: topics[chat.chatId] }, SYSTEM);
  });
  const heard = () =>
    [...telegram.sent, ...discord.sent].map(({ chatId, edited, message }) => ({
      chatId,
      edited,
      isSilent: message.isSilent,
      text: textOf(message),
      buttons: message.buttons.flat().map(({ label }) => label),
    }));
  const tell = async (kind: NoticeKind, level: NoticeLevel, topic: NoticeTopic = "alerts") => {
    const id = bench.database.transact(bench.clock.now(), (tx) =>
      insertNotice(tx, { kind, level, topic, facts: { title: "It", text: "happened" } }),
    );
    await bench.chat.settled();
    return id;
  };
  return { bench, telegram, discord, heard, tell };
}

describe("a chat", () => {
  test("hears its topics, with a sound unless it chose otherwise", async () => {
    const { bench, heard, tell } = await house();
    bench.database.transact(NOON, (tx) => {
      setHearings(tx, GROUP, ["message"], "silent", SYSTEM);
      setHearings(tx, CHANNEL, ["data_fresh"], "off", SYSTEM);
    });
    await tell("message", "info");
    await tell("data_fresh", "info");
    expect(heard().map(({ chatId, isSilent, text }) => [chatId, isSilent, text.split("\n")[0]])).toEqual([
      ["-1", true, "It"],
      ["-1", false, "Market data is fresh again"],
      ["77", false, "It"],
    ]);
  });

  test("that is muted hears everything without a sound until the time is over", async () => {
    const { bench, heard, tell } = await house();
    bench.database.transact(NOON, (tx) => muteChat(tx, GROUP, NOON + 60_000, SYSTEM));
    await tell("message", "warning");
    await bench.clock.advanceTo(NOON + 60_000);
    await tell("message", "warning");
    expect(
      heard()
        .filter(({ chatId }) => chatId === "-1")
        .map(({ isSilent }) => isSilent),
    ).toEqual([true, false]);
  });

  test("hears a critical alert with a sound, muted or off", async () => {
    const { bench, heard, tell } = await house();
    bench.database.transact(NOON, (tx) => {
      setHearings(tx, GROUP, ["job_failed"], "off", SYSTEM);
      muteChat(tx, GROUP, NOON + 60_000, SYSTEM);
    });
    await tell("job_failed", "critical");
    await tell("job_failed", "warning");
    expect(heard().filter(({ chatId }) => chatId === "-1")).toMatchObject([
      { isSilent: false, buttons: ["Acknowledge", "Jobs"] },
    ]);
  });

  test("gets a test message whatever it is enrolled for and whatever it chose", async () => {
    const { bench, heard, tell } = await house();
    bench.database.transact(NOON, (tx) => setHearings(tx, QUIET, ["message"], "off", SYSTEM));
    await tell("delivery_test", "info");
    expect(heard().map(({ chatId }) => chatId)).toEqual(["-1", "77", "88"]);
  });
});

describe("a critical alert", () => {
  test("that a person acknowledges says so on its card in every chat, without the button", async () => {
    const { bench, heard, tell } = await house();
    const id = await tell("equity_stop", "critical");
    expect(heard().map(({ buttons, chatId }) => [chatId, buttons[0]])).toEqual([
      ["-1", "Acknowledge"],
      ["77", "Acknowledge"],
    ]);
    bench.database.transact(NOON + 180_000, (tx) => acknowledgeAlerts(tx, id, ADA));
    await bench.chat.settled();
    const edits = heard().filter(({ edited }) => edited);
    expect(edits.map(({ chatId }) => chatId)).toEqual(["-1", "77"]);
    for (const { buttons, text } of edits) {
      expect(text).toContain("Acknowledged by Ada (Telegram), 21 Nov 12:03 UTC.");
      expect(buttons).toEqual(["Status", "Position", "Recover"]);
    }
    expect(heard()).toHaveLength(4);
    expect(bench.errors).toBeEmpty();
  });

  test("that was answered before any chat could be told arrives as answered, once", async () => {
    const { bench, heard } = await house();
    bench.database.transact(NOON, (tx) => {
      insertNotice(tx, { kind: "equity_stop", level: "critical", topic: "alerts", facts: {} });
      acknowledgeAlerts(tx, null, ADA);
    });
    await bench.chat.settled();
    expect(heard().map(({ buttons, edited }) => [edited, buttons.includes("Acknowledge")])).toEqual([
      [false, false],
      [false, false],
    ]);
  });

  test("that nobody answers is told again in every enrolled chat, and an answer reaches both messages", async () => {
    const { bench, heard, tell } = await house();
    bench.database.transact(NOON, (tx) => muteChat(tx, QUIET, NOON + 3_600_000, SYSTEM));
    const id = await tell("recovery_problem", "critical");
    bench.database.transact(NOON, (tx) => repeatAlert(tx, noticeById(tx, id)!, NOON, SYSTEM));
    await bench.chat.settled();
    const again = heard().filter(({ text }) => text.startsWith("Again: A safety check failed"));
    expect(again.map(({ chatId, edited, isSilent }) => [chatId, edited, isSilent])).toEqual([
      ["-1", false, false],
      ["77", false, false],
      ["88", false, false],
    ]);
    expect(again[0]?.text).toContain("or trading is paused");
    bench.database.transact(NOON, (tx) => acknowledgeAlerts(tx, null, ADA));
    await bench.chat.settled();
    expect(
      heard()
        .filter(({ edited }) => edited)
        .map(({ chatId }) => chatId)
        .sort(),
    ).toEqual(["-1", "-1", "77", "77", "88"]);
  });
});
