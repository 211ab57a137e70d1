import { describe, expect, test } from "bun:test";
import { ROLES, type Role } from "../../src/core/actor.ts";
import { nextState, SAFETY_CAUSES, SYSTEM_STATES, type SystemState } from "../../src/core/state.ts";

type Via = "pause" | "resume" | "stop" | "recover";
type Outcome = SystemState | "already_there" | "illegal_move" | "recover_needed";

const LEAST: Readonly<Record<Via, Role>> = {
  pause: "operator",
  resume: "operator",
  stop: "operator",
  recover: "admin",
};

/** From each state, where a person of the right role gets, or why not. */
const TABLE: Readonly<Record<SystemState, Readonly<Record<Via, Outcome>>>> = {
  RUNNING: {
    pause: "PAUSED",
    resume: "already_there",
    stop: "EMERGENCY_STOP",
    recover: "illegal_move",
  },
  PAUSED: {
    pause: "already_there",
    resume: "RUNNING",
    stop: "EMERGENCY_STOP",
    recover: "already_there",
  },
  EMERGENCY_STOP: {
    pause: "recover_needed",
    resume: "recover_needed",
    stop: "already_there",
    recover: "PAUSED",
  },
};

const VIAS = Object.keys(LEAST) as Via[];
const moves = SYSTEM_STATES.flatMap((from) =>
  VIAS.flatMap((via) => ROLES.map((role) => [from, via, role] as const)),
);

const isAllowed = (role: Role, via: Via): boolean => ROLES.indexOf(role) >= ROLES.indexOf(LEAST[via]);

describe("a person's move", () => {
  test.each(moves)("from %s by /%s as %s", (from, via, role) => {
    const moved = nextState(from, { by: "person", role, via });
    const outcome = moved.ok ? moved.value : moved.code;
    expect(outcome).toBe(isAllowed(role, via) ? TABLE[from][via] : "role_too_low");
  });
});

describe("a safety cause", () => {
  const causes = SYSTEM_STATES.flatMap((from) => SAFETY_CAUSES.map((cause) => [from, cause] as const));

  test.each(causes)("from %s by %s", (from, cause) => {
    const moved = nextState(from, { by: "safety", cause });
    const to = cause === "critical_alert_unacknowledged" ? "PAUSED" : "EMERGENCY_STOP";
    const isThere = from === "EMERGENCY_STOP" || from === to;
    expect(moved.ok ? moved.value : moved.code).toBe(isThere ? "already_there" : to);
  });

  test("never leads to RUNNING, and nothing but an admin's recover leaves EMERGENCY_STOP", () => {
    for (const from of SYSTEM_STATES) {
      for (const cause of SAFETY_CAUSES) {
        const moved = nextState(from, { by: "safety", cause });
        expect(moved.ok && moved.value).not.toBe("RUNNING");
      }
    }
    const ways = moves.filter(([from, via, role]) => {
      return from === "EMERGENCY_STOP" && nextState(from, { by: "person", role, via }).ok;
    });
    expect(ways).toEqual([["EMERGENCY_STOP", "recover", "admin"]]);
  });
});
