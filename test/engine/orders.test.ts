import { describe, expect, test } from "bun:test";
import { addLock, liftLocks } from "../../db/locks.ts";
import { insertIntent, setOrderStatus } from "../../db/orders.ts";
import { OPERATOR, TESTER } from "../simulation/paper-engine.ts";
import { by, fills, move, orders } from "./market-views.ts";
import {
  type Bar,
  BUY,
  FALL,
  HOUR,
  hourly,
  QUIET_UNTIL,
  type Scripted,
  scripted,
} from "./scripted-market.ts";

describe("an order whose outcome is unknown", () => {
  /** As a live order would be after a time-out. */
  function unknownOrder({ database, clock }: Scripted): number {
    return database.transact(clock.now(), (tx) => {
      const intent = {
        ...({ side: "buy", type: "market", purpose: "entry", lots: 5, limitTicks: null } as const),
        ...{ decisionTicks: 1_000_000, decidedAt: clock.now() },
      };
      const order = { accountId: 1, clientOrderId: "live-1", decisionId: null, configVersion: 1, intent };
      const id = insertIntent(tx, order, TESTER);
      setOrderStatus(tx, id, "unknown", 0, "no answer", TESTER);
      return id;
    });
  }

  test("blocks every new order until it is resolved: entries, stops and flatten", async () => {
    const market = await scripted([BUY, FALL, BUY, BUY]);
    await market.cycleAt(HOUR);
    const id = unknownOrder(market);
    const denied = await market.cycleAt(2 * HOUR);
    expect([denied.reason, denied.fills]).toEqual(["order_unresolved", 0]);
    expect(await market.engine.flatten(TESTER)).toMatchObject({ ok: false, code: "order_unresolved" });
    expect((await market.cycleAt(3 * HOUR)).fills).toBe(0);
    market.database.transact(market.clock.now(), (tx) =>
      setOrderStatus(tx, id, "rejected", 0, "never arrived", TESTER),
    );
    await market.cycleAt(4 * HOUR);
    expect(await market.engine.flatten(TESTER)).toMatchObject({ ok: true });
    expect(fills(market).map(([purpose]) => purpose)).toEqual(["entry", "flatten"]);
  });
});

/** Half a percent below 10,120: 10,069.40. */
const LIMIT = { "execution.entry_type": "limit", "execution.limit_offset_bps": 50 };

describe("a resting entry", () => {
  const THROUGH: Bar = [10_120, 10_220, 10_060, 10_150];
  const ABOVE: Bar = [10_120, 10_220, 10_070, 10_150];

  test("lives over cycles and restarts, fills in parts, and is told as one order", async () => {
    const bars = [BUY, THROUGH, THROUGH, THROUGH];
    const market = await scripted(bars, {
      base: hourly(bars, 0.01),
      tunables: { ...LIMIT, "execution.limit_ttl_candles": 5 },
    });
    expect((await market.cycleAt(HOUR)).reason).toBe("order_placed");
    const seen: unknown[] = [];
    for (const hour of [2, 3, 4]) {
      market.engine.invalidate();
      await market.cycleAt(hour * HOUR);
      seen.push(orders(market)[0]?.slice(1, 3));
    }
    expect(seen).toEqual([
      ["partially_filled", 100],
      ["partially_filled", 200],
      ["filled", 227],
    ]);
    expect(fills(market).map(([, price, lots]) => [price, lots])).toEqual([
      [10_069.4, 100],
      [10_069.4, 100],
      [10_069.4, 27],
    ]);
  });

  test("is cancelled when its time runs out", async () => {
    const market = await scripted([BUY, ABOVE, ABOVE], { tunables: LIMIT });
    for (const hour of [1, 2, 3]) await market.cycleAt(hour * HOUR);
    expect(orders(market)[0]).toEqual(["entry", "canceled", 0, "its time ran out"]);
  });

  test.each(["pause", "stop"] as const)(
    "is cancelled by the first cycle after /%s, before anything could fill it",
    async (via) => {
      const market = await scripted([BUY, THROUGH], { tunables: LIMIT });
      await market.cycleAt(HOUR);
      move(market, by(via));
      await market.cycleAt(2 * HOUR);
      expect(orders(market)).toEqual([["entry", "canceled", 0, "the system is not running"]]);
      expect(fills(market)).toEqual([]);
    },
  );

  test("is not mistaken for an order whose outcome is unknown", async () => {
    const market = await scripted([BUY, THROUGH], { tunables: LIMIT });
    market.database.transact(market.clock.now(), (tx) => {
      const intent = { side: "sell", type: "market", purpose: "flatten", lots: 1, limitTicks: null } as const;
      const order = { ...intent, decisionTicks: 1, decidedAt: 1 };
      insertIntent(
        tx,
        { accountId: 1, clientOrderId: "old", decisionId: null, configVersion: 1, intent: order },
        TESTER,
      );
    });
    await market.cycleAt(HOUR);
    await market.cycleAt(2 * HOUR);
    expect(orders(market).map(([purpose, status]) => [purpose, status])).toEqual([
      ["flatten", "intended"],
      ["entry", "filled"],
    ]);
  });
});

describe("locks", () => {
  test("set by hand count at once and until lifted", async () => {
    const market = await scripted([BUY, BUY, [10_230, 10_300, 10_200, 10_290]]);
    const at = market.clock.now();
    market.database.transact(at, (tx) =>
      addLock(
        tx,
        { accountId: 1, kind: "manual", reason: "by hand", cause: "1", fromAt: at, untilAt: null },
        OPERATOR,
      ),
    );
    expect((await market.cycleAt(HOUR)).reason).toBe("entry_locked");
    expect((await market.cycleAt(2 * HOUR)).reason).toBe("entry_locked");
    market.database.transact(market.clock.now(), (tx) => liftLocks(tx, 1, "all", OPERATOR));
    expect((await market.cycleAt(3 * HOUR)).reason).toBe("executed");
  });

  test("set after the candle closed still hold back its entry", async () => {
    const market = await scripted([BUY]);
    await market.clock.advanceTo(QUIET_UNTIL + HOUR + 1000);
    const now = market.clock.now();
    market.database.transact(now, (tx) =>
      addLock(
        tx,
        { accountId: 1, kind: "manual", reason: "by hand", cause: "1", fromAt: now, untilAt: now + HOUR },
        OPERATOR,
      ),
    );
    expect((await market.cycleAt(HOUR + 2000)).reason).toBe("entry_locked");
  });
});
