import { describe, expect, test } from "bun:test";
import { insertIntent, setOrderStatus } from "../../db/orders.ts";
import type { CycleOutcome } from "../../src/chat/trading-capabilities.ts";
import { InvariantError } from "../../src/core/errors.ts";
import { ADA, HOUR, type House, JOB, openHouse } from "./harness.ts";

const notWell = (house: House): string[] =>
  house.capabilities.engine
    .readiness()
    .filter(({ ok }) => !ok)
    .map(({ name }) => name);

describe("readiness", () => {
  test("of a new house names the candles and the age of the data, each with what to do", async () => {
    const house = await openHouse({ isEmpty: true });
    const items = house.capabilities.engine.readiness();
    expect(notWell(house)).toEqual(["Candles", "Market data"]);
    expect(items[0]).toMatchObject({
      detail: "0 held, 734 needed",
      mend: expect.stringContaining("/data fetch"),
    });
    for (const { ok, mend } of items) expect(mend === null).toBe(ok);
    house.close();
  });

  test("is well once history was fetched, and says what fails later", async () => {
    const house = await openHouse();
    expect(notWell(house)).toEqual([]);
    house.market.isConnected = false;
    expect(notWell(house)).toEqual(["Exchange"]);
    house.market.isConnected = true;
    await house.clock.advanceTo(house.clock.now() + HOUR);
    expect(notWell(house)).toEqual(["Market data"]);
    await house.cycle();
    expect(notWell(house)).toEqual([]);
    house.close();
  });

  test("names an order whose outcome is unknown, and no position can be closed before it is resolved", async () => {
    const house = await openHouse();
    const { engine } = house.capabilities;
    const intent = {
      side: "buy",
      type: "market",
      purpose: "entry",
      lots: 10,
      limitTicks: null,
      decisionTicks: 5_000_000,
      decidedAt: house.clock.now(),
    } as const;
    house.transact((tx) => {
      const accountId = house.engine.current().account.id;
      const order = { accountId, clientOrderId: "lost", decisionId: null, configVersion: 1, intent };
      setOrderStatus(tx, insertIntent(tx, order, JOB), "unknown", 0, "no answer", JOB);
    });
    expect(notWell(house)).toEqual(["Orders"]);
    expect(engine.status().unresolvedOrders).toBe(1);
    expect(await engine.flatten(ADA, () => {})).toMatchObject({ ok: false, code: "order_unresolved" });
    house.close();
  });

  test("names the chat platforms that are not connected", async () => {
    const platforms = [
      { platform: "telegram", isConnected: true, detail: "" },
      { platform: "discord", isConnected: false, detail: "no network" },
    ] as const;
    const house = await openHouse({ parts: { platforms: () => platforms } });
    const chat = house.capabilities.engine.readiness().find(({ name }) => name === "Chat");
    expect(chat).toMatchObject({ ok: false, detail: "not connected: discord" });
    house.close();
  });
});

describe("a cycle on demand", () => {
  test("calls back once, in the transaction that keeps it, with the outcome it returns", async () => {
    const house = await openHouse();
    house.resume();
    await house.clock.advanceTo(house.clock.now() + HOUR);
    const heard: CycleOutcome[] = [];
    const ran = await house.capabilities.engine.runCycle(ADA, (tx, outcome) => {
      heard.push(outcome);
      tx.audit({ category: "chat", type: "told", actor: ADA, summary: "Told the outcome.", facts: {} });
    });
    expect(heard).toHaveLength(1);
    expect(ran).toEqual({ ok: true, value: heard[0]! });
    expect(heard[0]?.facts).toMatchObject({ newCandles: 4, fault: null });
    const status = house.capabilities.engine.status();
    expect(status).toMatchObject({
      mode: "replay",
      symbol: "BTCUSDT",
      strategy: "mean_reversion",
      configVersion: 1,
      cycleSeconds: 60,
      lastCycleAt: house.clock.now(),
      lastDecision: { at: house.clock.now(), side: heard[0]!.side!, reason: heard[0]!.reason },
    });
    house.close();
  });

  test("refuses a second one while it runs, and calls nobody back for that", async () => {
    const house = await openHouse();
    const first = house.capabilities.engine.runCycle(ADA, () => {});
    let calls = 0;
    const second = await house.capabilities.engine.runCycle(ADA, () => {
      calls += 1;
    });
    expect(second).toMatchObject({ ok: false, code: "cycle_running" });
    expect(calls).toBe(0);
    expect(await first).toMatchObject({ ok: true });
    house.close();
  });

  test("whose answer cannot be kept leaves nothing behind and is decided again by the next one", async () => {
    const house = await openHouse();
    house.resume();
    await house.clock.advanceTo(house.clock.now() + HOUR);
    const failing = house.capabilities.engine.runCycle(ADA, () => {
      throw new InvariantError("broken", "The answer could not be settled.");
    });
    await expect(failing).rejects.toThrow("could not be settled");
    expect(house.capabilities.why(null)).toBeNull();
    const again = await house.cycle();
    expect(again.decisionId).toBe(1);
    house.close();
  });
});

describe("closing the position", () => {
  test("sells all of it in any state, once", async () => {
    const house = await openHouse();
    const { account, engine, state } = house.capabilities;
    house.resume();
    for (let i = 0; i < 800 && account.position().lots === 0; i++) await house.step(1);
    const { lots } = account.position();
    house.transact((tx) => state.move(tx, "stop", "Out.", { actor: ADA, role: "admin" }));
    const heard: CycleOutcome[] = [];
    const sold = await engine.flatten(ADA, (_, outcome) => heard.push(outcome));
    expect(sold).toMatchObject({ ok: true, value: { reason: "executed" } });
    expect(heard).toHaveLength(1);
    expect(account.orders(1, 1).rows[0]).toMatchObject({ purpose: "flatten", lots, filledLots: lots });
    expect(account.position()).toMatchObject({ lots: 0, stopTicks: null });
    expect(await engine.flatten(ADA, () => {})).toMatchObject({ ok: false, code: "flat" });
    house.close();
  });

  test("of dust sells nothing and says so", async () => {
    const house = await openHouse();
    const { account, engine } = house.capabilities;
    const ticks = house.engine.current().trader.markTicks;
    house.transact((tx) => account.reset(tx, ADA, { equityUnits: 1_000_000_000_000, lots: 5, ticks }));
    await Promise.resolve();
    expect(account.position()).toMatchObject({ lots: 5, isDust: true });
    expect(await engine.flatten(ADA, () => {})).toMatchObject({
      ok: true,
      value: { reason: "no_inventory_to_sell", orderId: null },
    });
    house.close();
  });
});
