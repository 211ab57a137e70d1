import { describe, expect, test } from "bun:test";
import { enrolChat } from "../../db/chats.ts";
import { countDeliveries, deadLetters } from "../../db/deliveries.ts";
import { insertNotice } from "../../db/notices.ts";
import { enterState } from "../../db/system-state.ts";
import { say } from "../../src/chat/message.ts";
import { DeliveryError } from "../../src/chat/platform.ts";
import { sendLater } from "../../src/chat/stored-card.ts";
import { VirtualClock } from "../../src/clock.ts";
import type { NoticeLevel, NoticeTopic } from "../../src/core/notice.ts";
import { Bench, breath, KeepingPlatform, NOON, SYSTEM, textOf } from "./bench.ts";

function put(bench: Bench, sentence: string, options: { chatId?: string; level?: NoticeLevel } = {}): void {
  bench.database.transact(bench.clock.now(), (tx) => {
    sendLater(tx, {
      chat: { platform: "telegram", chatId: options.chatId ?? "1", threadId: "" },
      level: options.level ?? "info",
      card: say(sentence),
      nonce: "0123456789abcdef",
      dueAt: tx.now,
    });
  });
}

const told = (bench: Bench): readonly string[] => bench.telegram.sent.map(({ message }) => textOf(message));
const later = (afterMs: number | null = null) => new DeliveryError({ kind: "later", afterMs }, "busy");
const forText = (sentence: string, failure: Error) => (bench: Bench) => {
  bench.telegram.refuse = (message) => (textOf(message) === sentence ? failure : null);
};

describe("order", () => {
  test("is kept within a chat, and critical ones go first", async () => {
    const bench = new Bench();
    put(bench, "one");
    put(bench, "two");
    put(bench, "elsewhere", { chatId: "2" });
    put(bench, "alarm", { level: "critical" });
    await bench.chat.start();
    await bench.chat.settled();
    expect(told(bench)[0]).toBe("alarm");
    expect(told(bench).filter((one) => ["one", "two"].includes(one))).toEqual(["one", "two"]);
    expect(told(bench)).toHaveLength(4);
  });

  test("holds while one is tried again: the next of that chat waits, another chat's does not", async () => {
    const bench = await Bench.started();
    let tries = 0;
    bench.telegram.refuse = (message) => (textOf(message) === "one" && ++tries === 1 ? later() : null);
    put(bench, "one");
    put(bench, "two");
    put(bench, "elsewhere", { chatId: "2" });
    await bench.chat.settled();
    expect(told(bench)).toEqual(["elsewhere"]);
    await bench.clock.advanceTo(NOON + 1_000);
    await bench.chat.settled();
    expect(told(bench)).toEqual(["elsewhere", "one", "two"]);
  });
});

describe("what fails", () => {
  test("is tried after 1, 2, 4, 8, 16 and 32 s, then given up, and the next goes", async () => {
    const bench = await Bench.started();
    const triedAt: number[] = [];
    bench.telegram.refuse = (message) => {
      if (textOf(message) !== "poison") return null;
      triedAt.push((bench.clock.now() - NOON) / 1_000);
      return later();
    };
    put(bench, "poison");
    put(bench, "next");
    await bench.chat.settled();
    await bench.clock.advanceTo(NOON + 120_000);
    expect(triedAt).toEqual([0, 1, 3, 7, 15, 31, 63]);
    expect(told(bench)).toEqual(["next"]);
    expect(bench.database.read(countDeliveries)).toEqual({ due: 0, dead: 1 });
    expect(bench.database.read((reader) => deadLetters(reader, 5))[0]?.lastError).toBe("busy");
    expect(bench.journal("chat")).toContain("delivery_dead");
  });

  test("because the platform stumbles over it holds up its own chat alone, and after half an hour lets it go on", async () => {
    const bench = await Bench.started();
    forText("poison", new DeliveryError({ kind: "troubled" }, "Bad Gateway"))(bench);
    put(bench, "poison");
    put(bench, "next");
    put(bench, "elsewhere", { chatId: "2" });
    await bench.chat.settled();
    expect(told(bench)).toEqual(["elsewhere"]);
    await bench.clock.advanceTo(NOON + 25 * 60_000);
    expect(told(bench)).toEqual(["elsewhere"]);
    await bench.clock.advanceTo(NOON + 40 * 60_000);
    expect(told(bench)).toEqual(["elsewhere", "next"]);
    expect(bench.database.read(countDeliveries)).toEqual({ due: 0, dead: 1 });
  });

  test("and is unacceptable is given up at once", async () => {
    const bench = await Bench.started();
    forText("poison", new DeliveryError({ kind: "unacceptable" }, "message is too long"))(bench);
    put(bench, "poison");
    put(bench, "next");
    await bench.chat.settled();
    expect(told(bench)).toEqual(["next"]);
    expect(bench.database.read(countDeliveries).dead).toBe(1);
  });

  test("by an error nobody foresaw is reported and counts as a failed try", async () => {
    const bench = await Bench.started();
    forText("poison", new TypeError("x is undefined"))(bench);
    put(bench, "poison");
    await bench.chat.settled();
    expect(bench.errors).toHaveLength(1);
    await bench.clock.advanceTo(NOON + 120_000);
    expect(bench.database.read(countDeliveries)).toEqual({ due: 0, dead: 1 });
  });

  test("because the platform is away costs no message, however long it lasts", async () => {
    const bench = await Bench.started();
    bench.telegram.refuse = () => new DeliveryError({ kind: "unreachable" }, "no route");
    put(bench, "one");
    put(bench, "two");
    await bench.chat.settled();
    await bench.clock.advanceTo(NOON + 6 * 3_600_000);
    expect(bench.database.read(countDeliveries)).toEqual({ due: 2, dead: 0 });
    bench.telegram.refuse = () => null;
    await bench.clock.advanceTo(NOON + 6 * 3_600_000 + 60_000);
    await bench.chat.settled();
    expect(told(bench)).toEqual(["one", "two"]);
  });

  test("with a time to wait is not asked again one moment sooner", async () => {
    const bench = await Bench.started();
    const triedAt: number[] = [];
    bench.telegram.refuse = (message) => {
      if (textOf(message) !== "one") return null;
      triedAt.push(bench.clock.now() - NOON);
      return triedAt.length === 1 ? later(17_000) : null;
    };
    put(bench, "one");
    await bench.chat.settled();
    for (let at = 0; at < 17_000; at += 500) {
      await bench.clock.advanceTo(NOON + at);
      bench.chat.expireQuestions();
      put(bench, `other ${at}`, { chatId: "2" });
      await bench.chat.settled();
    }
    expect(triedAt).toEqual([0]);
    await bench.clock.advanceTo(NOON + 18_000);
    await bench.chat.settled();
    expect(triedAt).toHaveLength(2);
    expect(told(bench)).toContain("one");
  });

  test("by silence is tried again after half a minute", async () => {
    const bench = await Bench.started();
    let tries = 0;
    bench.telegram.refuse = () => (++tries === 1 ? new Promise<never>(() => {}) : null);
    put(bench, "one");
    await breath();
    await bench.clock.advanceTo(NOON + 29_000);
    expect(tries).toBe(1);
    await bench.clock.advanceTo(NOON + 32_000);
    await bench.chat.settled();
    expect(told(bench)).toEqual(["one"]);
  });

  test("because the chat has a new id follows it there, with its enrolment", async () => {
    const bench = await Bench.started();
    bench.database.transact(NOON, (tx) =>
      enrolChat(tx, { platform: "telegram", chatId: "-1", threadId: "", topics: ["alerts"] }, SYSTEM),
    );
    bench.telegram.refuse = (_, chat) =>
      chat.chatId === "-1" ? new DeliveryError({ kind: "moved", chatId: "-1001" }, "moved") : null;
    put(bench, "one", { chatId: "-1" });
    await bench.chat.settled();
    expect(bench.telegram.sent.map(({ chatId }) => chatId)).toEqual(["-1001"]);
    bench.database.transact(NOON, (tx) =>
      insertNotice(tx, { kind: "data_fresh", level: "info", topic: "alerts", facts: {} }),
    );
    await bench.chat.settled();
    expect(bench.telegram.sent.at(-1)?.chatId).toBe("-1001");
  });

  test("on one platform does not slow another", async () => {
    const discord = new KeepingPlatform("discord");
    const telegram = new KeepingPlatform("telegram");
    telegram.refuse = () => new Promise<never>(() => {});
    const bench = await Bench.started({ platforms: [telegram, discord] });
    for (const platform of ["telegram", "discord"] as const) {
      bench.database.transact(NOON, (tx) =>
        enrolChat(tx, { platform, chatId: "9", threadId: "", topics: ["alerts"] }, SYSTEM),
      );
    }
    bench.database.transact(NOON, (tx) =>
      insertNotice(tx, { kind: "data_fresh", level: "info", topic: "alerts", facts: {} }),
    );
    await breath();
    expect(discord.sent.map(({ message }) => message.title)).toEqual(["Market data is fresh again"]);
    expect(telegram.sent).toEqual([]);
  });
});

describe("notices", () => {
  const enrol = (
    bench: Bench,
    chatId: string,
    topics: readonly NoticeTopic[],
    timeZone: string | null = null,
  ): void =>
    bench.database.transact(NOON, (tx) =>
      enrolChat(tx, { platform: "telegram", chatId, threadId: "", topics, timeZone }, SYSTEM),
    );

  test("go once to every chat that hears their topic, and to no other", async () => {
    const bench = await Bench.started();
    enrol(bench, "1", ["alerts", "reports"]);
    enrol(bench, "2", ["alerts"]);
    enrol(bench, "3", ["approvals"]);
    bench.database.transact(NOON, (tx) =>
      enterState(tx, { by: "safety", cause: "equity_stop" }, "Equity fell 20 %.", SYSTEM),
    );
    await bench.chat.settled();
    await bench.chat.settled();
    expect(bench.telegram.sent.map(({ chatId }) => chatId).toSorted()).toEqual(["1", "2"]);
    expect(bench.telegram.lastText).toBe(
      "EMERGENCY_STOP\nBefore: PAUSED\nReason: Equity fell 20 %.\nBy: system test",
    );
    expect(bench.telegram.last).toMatchObject({ level: "critical", tone: "danger" });
  });

  test("show instants in each chat's own time zone with UTC beside it", async () => {
    const bench = await Bench.started();
    enrol(bench, "1", ["alerts"], "Asia/Tokyo");
    enrol(bench, "2", ["alerts"]);
    const facts = { kind: "cooldown", reason: "After an exit.", untilAt: NOON + 4 * 3_600_000 };
    bench.database.transact(NOON, (tx) =>
      insertNotice(tx, { kind: "entry_lock", level: "info", topic: "alerts", facts }),
    );
    await bench.chat.settled();
    const texts = told(bench).toSorted();
    expect(texts[0]).toContain("Until: 21 Nov 16:00 UTC");
    expect(texts[1]).toContain("Until: 22 Nov 01:00 (21 Nov 16:00 UTC)");
  });

  test("that say something unexpected are told all the same and hold up nothing", async () => {
    const bench = await Bench.started();
    enrol(bench, "1", ["alerts"]);
    bench.database.transact(NOON, (tx) => {
      insertNotice(tx, { kind: "order_filled", level: "info", topic: "alerts", facts: { pnl: "a lot" } });
      insertNotice(tx, { kind: "data_fresh", level: "info", topic: "alerts", facts: {} });
    });
    await bench.chat.settled();
    expect(bench.telegram.sent.map(({ message }) => message.title)).toEqual([
      "order filled",
      "Market data is fresh again",
    ]);
    expect(bench.errors).toHaveLength(1);
  });
});

describe("a platform", () => {
  test("that stays away a minute is told on the others, and its return too", async () => {
    const telegram = new KeepingPlatform("telegram");
    const discord = new KeepingPlatform("discord");
    const bench = await Bench.started({ platforms: [telegram, discord] });
    bench.database.transact(NOON, (tx) =>
      enrolChat(tx, { platform: "discord", chatId: "9", threadId: "", topics: ["alerts"] }, SYSTEM),
    );
    telegram.handlers!.onStatus(false, "no route");
    await bench.clock.advanceTo(NOON + 59_999);
    await bench.chat.settled();
    expect(discord.sent).toEqual([]);
    await bench.clock.advanceTo(NOON + 60_000);
    telegram.handlers!.onStatus(true, "connected");
    await bench.chat.settled();
    expect(discord.sent.map(({ message }) => message.title)).toEqual([
      "Telegram cannot be reached",
      "Telegram is reachable again",
    ]);
  });

  test("that cannot start stops neither the others nor the start", async () => {
    const telegram = new KeepingPlatform("telegram");
    telegram.connect = () => Promise.reject(new Error("https://api.example/botSECRET"));
    const discord = new KeepingPlatform("discord");
    const bench = await Bench.started({ platforms: [telegram, discord] });
    const statusOf = (name: string) => bench.chat.platforms().find(({ platform }) => platform === name);
    expect(statusOf("telegram")).toMatchObject({ isConnected: false, detail: "It could not be started." });
    expect(statusOf("discord")).toMatchObject({ isConnected: true });
  });
});

test("a stop waits ten seconds for what hangs, no longer", async () => {
  const bench = await Bench.started();
  bench.telegram.refuse = () => new Promise<never>(() => {});
  put(bench, "one");
  await breath();
  const stopped = bench.chat.stop().then(() => "stopped");
  await bench.clock.advanceTo(NOON + 9_999);
  expect(await Promise.race([stopped, breath().then(() => "waiting")])).toBe("waiting");
  await bench.clock.advanceTo(NOON + 10_000);
  expect(await stopped).toBe("stopped");
});

test("a restart goes on at the pace of what the last process sent", async () => {
  const pace = { overall: [], perChat: () => [{ count: 1, perMs: 1_000 }] };
  const before = new Bench();
  before.telegram.pace = pace;
  put(before, "one");
  await before.chat.start();
  await before.chat.settled();
  await before.chat.stop();
  const again = new KeepingPlatform("telegram");
  again.pace = pace;
  const { database, clock } = before;
  const after = new Bench({ database, clock, platforms: [again], seed: "after" });
  put(after, "two");
  await after.chat.start();
  await after.chat.settled();
  expect(again.sent).toEqual([]);
  await clock.advanceTo(NOON + 1_000);
  await after.chat.settled();
  expect(again.sent.map(({ message }) => textOf(message))).toEqual(["two"]);
});

test("a clock that was set back an hour holds nothing back for an hour", async () => {
  const bench = await Bench.started();
  let tries = 0;
  bench.telegram.refuse = () => (++tries === 1 ? later() : null);
  put(bench, "one");
  await bench.chat.settled();
  expect(told(bench)).toEqual([]);
  const after = new Bench({
    database: bench.database,
    clock: new VirtualClock(NOON - 3_600_000),
    platforms: [bench.telegram],
    seed: "after",
  });
  await after.chat.start();
  await after.chat.settled();
  expect(told(bench)).toEqual(["one"]);
});
