import { describe, expect, test } from "bun:test";
import { countWaitingInbox, finishInbox, isWaiting, receiveUpdate, waitingInbox } from "../../db/inbox.ts";
import { memoryDatabase, NOW } from "./test-database.ts";

const update = (updateId: string, platform: "telegram" | "discord" = "telegram") => ({
  ...{ platform, updateId, chatId: "5", accountId: "1001", body: { text: "/status", n: [1, null] } },
});

function inbox() {
  const database = memoryDatabase();
  const receive = (...args: Parameters<typeof update>) =>
    database.transact(NOW, (tx) => receiveUpdate(tx, update(...args)));
  const finish = (id: number, status: "handled" | "refused" = "handled") =>
    database.transact(NOW + 1, (tx) => finishInbox(tx, id, status));
  return { database, receive, finish };
}

describe("the inbox", () => {
  test("takes each update of a platform once, also after it was handled", () => {
    const { receive, finish } = inbox();
    expect(receive("7")).toEqual({ id: 1, isNew: true });
    expect(receive("7")).toEqual({ id: 1, isNew: false });
    finish(1);
    expect(receive("7")).toEqual({ id: 1, isNew: false });
    expect(receive("7", "discord").isNew).toBeTrue();
    expect(receive("8").isNew).toBeTrue();
  });

  test("keeps what came in order until it is handled", () => {
    const { database, receive, finish } = inbox();
    for (const id of ["9", "3", "5"]) receive(id);
    finish(1);
    database.read((reader) => {
      expect(waitingInbox(reader, 9).map(({ updateId }) => updateId)).toEqual(["3", "5"]);
      expect(waitingInbox(reader, 1)).toEqual([
        { ...update("3"), id: 2, receivedAt: NOW, status: "waiting", handledAt: null },
      ]);
      expect([isWaiting(reader, 1), isWaiting(reader, 2), countWaitingInbox(reader)]).toEqual([
        false,
        true,
        2,
      ]);
    });
  });

  test("a message is handled once: the second handling is told so and must undo itself", () => {
    const { receive, finish } = inbox();
    receive("7");
    expect([finish(1), finish(1), finish(1, "refused"), finish(2)]).toEqual([true, false, false, false]);
  });
});
