import { describe, expect, test } from "bun:test";
import { type Actor, actorLabel, ROLES, roleCovers } from "../../src/core/actor.ts";
import {
  CountersignError,
  InputError,
  InvariantError,
  invariant,
  OutsideError,
  refusal,
  success,
} from "../../src/core/errors.ts";
import { isTerminal, ORDER_STATUSES } from "../../src/core/order.ts";
import { defaultsOf } from "../../src/core/parameter.ts";
import { REASONS } from "../../src/core/reasons.ts";

describe("actors", () => {
  const LABELS: readonly (readonly [Actor, string])[] = [
    [{ kind: "person", personId: 1, platform: "telegram", accountId: "9" }, "person:1@telegram"],
    [{ kind: "stranger", platform: "discord", accountId: "42" }, "stranger:42@discord"],
    [{ kind: "job", name: "trading_cycle" }, "job:trading_cycle"],
    [{ kind: "system", name: "startup" }, "system:startup"],
  ];

  test.each(LABELS)("%o is labelled %s", (actor, label) => {
    expect(actorLabel(actor)).toBe(label);
  });

  test("a role includes the ones below it and no other", () => {
    const covered = ROLES.map((held) => ROLES.filter((needed) => roleCovers(held, needed)));
    expect(covered).toEqual([["viewer"], ["viewer", "operator"], ["viewer", "operator", "admin"]]);
  });
});

describe("errors", () => {
  test.each([InvariantError, OutsideError, InputError])(
    "%p keeps its name, code, facts and cause",
    (Kind) => {
      const cause = new Error("below");
      const error = new Kind("some_code", "A sentence.", { a: 1 }, { cause });
      expect([error.name, error.code, error.message, error.facts, error.cause]).toEqual([
        Kind.name,
        "some_code",
        "A sentence.",
        { a: 1 },
        cause,
      ]);
      expect(error).toBeInstanceOf(CountersignError);
    },
  );

  test("a held invariant passes; a broken one throws with its facts", () => {
    invariant(true, "fine", "Nothing.");
    expect(() => invariant(0, "broken", "Zero is not allowed.", { value: 0 })).toThrow(InvariantError);
  });

  test("an expected refusal is a value", () => {
    expect([success(3), refusal("no", { why: "because" })]).toEqual([
      { ok: true, value: 3 },
      { ok: false, code: "no", facts: { why: "because" } },
    ]);
  });
});

describe("words", () => {
  test("every reason has one sentence of its own", () => {
    const sentences = Object.values(REASONS);
    expect(new Set<string>(sentences).size).toBe(sentences.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  test("an order's story ends with filled, canceled, expired or rejected", () => {
    expect(ORDER_STATUSES.filter(isTerminal)).toEqual(["filled", "canceled", "expired", "rejected"]);
  });

  test("declared defaults cannot be changed afterwards", () => {
    const values = defaultsOf({ on: { kind: "switch", default: true, help: "x", raisesRisk: "none" } });
    expect(values).toEqual({ on: true });
    expect(Object.isFrozen(values)).toBe(true);
  });
});
