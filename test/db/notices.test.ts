import { describe, expect, test } from "bun:test";
import { insertDelivery } from "../../db/deliveries.ts";
import {
  acknowledgeAlerts,
  countNotices,
  escalateAlert,
  insertNotice,
  markExpanded,
  noticeById,
  openAlerts,
  repeatAlert,
  waitingNotices,
} from "../../db/notices.ts";
import type { NoticeLevel } from "../../src/core/notice.ts";
import { CHAT } from "./samples.ts";
import { ADA, JOB, lastEvent, memoryDatabase, NOW } from "./test-database.ts";

function withNotices(...levels: readonly NoticeLevel[]) {
  const database = memoryDatabase();
  for (const [index, level] of levels.entries()) {
    database.transact(NOW + index, (tx) =>
      insertNotice(tx, { kind: "job_failed", level, topic: "alerts", facts: {} }),
    );
  }
  const open = () => database.read(openAlerts).map(({ id }) => id);
  const waiting = () => database.read((reader) => waitingNotices(reader, 9)).map(({ id }) => id);
  const notice = (id: number) => database.read((reader) => noticeById(reader, id))!;
  const acknowledge = (id: number | null) =>
    database.transact(NOW + 100, (tx) => acknowledgeAlerts(tx, id, ADA)).map((one) => one.id);
  return { database, open, waiting, notice, acknowledge };
}

describe("a critical notice", () => {
  test("is open until a person acknowledges it, once; others never are", () => {
    const { database, acknowledge, notice, open } = withNotices("critical", "warning", "critical");
    expect(open()).toEqual([1, 3]);
    expect(acknowledge(1)).toEqual([1]);
    expect(notice(1)).toMatchObject({ acknowledgedAt: NOW + 100, acknowledgedBy: "person:1@telegram" });
    expect(database.read(lastEvent)).toMatchObject({ type: "alert_acknowledged", facts: { noticeIds: [1] } });
    expect([acknowledge(1), acknowledge(2), acknowledge(null), acknowledge(null)]).toEqual([[], [], [3], []]);
    expect(open()).toEqual([]);
  });

  test("is acknowledged with what else was told of the same event", () => {
    const { database, acknowledge } = withNotices("critical");
    database.transact(NOW, (tx) =>
      insertNotice(tx, { kind: "equity_stop", level: "critical", topic: "alerts", facts: {} }),
    );
    expect(acknowledge(2)).toEqual([1, 2]);
  });

  test("that chats were told of waits once more, so that its cards are brought up to date", () => {
    const { acknowledge, database, notice, waiting } = withNotices("critical", "critical", "critical");
    database.transact(NOW, (tx) => {
      for (const id of [1, 2]) markExpanded(tx, id);
      const told = { noticeId: 1, inboxId: null, level: "critical", isSilent: false, body: {} } as const;
      insertDelivery(tx, { ...CHAT, ...told, edits: null, seedOf: null, dueAt: NOW });
    });
    acknowledge(null);
    // The first was told, the second had nobody to hear it, the third still waits.
    expect(waiting()).toEqual([1, 3]);
    expect(notice(2).expandedAt).toBe(NOW);
  });

  test("is repeated once and escalated once, and neither after it was acknowledged", () => {
    const { acknowledge, database, notice, waiting } = withNotices("critical", "critical");
    database.transact(NOW, (tx) => [1, 2].map((id) => markExpanded(tx, id)));
    const repeat = (id: number) => database.transact(NOW, (tx) => repeatAlert(tx, notice(id), NOW + 7, JOB));
    const escalate = (id: number) =>
      database.transact(NOW, (tx) => escalateAlert(tx, notice(id), NOW + 8, JOB));
    expect([repeat(1), repeat(1)]).toEqual([true, false]);
    expect(waiting()).toEqual([1]);
    expect([escalate(1), escalate(1)]).toEqual([true, false]);
    expect(notice(1)).toMatchObject({ repeatedAt: NOW + 7, escalatedAt: NOW + 8 });
    acknowledge(2);
    expect([repeat(2), escalate(2)]).toEqual([false, false]);
  });
});

test("notices are counted by level within a span, its ends included", () => {
  const { database } = withNotices("warning", "critical", "warning", "warning");
  expect(database.read((reader) => countNotices(reader, "warning", NOW, NOW + 2))).toBe(2);
});
