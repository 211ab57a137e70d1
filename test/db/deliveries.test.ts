import { describe, expect, test } from "bun:test";
import {
  countDeliveries,
  deadLetters,
  deliveryById,
  hasNewerEdit,
  insertDelivery,
  markDead,
  markSent,
  markSuperseded,
  messageShowing,
  queueHeads,
  rescheduleDelivery,
} from "../../db/deliveries.ts";
import { insertNotice, markExpanded, noticeById, waitingNotices } from "../../db/notices.ts";
import { DELIVERY } from "./samples.ts";
import { eventTypes, memoryDatabase, NOW } from "./test-database.ts";

function outbox() {
  const database = memoryDatabase();
  const add = (chatId: string, level: "info" | "warning" | "critical" = "info", dueAt = NOW) =>
    database.transact(NOW, (tx) =>
      insertDelivery(tx, { ...DELIVERY, chatId, level, body: { chatId }, dueAt }),
    );
  const due = (now = NOW, limit = 9) =>
    database
      .read((reader) => queueHeads(reader, "telegram", limit))
      .filter(({ dueAt }) => dueAt <= now)
      .map(({ id }) => id);
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
    expect(database.read((reader) => queueHeads(reader, "telegram", 9))).toMatchObject([
      { id: 1, dueAt: NOW + 5_000 },
      { id: 3, dueAt: NOW },
    ]);
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
    expect(database.read((reader) => deliveryById(reader, 2))).toBeNull();
  });

  test("of one platform never wait for another", () => {
    const { database, add } = outbox();
    add("a");
    database.read((reader) => {
      expect(queueHeads(reader, "discord", 9)).toEqual([]);
    });
  });
});

describe("edits", () => {
  test("all name the first delivery of their message, whichever of them they replace", () => {
    const { database, add } = outbox();
    add("a");
    const edit = (edits: number) =>
      database.transact(NOW, (tx) => insertDelivery(tx, { ...DELIVERY, chatId: "a", edits }));
    expect([edit(1), edit(2), edit(3)]).toEqual([2, 3, 4]);
    expect(database.read((reader) => [2, 3, 4].map((id) => deliveryById(reader, id)?.edits))).toEqual([
      1, 1, 1,
    ]);
  });

  test("make what came before them stale, in their own chat and while they are due", () => {
    const { database, add, sent } = outbox();
    add("a");
    database.transact(NOW, (tx) => insertDelivery(tx, { ...DELIVERY, chatId: "a", edits: 1 }));
    const isStale = (id: number) =>
      database.read((reader) => hasNewerEdit(reader, deliveryById(reader, id)!));
    expect([isStale(1), isStale(2)]).toEqual([true, false]);
    expect(database.transact(NOW, (tx) => markSuperseded(tx, 1))).toBeTrue();
    sent(2);
    expect(isStale(1)).toBeFalse();
  });

  test("show in the message that the newest of them was sent as", () => {
    const { database, add, sent } = outbox();
    add("a");
    expect(database.read((reader) => messageShowing(reader, 1))).toBeNull();
    sent(1);
    database.transact(NOW, (tx) => insertDelivery(tx, { ...DELIVERY, chatId: "a", edits: 1 }));
    expect(database.read((reader) => [1, 2].map((id) => messageShowing(reader, id)))).toEqual(["m1", "m1"]);
    sent(2);
    expect(database.read((reader) => [1, 2].map((id) => messageShowing(reader, id)))).toEqual(["m2", "m2"]);
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
      expect(waitingNotices(reader, 1)).toMatchObject([{ ...notice, id: 2, at: NOW }]);
      expect(noticeById(reader, 1)).toMatchObject({ ...notice, id: 1, at: NOW, expandedAt: NOW });
      expect(noticeById(reader, 9)).toBeNull();
    });
  });
});
