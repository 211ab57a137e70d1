import { describe, expect, test } from "bun:test";
import {
  chatsByTopic,
  enrolChat,
  findChat,
  listChats,
  moveChat,
  removeChat,
  setChatTimeZone,
} from "../../db/chats.ts";
import { dueDeliveries, insertDelivery } from "../../db/deliveries.ts";
import type { NoticeTopic } from "../../src/core/notice.ts";
import { CHAT } from "./samples.ts";
import { ADA, eventTypes, lastEvent, memoryDatabase, NOW } from "./test-database.ts";

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
        enrolledAt: NOW,
        enrolledBy: "person:1@telegram",
      });
      expect(findChat(reader, { ...CHAT, chatId: "6" })).toBeNull();
      expect(chatsByTopic(reader, "approvals").map(({ threadId }) => threadId)).toEqual(["9"]);
      expect(chatsByTopic(reader, "alerts").map(({ threadId }) => threadId)).toEqual([""]);
    });
  });

  test("enrolling again changes the topics and keeps the time zone", () => {
    const { database, enrol } = withChats();
    database.transact(NOW, (tx) => setChatTimeZone(tx, CHAT, "Asia/Tokyo", ADA));
    enrol(CHAT, ["approvals"]);
    expect(database.read((reader) => findChat(reader, CHAT))).toMatchObject({
      topics: ["approvals"],
      timeZone: "Asia/Tokyo",
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

  test("with a new id are followed, with all that still waits for them", () => {
    const { database } = withChats();
    database.transact(NOW, (tx) => {
      insertDelivery(tx, { ...CHAT, noticeId: null, inboxId: null, level: "info", body: {}, dueAt: NOW });
      enrolChat(tx, { ...TOPIC_CHAT, chatId: "-100", topics: [] }, ADA);
      moveChat(tx, { platform: "telegram", fromChatId: "5", toChatId: "-100" }, ADA);
    });
    database.read((reader) => {
      expect(listChats(reader).map(({ chatId, threadId, topics }) => [chatId, threadId, topics])).toEqual([
        ["-100", "", ["alerts", "reports"]],
        ["-100", "9", []],
      ]);
      expect(dueDeliveries(reader, "telegram", NOW, 9).map(({ chatId }) => chatId)).toEqual(["-100"]);
      expect(lastEvent(reader)).toMatchObject({
        type: "chat_moved",
        facts: { fromChatId: "5", toChatId: "-100" },
      });
    });
  });
});
