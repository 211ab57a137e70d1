import { describe, expect, test } from "bun:test";
import {
  advanceHeartbeat,
  chatsByTopic,
  enrolChat,
  findChat,
  listChats,
  moveChat,
  muteChat,
  removeChat,
  setChatTimeZone,
  setHearings,
  setHeartbeat,
} from "../../db/chats.ts";
import { insertDelivery, queueHeads } from "../../db/deliveries.ts";
import type { Hearing, NoticeKind, NoticeTopic } from "../../src/core/notice.ts";
import { CHAT, DELIVERY } from "./samples.ts";
import { ADA, eventTypes, lastEvent, memoryDatabase, NOW } from "./test-database.ts";

const HOUR_MS = 3_600_000;
const TOPIC_CHAT = { ...CHAT, threadId: "9" };

function withChats() {
  const database = memoryDatabase();
  const enrol = (chat: typeof CHAT | typeof TOPIC_CHAT, topics: readonly NoticeTopic[]) =>
    database.transact(NOW, (tx) => enrolChat(tx, { ...chat, topics, timeZone: "Europe/Rome" }, ADA));
  enrol(CHAT, ["reports", "alerts", "alerts"]);
  enrol(TOPIC_CHAT, ["approvals"]);
  return { database, enrol };
}

describe("enrolled chats", () => {
  test("are found by platform, chat and thread, and by what they hear", () => {
    const { database } = withChats();
    database.read((reader) => {
      expect(findChat(reader, CHAT)).toEqual({
        ...CHAT,
        topics: ["alerts", "reports"],
        timeZone: "Europe/Rome",
        hearings: {},
        mutedUntil: null,
        heartbeatHours: null,
        heartbeatAt: null,
        enrolledAt: NOW,
        enrolledBy: "person:1@telegram",
      });
      expect(findChat(reader, { ...CHAT, chatId: "6" })).toBeNull();
      expect(chatsByTopic(reader, "approvals").map(({ threadId }) => threadId)).toEqual(["9"]);
      expect(chatsByTopic(reader, "alerts").map(({ threadId }) => threadId)).toEqual([""]);
    });
  });

  test("enrolling again changes the topics and keeps the time zone and how it hears", () => {
    const { database, enrol } = withChats();
    database.transact(NOW, (tx) => {
      setChatTimeZone(tx, CHAT, "Asia/Tokyo", ADA);
      setHearings(tx, CHAT, ["order_filled"], "off", ADA);
    });
    enrol(CHAT, ["approvals"]);
    expect(database.read((reader) => findChat(reader, CHAT))).toMatchObject({
      topics: ["approvals"],
      timeZone: "Asia/Tokyo",
      hearings: { order_filled: "off" },
    });
  });

  test("that leave are forgotten, once", () => {
    const { database } = withChats();
    const leave = () => database.transact(NOW, (tx) => removeChat(tx, CHAT, ADA));
    expect([leave(), leave()]).toEqual([true, false]);
    expect(database.read(listChats).map(({ threadId }) => threadId)).toEqual(["9"]);
    expect(database.read(eventTypes).filter((type) => type === "chat_removed")).toHaveLength(1);
    expect(database.transact(NOW, (tx) => setChatTimeZone(tx, CHAT, null, ADA))).toBeFalse();
  });

  test("hear each kind as they chose, and on is what they hear unless told", () => {
    const { database } = withChats();
    const hear = (kinds: readonly NoticeKind[], hearing: Hearing) =>
      database.transact(NOW, (tx) => setHearings(tx, CHAT, kinds, hearing, ADA));
    const hearings = () => database.read((reader) => findChat(reader, CHAT))?.hearings;
    hear(["order_filled", "data_stale"], "silent");
    hear(["order_filled"], "off");
    expect(hearings()).toEqual({ order_filled: "off", data_stale: "silent" });
    expect(database.read(lastEvent)).toMatchObject({ type: "chat_hearing_set", facts: { hearing: "off" } });
    expect(hear(["order_filled"], "on")).toBeTrue();
    expect(hearings()).toEqual({ data_stale: "silent" });
    expect(
      database.transact(NOW, (tx) => setHearings(tx, { ...CHAT, chatId: "6" }, [], "on", ADA)),
    ).toBeFalse();
  });

  test("that are muted or want a sign of life say until when and how often", () => {
    const { database } = withChats();
    const chat = () => database.read((reader) => findChat(reader, CHAT))!;
    database.transact(NOW, (tx) => {
      muteChat(tx, CHAT, NOW + 5, ADA);
      setHeartbeat(tx, CHAT, { hours: 12, dueAt: NOW + 12 * HOUR_MS }, ADA);
    });
    expect(chat()).toMatchObject({
      mutedUntil: NOW + 5,
      heartbeatHours: 12,
      heartbeatAt: NOW + 12 * HOUR_MS,
    });
    // Two days of downtime later.
    database.transact(NOW, (tx) => advanceHeartbeat(tx, chat(), NOW + 50 * HOUR_MS));
    expect(chat().heartbeatAt).toBe(NOW + 60 * HOUR_MS);
    database.transact(NOW, (tx) => {
      muteChat(tx, CHAT, null, ADA);
      setHeartbeat(tx, CHAT, null, ADA);
    });
    expect(chat()).toMatchObject({ mutedUntil: null, heartbeatHours: null, heartbeatAt: null });
  });

  test("with a new id are followed, with all that still waits for them", () => {
    const { database } = withChats();
    database.transact(NOW, (tx) => {
      insertDelivery(tx, DELIVERY);
      enrolChat(tx, { ...TOPIC_CHAT, chatId: "-100", topics: [] }, ADA);
      setHearings(tx, CHAT, ["order_filled"], "silent", ADA);
      moveChat(tx, { platform: "telegram", fromChatId: "5", toChatId: "-100" }, ADA);
    });
    database.read((reader) => {
      expect(listChats(reader).map(({ chatId, threadId, topics }) => [chatId, threadId, topics])).toEqual([
        ["-100", "", ["alerts", "reports"]],
        ["-100", "9", []],
      ]);
      expect(findChat(reader, { ...CHAT, chatId: "-100" })?.hearings).toEqual({ order_filled: "silent" });
      expect(queueHeads(reader, "telegram", 9).map(({ chatId }) => chatId)).toEqual(["-100"]);
      expect(lastEvent(reader)).toMatchObject({
        type: "chat_moved",
        facts: { fromChatId: "5", toChatId: "-100" },
      });
    });
  });
});
