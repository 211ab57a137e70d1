import { describe, expect, test } from "bun:test";
import { waitingNotices } from "../../db/notices.ts";
import { enterState, initialiseState, readState, stateHistory } from "../../db/system-state.ts";
import type { MoveRequest } from "../../src/core/state.ts";
import { ADA, dumpOf, JOB, memoryDatabase, NOW } from "./test-database.ts";

const by = (
  via: "pause" | "resume" | "stop" | "recover",
  role: "operator" | "admin" = "operator",
): MoveRequest => ({
  by: "person",
  role,
  via,
});
const SAFETY: MoveRequest = { by: "safety", cause: "proposal_expired" };

function started() {
  const database = memoryDatabase();
  database.transact(NOW, (tx) => initialiseState(tx, JOB));
  const enter = (request: MoveRequest, now = NOW) =>
    database.transact(now, (tx) => enterState(tx, request, "because", ADA));
  return { database, enter };
}

describe("the state", () => {
  test("is PAUSED on a first start and whatever it was afterwards", () => {
    const { database, enter } = started();
    expect(database.read(readState)).toEqual({
      state: "PAUSED",
      since: NOW,
      reason: "First start.",
      actor: JOB,
    });
    enter(by("stop"), NOW + 1);
    const before = database.read(dumpOf);
    expect(database.transact(NOW + 2, (tx) => initialiseState(tx, JOB)).state).toBe("EMERGENCY_STOP");
    expect(database.read(dumpOf)).toBe(before);
  });

  test("that is missing is an error, never leave to trade", () => {
    expect(() => memoryDatabase().read(readState)).toThrow("no system state");
    expect(() => memoryDatabase().transact(NOW, (tx) => enterState(tx, SAFETY, "x", JOB))).toThrow(
      "no system state",
    );
  });

  test("moves with its event and its notice", () => {
    const { database, enter } = started();
    expect(enter(by("resume"), NOW + 5)).toEqual({
      ok: true,
      value: { state: "RUNNING", since: NOW + 5, reason: "because", actor: ADA },
    });
    expect(database.read(readState).state).toBe("RUNNING");
    expect(database.read((reader) => waitingNotices(reader, 9))).toMatchObject([
      {
        id: 1,
        at: NOW + 5,
        kind: "state_changed",
        level: "info",
        topic: "alerts",
        facts: {
          from: "PAUSED",
          to: "RUNNING",
          cause: "resume",
          reason: "because",
          actor: "person:1@telegram",
        },
      },
    ]);
  });

  test("EMERGENCY_STOP is told as critical and left by a person's recovery only", () => {
    const { database, enter } = started();
    enter(SAFETY);
    const [notice] = database.read((reader) => waitingNotices(reader, 9));
    expect([notice?.level, notice?.facts["cause"]]).toEqual(["critical", "proposal_expired"]);
    const before = database.read(dumpOf);
    const refused = [by("resume", "admin"), by("pause", "admin"), by("recover"), by("stop"), SAFETY].map(
      (request) => enter(request).ok,
    );
    expect(refused).toEqual([false, false, false, false, false]);
    expect(database.read(dumpOf)).toBe(before);
    expect(enter(by("recover", "admin"))).toMatchObject({ ok: true, value: { state: "PAUSED" } });
  });

  test("its history is told from the newest change on", () => {
    const { database, enter } = started();
    enter(by("resume"), NOW + 1);
    enter(SAFETY, NOW + 2);
    enter(by("recover", "admin"), NOW + 3);
    const history = database.read((reader) => stateHistory(reader, { limit: 3 }));
    expect(history.map(({ from, to, cause, at }) => [from, to, cause, at - NOW])).toEqual([
      ["EMERGENCY_STOP", "PAUSED", "recover", 3],
      ["RUNNING", "EMERGENCY_STOP", "proposal_expired", 2],
      ["PAUSED", "RUNNING", "resume", 1],
    ]);
    const rest = database.read((reader) =>
      stateHistory(reader, { limit: 3, beforeSeq: history.at(-1)!.seq }),
    );
    expect(rest.map(({ from, to, actor }) => [from, to, actor])).toEqual([[null, "PAUSED", JOB]]);
  });
});
