import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { EquityWindow } from "../../src/risk/equity-window.ts";
import type { ProtectionValues } from "../../src/risk/parameters.ts";
import { isLockActive, type Lock, Protections } from "../../src/risk/protections.ts";
import { PROTECTION, usdt } from "./btcusdt.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = 1_700_000_000_000;

const OFF: ProtectionValues = {
  ...PROTECTION,
  cooldown_minutes: 0,
  stop_guard: false,
  low_profit: false,
  max_drawdown: false,
  loss_streak: false,
  order_throttle: false,
};
const only = (values: Partial<ProtectionValues>) => new Protections({ ...OFF, ...values });
const loss = (exitAt: number, purpose: "stop_loss" | "trailing_stop" | "exit_signal" = "stop_loss") =>
  ({ exitAt, pnlUnits: usdt(-1), returnFraction: -0.01, purpose }) as const;
const win = (exitAt: number) =>
  ({ exitAt, pnlUnits: usdt(1), returnFraction: 0.01, purpose: "take_profit" }) as const;
const kinds = (locks: readonly Lock[]) => locks.map((lock) => lock.kind);

describe("with everything off", () => {
  test("nothing ever trips", () => {
    const protections = only({});
    for (let i = 0; i < 50; i++) {
      protections.onClosedTrade(loss(START + i));
      protections.onOrder(START + i);
      protections.onEquity(START + i, usdt(10_000 - 100 * i));
    }
    expect(protections.takeTrips()).toEqual([]);
  });
});

describe("the cooldown", () => {
  test("blocks entries from the exit until just before its end, after wins and losses alike", () => {
    const protections = only({ cooldown_minutes: 60 });
    protections.onClosedTrade(win(START));
    const [lock] = protections.takeTrips();
    expect(lock).toEqual({
      kind: "cooldown",
      reason: "1 h of rest after an exit.",
      cause: String(START),
      fromAt: START,
      untilAt: START + HOUR,
    });
    expect([-1, 0, HOUR - 1, HOUR].map((after) => isLockActive(lock!, START + after))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test("is handed over once", () => {
    const protections = only({ cooldown_minutes: 60 });
    protections.onClosedTrade(win(START));
    expect(protections.takeTrips()).toHaveLength(1);
    expect(protections.takeTrips()).toHaveLength(0);
  });
});

describe("the stop-loss guard", () => {
  const GUARD = { stop_guard: true, stop_guard_count: 3, stop_guard_window_minutes: 120 };

  test("trips on the third losing stop within the window, its edge included", () => {
    const protections = only(GUARD);
    for (const after of [0, HOUR, 2 * HOUR]) protections.onClosedTrade(loss(START + after));
    const [lock] = protections.takeTrips();
    expect(lock!.kind).toBe("stop_loss_guard");
    expect(lock!.untilAt).toBe(START + 2 * HOUR + 720 * MINUTE);
  });

  test("does not trip when the first lies a millisecond too far back", () => {
    const protections = only(GUARD);
    for (const after of [-1, HOUR, 2 * HOUR]) protections.onClosedTrade(loss(START + after));
    expect(protections.takeTrips()).toEqual([]);
  });

  test("looks at the latest stops: one long ago does not keep it from tripping", () => {
    const protections = only(GUARD);
    for (const after of [-24 * HOUR, 0, HOUR, 2 * HOUR]) protections.onClosedTrade(loss(START + after));
    expect(kinds(protections.takeTrips())).toEqual(["stop_loss_guard"]);
  });

  test("counts losing stops alone: not stops with a profit, not losses by signal", () => {
    const protections = only(GUARD);
    protections.onClosedTrade(loss(START));
    protections.onClosedTrade(loss(START + 1, "trailing_stop"));
    protections.onClosedTrade({ ...loss(START + 2, "trailing_stop"), pnlUnits: usdt(1) });
    protections.onClosedTrade(loss(START + 3, "exit_signal"));
    expect(protections.takeTrips()).toEqual([]);
    protections.onClosedTrade(loss(START + 4));
    expect(kinds(protections.takeTrips())).toEqual(["stop_loss_guard"]);
  });

  test("counts anew after it tripped", () => {
    const protections = only(GUARD);
    for (let i = 0; i < 5; i++) protections.onClosedTrade(loss(START + i));
    expect(protections.takeTrips()).toHaveLength(1);
    protections.onClosedTrade(loss(START + 5));
    expect(protections.takeTrips()).toHaveLength(1);
  });
});

describe("low profit", () => {
  const LOW = { low_profit: true, low_profit_bound_pct: -3, low_profit_min_trades: 4 };

  test("trips when the returns of enough trades sum to less than the bound", () => {
    const protections = only(LOW);
    for (let i = 0; i < 3; i++) protections.onClosedTrade(loss(START + i));
    expect(protections.takeTrips()).toEqual([]); // −3 % already, but three trades
    protections.onClosedTrade({ ...win(START + 3), returnFraction: 0.0001 });
    expect(protections.takeTrips()).toEqual([]);
    protections.onClosedTrade({ ...loss(START + 4), returnFraction: -0.0002 });
    const [lock] = protections.takeTrips();
    expect(lock!.reason).toBe("5 closed trades within 7 d returned -3.0 % together.");
  });

  test("does not trip at the bound itself", () => {
    const protections = only({ ...LOW, low_profit_min_trades: 1, low_profit_bound_pct: -50 });
    protections.onClosedTrade({ ...loss(START), returnFraction: -0.5 });
    expect(protections.takeTrips()).toEqual([]);
  });

  test("forgets trades that left the window", () => {
    const protections = only({ ...LOW, low_profit_window_minutes: 60 });
    for (let i = 0; i < 3; i++) protections.onClosedTrade({ ...loss(START + i), returnFraction: -0.02 });
    protections.onClosedTrade(loss(START + HOUR + 3));
    expect(protections.takeTrips()).toEqual([]);
  });
});

describe("max drawdown", () => {
  const DRAWDOWN = { max_drawdown: true, max_drawdown_pct: 5 };

  test.each([
    [9_500.01, []],
    [9_500, ["max_drawdown"]],
    [9_000, ["max_drawdown"]],
  ] as const)("after 10,000, equity of %p trips %p", (equity, expected) => {
    const protections = only(DRAWDOWN);
    protections.onEquity(START, usdt(10_000));
    protections.onEquity(START + MINUTE, usdt(equity));
    expect(kinds(protections.takeTrips())).toEqual([...expected]);
  });

  test("forgets a peak that left the window", () => {
    const protections = only({ ...DRAWDOWN, max_drawdown_window_minutes: 64 });
    protections.onEquity(START, usdt(10_000));
    protections.onEquity(START + 70 * MINUTE, usdt(9_400));
    expect(protections.takeTrips()).toEqual([]);
  });

  test("still knows a peak exactly one window ago", () => {
    const window = new EquityWindow(64); // slices of one minute
    window.push(59_999, 10_000);
    window.push(30 * MINUTE, 9_000);
    expect(window.push(64 * MINUTE + 59_999, 9_000)).toBe(10_000);
    expect(window.push(65 * MINUTE, 9_000)).toBe(9_000);
  });

  test("measures anew from where it tripped, so that lifting the lock by hand holds", () => {
    const protections = only(DRAWDOWN);
    protections.onEquity(START, usdt(10_000));
    protections.onEquity(START + 1, usdt(9_400));
    protections.onEquity(START + 2, usdt(9_300));
    protections.onEquity(START + 3, usdt(8_900));
    expect(protections.takeTrips()).toHaveLength(1);
    protections.onEquity(START + 4, usdt(8_835)); // 5 % below 9,300
    expect(kinds(protections.takeTrips())).toEqual(["max_drawdown"]);
  });

  test("the windowed maximum is the true one of at least the window and at most a slice more", () => {
    const points = fc.array(fc.record({ gap: fc.nat(30), equity: fc.integer({ min: 1, max: 1000 }) }), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(points, (steps) => {
        const window = new EquityWindow(64); // slices of one minute
        const seen: { at: number; equity: number }[] = [];
        let at = START;
        for (const { gap, equity } of steps) {
          at += gap * 20_000;
          seen.push({ at, equity });
          const highest = window.push(at, equity);
          const since = (minutes: number) =>
            Math.max(...seen.filter((p) => p.at >= at - minutes * MINUTE).map((p) => p.equity));
          expect(highest).toBeGreaterThanOrEqual(since(64));
          expect(highest).toBeLessThanOrEqual(since(65));
        }
        expect((window.memory() as unknown[]).length).toBeLessThanOrEqual(65);
      }),
      { seed: 6 },
    );
  });
});

describe("the loss streak", () => {
  test("trips on the last loss of the count and a win starts it again", () => {
    const protections = only({ loss_streak: true, loss_streak_count: 3 });
    for (const trade of [loss(1), loss(2), win(3), loss(4), loss(5, "exit_signal")]) {
      protections.onClosedTrade(trade);
    }
    expect(protections.takeTrips()).toEqual([]);
    protections.onClosedTrade(loss(6));
    expect(protections.takeTrips().map((lock) => [lock.kind, lock.cause])).toEqual([["loss_streak", "6"]]);
  });
});

describe("the order throttle", () => {
  test("blocks from the last allowed order until the oldest leaves the window", () => {
    const protections = only({
      order_throttle: true,
      order_throttle_count: 3,
      order_throttle_window_minutes: 60,
    });
    for (const after of [0, 10, 20]) protections.onOrder(START + after * MINUTE);
    const [lock] = protections.takeTrips();
    expect([lock!.fromAt, lock!.untilAt]).toEqual([START + 20 * MINUTE, START + 60 * MINUTE]);
    protections.onOrder(START + 70 * MINUTE); // two of the last hour: 20 and 70, with 10 just gone
    expect(protections.takeTrips()).toEqual([]);
  });
});

describe("memory", () => {
  const ALL: Partial<ProtectionValues> = {
    cooldown_minutes: 5,
    stop_guard: true,
    stop_guard_count: 2,
    low_profit: true,
    low_profit_min_trades: 3,
    max_drawdown: true,
    max_drawdown_pct: 2,
    loss_streak: true,
    loss_streak_count: 3,
    order_throttle: true,
    order_throttle_count: 4,
    order_throttle_window_minutes: 60,
  };

  test("through JSON after any event changes nothing of what follows", () => {
    const events = fc.array(
      fc.record({
        gap: fc.nat(40),
        what: fc.constantFrom("win", "loss", "order", "equity"),
        by: fc.nat(300),
      }),
      { maxLength: 120 },
    );
    let trips = 0;
    fc.assert(
      fc.property(events, (list) => {
        const straight = only(ALL);
        let restarted = only(ALL);
        let at = START;
        for (const { gap, what, by } of list) {
          at += gap * MINUTE;
          for (const protections of [straight, restarted]) {
            if (what === "win") protections.onClosedTrade(win(at));
            else if (what === "loss") protections.onClosedTrade(loss(at));
            else if (what === "order") protections.onOrder(at);
            else protections.onEquity(at, usdt(10_000 - by));
          }
          const tripped = straight.takeTrips();
          trips += tripped.length;
          expect(restarted.takeTrips()).toEqual(tripped);
          const next = only(ALL);
          next.restore(JSON.parse(JSON.stringify(restarted.memory())));
          restarted = next;
        }
      }),
      { numRuns: 200, seed: 7 },
    );
    expect(trips).toBeGreaterThan(500);
  });

  test("that cannot be read is refused", () => {
    for (const memory of [null, {}, [], "x", { losses: 1 }]) {
      expect(() => only({}).restore(memory)).toThrow("cannot be read");
    }
  });
});
