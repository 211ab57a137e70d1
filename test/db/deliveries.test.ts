import { describe, expect, test } from "bun:test";
import {
  countDeliveries,
  deadLetters,
  deliveryById,
  dueDeliveries,
  insertDelivery,
  markDead,
  markSent,
  nextDueAt,
  rescheduleDelivery,
} from "../../db/deliveries.ts";
import { insertNotice, markExpanded, noticeById, waitingNotices } from "../../db/notices.ts";
import { CHAT } from "./samples.ts";
import { eventTypes, memoryDatabase, NOW } from "./test-database.ts";

function outbox() {
  const database = memoryDatabase();
  const add = (chatId: string, level: "info" | "warning" | "critical" = "info", dueAt = NOW) =>
    database.transact(NOW, (tx) =>
      insertDelivery(tx, { ...CHAT, chatId, noticeId: null, inboxId: null, level, body: { chatId }, dueAt }),
    );
  const due = (now = NOW, limit = 9) =>
    database.read((reader) => dueDeliveries(reader, "telegram", now, limit)).map(({ id }) => id);
  const sent = (id: number) => database.transact(NOW + 1, (tx) => markSent(tx, id, `m${id}`));
  const later = (id: number, dueAt: number) =>
    database.transact(NOW, (tx) => rescheduleDelivery(tx, id, dueAt, "429"));
  const dead = (id: number) => database.transact(NOW, (tx) => markDead(tx, id, "400"));
  return { database, add, due, sent, later, dead };
}

describe("messages to send", () => {
  test("go in order within each chat, one at a time", () => {
    const { add, due, sent } = outbox();
    for (const chat of ["a", "a", "b", "a"]) add(chat);
    expect(due()).toEqual([1, 3]);
    sent(1);
    expect(due()).toEqual([2, 3]);
    sent(2);
    sent(3);
    expect(due()).toEqual([4]);
  });

  test("critical ones go first, past whatever waits before them in their chat", () => {
    const { add, due, later } = outbox();
    add("a");
    add("b", "warning");
    add("b", "critical");
    add("a", "critical");
    expect(due()).toEqual([3, 4, 1, 2]);
    expect(due(NOW, 1)).toEqual([3]);
    later(1, NOW + 9_000);
    expect(due()).toEqual([3, 4, 2]);
  });

  test("one that must be tried again holds up its own queue only, and keeps its place", () => {
    const { database, add, due, later } = outbox();
    for (const chat of ["a", "a", "b"]) add(chat);
    later(1, NOW + 5_000);
    expect(due()).toEqual([3]);
    expect(due(NOW + 5_000)).toEqual([1, 3]);
    expect(database.read((reader) => deliveryById(reader, 1))).toMatchObject({
      attempts: 1,
      lastError: "429",
      status: "due",
    });
    expect(database.read((reader) => nextDueAt(reader, "telegram"))).toBe(NOW);
  });

  test("one that was given up lets the next go and is shown", () => {
    const { database, add, due, dead } = outbox();
    for (const chat of ["a", "a"]) add(chat);
    expect([dead(1), dead(1)]).toEqual([true, false]);
    expect(due()).toEqual([2]);
    expect(database.read((reader) => deadLetters(reader, 9))).toMatchObject([
      { id: 1, lastError: "400", status: "dead" },
    ]);
    expect(database.read(eventTypes).filter((type) => type === "delivery_dead")).toHaveLength(1);
    expect(database.read(countDeliveries)).toEqual({ due: 1, dead: 1 });
  });

  test("once sent is not sent again", () => {
    const { database, add, due, sent, later, dead } = outbox();
    add("a");
    expect([sent(1), sent(1), later(1, NOW), dead(1)]).toEqual([true, false, false, false]);
    expect(due()).toEqual([]);
    expect(database.read((reader) => deliveryById(reader, 1))).toMatchObject({
      ...{ status: "sent", externalId: "m1", sentAt: NOW + 1, body: { chatId: "a" } },
    });
    expect(database.read((reader) => [nextDueAt(reader, "telegram"), deliveryById(reader, 2)])).toEqual([
      null,
      null,
    ]);
  });

  test("of one platform never wait for another", () => {
    const { database, add } = outbox();
    add("a");
    database.read((reader) => {
      expect(dueDeliveries(reader, "discord", NOW, 9)).toEqual([]);
      expect(nextDueAt(reader, "discord")).toBeNull();
    });
  });
});

describe("notices", () => {
  test("wait in order until they are expanded, once", () => {
    const database = memoryDatabase();
    const notice = {
      kind: "message",
      level: "info",
      topic: "reports",
      facts: { text: "hello", n: 1 },
    } as const;
    database.transact(NOW, (tx) => [1, 2, 3].map(() => insertNotice(tx, notice)));
    const expand = () => database.transact(NOW, (tx) => markExpanded(tx, 1));
    expect([expand(), expand()]).toEqual([true, false]);
    database.read((reader) => {
      expect(waitingNotices(reader, 9).map(({ id }) => id)).toEqual([2, 3]);
      expect(waitingNotices(reader, 1)).toEqual([{ ...notice, id: 2, at: NOW }]);
      expect(noticeById(reader, 1)).toEqual({ ...notice, id: 1, at: NOW });
      expect(noticeById(reader, 9)).toBeNull();
    });
  });
});
