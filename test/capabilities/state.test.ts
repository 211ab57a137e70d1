import { describe, expect, test } from "bun:test";
import { auditHead } from "../../db/audit.ts";
import type { Role } from "../../src/core/actor.ts";
import type { SystemState } from "../../src/core/state.ts";
import { falling } from "./falling.ts";
import { ADA, type House, openHouse, swings } from "./harness.ts";

type Via = "pause" | "resume" | "stop" | "recover";

const move = (house: House, via: Via, role: Role = "admin", reason = "A reason.") =>
  house.transact((tx) => house.capabilities.state.move(tx, via, reason, { actor: ADA, role }));

const stateOf = (house: House): SystemState => house.capabilities.state.current().state;

const unwell = (house: House): string[] =>
  house.capabilities.state
    .recoveryChecklist()
    .filter(({ ok }) => !ok)
    .map(({ name }) => name);

describe("moving between states", () => {
  test("a first start is PAUSED and says so in the history", async () => {
    const house = await openHouse({ isEmpty: true });
    expect(house.capabilities.state.current()).toMatchObject({ state: "PAUSED", reason: "First start." });
    expect(house.capabilities.state.history(1, 10)).toMatchObject({
      total: 1,
      rows: [{ state: "PAUSED", from: null }],
    });
    house.close();
  });

  test("legal moves are kept with who asked and why; illegal ones change nothing", async () => {
    const house = await openHouse({ isEmpty: true });
    expect(move(house, "resume", "viewer")).toMatchObject({ ok: false, code: "role_too_low" });
    expect(move(house, "resume", "operator", "Go.")).toMatchObject({ ok: true });
    expect(house.capabilities.state.current()).toMatchObject({
      state: "RUNNING",
      reason: "Go.",
      actor: "person:1@console",
      since: house.clock.now(),
    });
    const head = house.database.read(auditHead).seq;
    expect(move(house, "resume")).toMatchObject({ ok: false, code: "already_there" });
    expect(house.database.read(auditHead).seq).toBe(head);
    expect(move(house, "stop", "operator")).toMatchObject({ ok: true });
    expect(move(house, "resume")).toMatchObject({ ok: false, code: "recover_needed" });
    house.close();
  });

  test("the history pages newest first", async () => {
    const house = await openHouse({ isEmpty: true });
    for (const via of ["resume", "pause", "resume", "stop"] as const) move(house, via, "operator", via);
    const pages = [1, 2, 3].map((page) => house.capabilities.state.history(page, 2));
    expect(pages.map(({ rows }) => rows.map(({ reason }) => reason))).toEqual([
      ["stop", "resume"],
      ["pause", "resume"],
      ["First start."],
    ]);
    expect(pages[0]).toMatchObject({ total: 5, pages: 3 });
    expect(pages[0]?.rows[0]).toMatchObject({ from: "RUNNING", state: "EMERGENCY_STOP" });
    house.close();
  });
});

/** A house whose whole equity is in the position, with no stop of its own: only the equity stop can end it. */
async function allIn(policy: "protect" | "hold" | "flatten" = "protect"): Promise<House> {
  const house = await openHouse({
    candles: falling(swings(1_400)),
    environment: { TRADING_POSITION_POLICY: policy, RISK_EQUITY_STOP: "0.05" },
  });
  house.change({ "exits.stop_loss_mode": "off" });
  const { trader } = house.engine.current();
  const lots = Math.floor(990_000_000_000 / (trader.markTicks * 10));
  house.transact((tx) =>
    house.capabilities.account.reset(tx, ADA, {
      equityUnits: 1_000_000_000_000,
      lots,
      ticks: trader.markTicks,
    }),
  );
  house.resume();
  for (let i = 0; i < 400 && stateOf(house) === "RUNNING"; i++) await house.step(1);
  return house;
}

describe("the equity stop", () => {
  test("stops trading, and recovering measures drawdown from today's equity on", async () => {
    const house = await allIn();
    const { account, state } = house.capabilities;
    expect(stateOf(house)).toBe("EMERGENCY_STOP");
    expect(state.current().reason).toContain("limit is 5.00 %");
    expect(account.equity().drawdown).toBeGreaterThan(0.05);
    expect(account.position().lots).toBeGreaterThan(0);
    expect(unwell(house)).toEqual(["Drawdown"]);

    expect(move(house, "recover", "operator")).toMatchObject({ ok: false, code: "role_too_low" });
    expect(move(house, "recover", "admin", "Understood.")).toMatchObject({ ok: true });
    await Promise.resolve();
    expect(stateOf(house)).toBe("PAUSED");
    expect(account.equity().drawdown).toBe(0);
    expect(unwell(house)).toEqual([]);
    house.resume();
    await house.step(1);
    expect(stateOf(house)).toBe("RUNNING");
    house.close();
  });

  test("under the policy flatten sells the position in the same cycle", async () => {
    const house = await allIn("flatten");
    const { account, state } = house.capabilities;
    expect(state.policy()).toBe("flatten");
    expect(stateOf(house)).toBe("EMERGENCY_STOP");
    expect(account.position().lots).toBe(0);
    expect(account.orders(1, 1).rows[0]).toMatchObject({ purpose: "flatten", status: "filled" });
    house.close();
  });

  test("a recovery that is not kept leaves the peak where it was", async () => {
    const house = await allIn("hold");
    const { account, state } = house.capabilities;
    const before = account.equity();
    expect(() =>
      house.transact((tx) => {
        state.move(tx, "recover", "Not kept.", { actor: ADA, role: "admin" });
        throw new Error("the answer could not be settled");
      }),
    ).toThrow("could not be settled");
    await Promise.resolve();
    expect(stateOf(house)).toBe("EMERGENCY_STOP");
    expect(account.equity()).toEqual(before);
    house.close();
  });
});

describe("a start that found something wrong", () => {
  test("runs no cycle and sells nothing until an admin takes the position from the fills", async () => {
    const house = await openHouse();
    house.resume();
    for (let i = 0; i < 800 && house.capabilities.account.position().lots === 0; i++) await house.step(1);
    const { id } = house.engine.current().account;
    house.transact((tx) => {
      tx.run("UPDATE positions SET lots = lots + 1 WHERE account_id = $id", { id });
    });
    house.transact((tx) =>
      house.capabilities.state.move(tx, "stop", "Look at it.", { actor: ADA, role: "admin" }),
    );
    house.market.isHalted = true;
    expect(unwell(house)).toContain("Ledger");
    expect(
      house.capabilities.engine
        .readiness()
        .filter(({ ok }) => !ok)
        .map(({ name }) => name),
    ).toEqual(["Ledger", "Start"]);
    expect(await house.capabilities.engine.runCycle(ADA, () => {})).toMatchObject({ code: "not_ready" });
    expect(await house.capabilities.engine.flatten(ADA, () => {})).toMatchObject({
      code: "system_not_running",
    });

    expect(move(house, "recover")).toMatchObject({ ok: true });
    await Promise.resolve();
    expect(house.capabilities.engine.readiness().every(({ ok }) => ok)).toBe(true);
    expect(await house.capabilities.engine.runCycle(ADA, () => {})).toMatchObject({ ok: true });
    const events = house.capabilities.audit.events({ text: "sum of the fills" }, 1, 10);
    expect(events.rows[0]).toMatchObject({ type: "position_rebuilt", actor: "person:1@console" });
    house.close();
  });
});

test("a recovery that was not kept leaves the house halted", async () => {
  const house = await openHouse();
  const { state } = house.capabilities;
  const by = { actor: ADA, role: "admin" } as const;
  house.transact((tx) => state.move(tx, "stop", "Something is wrong.", by));
  house.market.isHalted = true;
  const rolledBack = () =>
    house.transact((tx) => {
      expect(state.move(tx, "recover", "It is well.", by).ok).toBe(true);
      throw new Error("the disk is full");
    });
  expect(rolledBack).toThrow("the disk is full");
  await Promise.resolve();
  expect([stateOf(house), house.market.isHalted]).toEqual(["EMERGENCY_STOP", true]);
  house.transact((tx) => state.move(tx, "recover", "It is well.", by));
  await Promise.resolve();
  expect([stateOf(house), house.market.isHalted]).toEqual(["PAUSED", false]);
  house.close();
});
