import { describe, expect, test } from "bun:test";
import { activeLocks, addLock, liftLocks } from "../../db/locks.ts";
import { ADA, eventTypes, JOB, lastEvent, memoryDatabase, NOW, withAccount } from "./test-database.ts";

const lock = (cause: string, untilAt: number | null = null, fromAt = NOW) => ({
  ...{ accountId: 1, kind: "stop_loss_guard", reason: "Three losing stops.", cause, fromAt, untilAt },
});

function opened() {
  const database = memoryDatabase();
  withAccount(database);
  const add = (...args: Parameters<typeof lock>) =>
    database.transact(NOW, (tx) => addLock(tx, lock(...args), JOB));
  const active = (at: number) =>
    database.read((reader) => activeLocks(reader, 1, at)).map(({ cause }) => cause);
  return { database, add, active };
}

describe("a lock", () => {
  test("stands from its start until its end, or until lifted when it has none", () => {
    const { add, active } = opened();
    add("timed", NOW + 10, NOW + 5);
    add("endless");
    expect([NOW - 1, NOW, NOW + 5, NOW + 9, NOW + 10].map(active)).toEqual([
      [],
      ["endless"],
      ["timed", "endless"],
      ["timed", "endless"],
      ["endless"],
    ]);
  });

  test("trips once for one cause, also after a person lifted it", () => {
    const { database, add, active } = opened();
    expect([add("stop 7"), add("stop 7"), add("stop 8")]).toEqual([true, false, true]);
    expect(database.read(eventTypes).filter((type) => type === "lock_added")).toHaveLength(2);
    database.transact(NOW, (tx) => liftLocks(tx, 1, "all", ADA));
    expect(add("stop 7")).toBeFalse();
    expect(active(NOW)).toEqual([]);
  });

  test("is lifted by its id or with all others, and that is audited once", () => {
    const { database, add, active } = opened();
    for (const cause of ["a", "b", "c"]) add(cause);
    const lift = (ids: readonly number[] | "all") =>
      database.transact(NOW, (tx) => liftLocks(tx, 1, ids, ADA));
    expect([lift([2]), lift([2]), lift([])]).toEqual([1, 0, 0]);
    expect(active(NOW)).toEqual(["a", "c"]);
    expect(lift("all")).toBe(2);
    expect(active(NOW)).toEqual([]);
    expect(database.read(lastEvent)).toMatchObject({ type: "locks_lifted", facts: { lockIds: [1, 3] } });
    expect(database.transact(NOW, (tx) => liftLocks(tx, 2, "all", ADA))).toBe(0);
  });
});
