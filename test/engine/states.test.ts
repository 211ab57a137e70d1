import { describe, expect, test } from "bun:test";
import { loadPosition } from "../../db/positions.ts";
import { readState } from "../../db/system-state.ts";
import { DEFAULT_HARD_LIMITS } from "../../src/risk/limits.ts";
import { OPERATOR } from "../simulation/paper-engine.ts";
import { by, decisions, fills, move, noticeKinds, orders } from "./market-views.ts";
import {
  type Bar,
  BUY,
  FALL,
  HOLD,
  HOUR,
  MINUTE,
  QUIET,
  QUIET_UNTIL,
  SELL,
  scripted,
} from "./scripted-market.ts";

describe("while PAUSED", () => {
  test("candles are kept and marked but not decided; resumed in time, the latest one is", async () => {
    const market = await scripted([QUIET, BUY, BUY]);
    await market.cycleAt(HOUR);
    move(market, by("pause"));
    expect(await market.cycleAt(2 * HOUR)).toMatchObject({ reason: "system_not_running", newCandles: 1 });
    expect(await market.cycleAt(2 * HOUR + MINUTE)).toMatchObject({
      reason: "system_not_running",
      newCandles: 0,
    });
    move(market, by("resume"));
    expect((await market.cycleAt(2 * HOUR + 2 * MINUTE)).reason).toBe("executed");
    expect(decisions(market)).toHaveLength(3);
  });

  test("longer than two cycles after the close, resuming opens nothing for it", async () => {
    const market = await scripted([BUY, BUY]);
    move(market, by("pause"));
    await market.cycleAt(HOUR);
    move(market, by("resume"));
    expect((await market.cycleAt(HOUR + 2 * MINUTE + 1)).reason).toBe("late_candle");
    expect((await market.cycleAt(2 * HOUR)).reason).toBe("executed");
  });

  test("of several candles only the latest is decided", async () => {
    const market = await scripted([BUY, SELL, QUIET, BUY]);
    const report = await market.cycleAt(4 * HOUR);
    expect([report.reason, report.newCandles]).toEqual(["executed", 4]);
    expect(decisions(market).map(({ candleCloseAt }) => (candleCloseAt - QUIET_UNTIL) / HOUR)).toEqual([
      0, 4,
    ]);
  });

  test("the first state of a database lets nothing out", async () => {
    const market = await scripted([BUY], { isPaused: true });
    expect((await market.cycleAt(HOUR)).reason).toBe("system_not_running");
    expect([decisions(market), orders(market)]).toEqual([[], []]);
  });
});

describe("the equity stop", () => {
  const limits = { ...DEFAULT_HARD_LIMITS, equityStop: 0.00003 };
  const LOSS: Bar = [10_100, 10_110, 9_950, 9_960];

  test("stops the system in the same transaction, is told, and leaves the stop loss", async () => {
    const market = await scripted([BUY, LOSS, BUY, FALL], { limits });
    await market.cycleAt(HOUR);
    await market.cycleAt(2 * HOUR);
    expect(market.database.read(readState)).toMatchObject({ state: "EMERGENCY_STOP" });
    expect(noticeKinds(market)).toEqual(expect.arrayContaining(["equity_stop", "state_changed"]));
    expect((await market.cycleAt(3 * HOUR)).reason).toBe("system_not_running");
    expect((await market.cycleAt(4 * HOUR)).fills).toBe(1);
    expect(fills(market).at(-1)).toEqual(["stop_loss", 9_620.24, 227]);
  });

  test("under the policy flatten sells at once", async () => {
    const market = await scripted([BUY, LOSS], { limits, policy: "flatten" });
    await market.cycleAt(HOUR);
    expect(await market.cycleAt(2 * HOUR)).toMatchObject({ fills: 1, reason: "executed" });
    expect(fills(market).at(-1)).toEqual(["flatten", 9_955.02, 227]);
    expect(market.database.read((reader) => loadPosition(reader, 1)).lots).toBe(0);
  });

  test("measures anew from the equity of a recovery that accepts the loss", async () => {
    const market = await scripted([BUY, LOSS, LOSS], { limits });
    await market.cycleAt(HOUR);
    await market.cycleAt(2 * HOUR);
    const { peakUnits } = market.engine.current().trader;
    expect(() =>
      market.database.transact(market.clock.now(), (tx) => {
        market.engine.restartPeak(tx, OPERATOR);
        throw new Error("undone");
      }),
    ).toThrow("undone");
    expect(market.engine.current().trader.peakUnits).toBe(peakUnits);
    market.database.transact(market.clock.now(), (tx) => market.engine.restartPeak(tx, OPERATOR));
    expect(market.engine.current().trader.drawdown()).toBe(0);
  });
});

describe("an emergency stop by a person", () => {
  test.each([
    ["protect", 0],
    ["hold", 0],
    ["flatten", 1],
  ] as const)("under the policy %s sells %d times", async (policy, sales) => {
    const market = await scripted([BUY, HOLD], { policy });
    await market.cycleAt(HOUR);
    move(market, by("stop"));
    expect((await market.cycleAt(HOUR + MINUTE)).fills).toBe(sales);
    expect((await market.cycleAt(HOUR + 2 * MINUTE)).fills).toBe(0);
    expect(fills(market)).toHaveLength(1 + sales);
  });
});

describe("flatten", () => {
  test("sells the whole position at the latest price in any state, once", async () => {
    const market = await scripted([BUY, HOLD]);
    await market.cycleAt(HOUR);
    move(market, by("pause"));
    expect(await market.engine.flatten(OPERATOR)).toMatchObject({
      ok: true,
      value: { reason: "executed", fills: 1 },
    });
    // 10,120 × 0.9995 = 10,114.94.
    expect(fills(market).at(-1)).toEqual(["flatten", 10_114.94, 227]);
    expect(await market.engine.flatten(OPERATOR)).toMatchObject({ ok: false, code: "flat" });
  });

  test("is refused while flat", async () => {
    const market = await scripted([]);
    expect(await market.engine.flatten(OPERATOR)).toMatchObject({ ok: false, code: "flat" });
  });

  test("cancels an entry that rests, for good", async () => {
    const market = await scripted([BUY, HOLD, HOLD], { tunables: LIMIT });
    await market.cycleAt(HOUR);
    expect(await market.engine.flatten(OPERATOR)).toMatchObject({
      ok: true,
      value: { reason: "no_inventory_to_sell" },
    });
    expect(orders(market)).toEqual([["entry", "canceled", 0, "the position is being closed"]]);
    market.engine.invalidate();
    await market.cycleAt(2 * HOUR);
    expect(fills(market)).toEqual([]);
  });

  test("says what it did in the transaction of the one who asked", async () => {
    const market = await scripted([BUY]);
    await market.cycleAt(HOUR);
    const seen: unknown[] = [];
    await market.engine.flatten(OPERATOR, (tx, report) => {
      seen.push(report.fills, loadPosition(tx, 1).lots);
    });
    expect(seen).toEqual([1, 0]);
  });
});

/** Half a percent below 10,120: 10,069.40. */
const LIMIT = { "execution.entry_type": "limit", "execution.limit_offset_bps": 50 };
