import { describe, expect, test } from "bun:test";
import { loadColumns } from "../../db/candles.ts";
import { enrolChat, findChat, setHeartbeat } from "../../db/chats.ts";
import { insertNotice, markExpanded, noticeById, openAlerts, waitingNotices } from "../../db/notices.ts";
import { insertPerson } from "../../db/people.ts";
import { insertPriceAlert } from "../../db/price-alerts.ts";
import { enterState, readState } from "../../db/system-state.ts";
import { checkAlerts } from "../../src/capabilities/escalation.ts";
import { sendHeartbeats } from "../../src/capabilities/heartbeats.ts";
import { PriceWatch } from "../../src/capabilities/price-watch.ts";
import { isReportMissing, tellReport } from "../../src/capabilities/report-notices.ts";
import { VirtualClock } from "../../src/clock.ts";
import { priceOf, ticksOf } from "../../src/core/instrument.ts";
import { ADA, DAY, HOUR, type House, openHouse } from "./harness.ts";

const MINUTE = 60_000;
const ACK_MINUTES = 15;

const kindsWaiting = ({ database }: House) =>
  database.read((reader) => waitingNotices(reader, 99)).map(({ kind }) => kind);
const factsOf = ({ database }: House, kind: string) =>
  database
    .read((reader) => waitingNotices(reader, 99))
    .filter((notice) => notice.kind === kind)
    .map(({ facts }) => facts);

describe("a critical alert", () => {
  async function alarmed() {
    const house = await openHouse({ isEmpty: true });
    const people = new VirtualClock(house.clock.now());
    const { clock, database } = house;
    house.resume();
    const id = house.transact((tx) => {
      const facts = { cause: "x", reason: "y" };
      return insertNotice(tx, { kind: "recovery_problem", level: "critical", topic: "alerts", facts });
    });
    const expand = () => database.transact(people.now(), (tx) => markExpanded(tx, id));
    const check = () => checkAlerts({ database, clock, peopleClock: people, ackMinutes: ACK_MINUTES });
    const passed = async (minutes: number) => {
      await people.advanceTo(people.now() + minutes * MINUTE);
      return check();
    };
    const alert = () => database.read((reader) => noticeById(reader, id))!;
    const state = () => database.read(readState);
    return { ...house, house, id, expand, check, passed, alert, state };
  }

  test("is repeated when nobody answers in time, and then pauses trading, each once", async () => {
    const { alert, expand, house, passed, state } = await alarmed();
    expand();
    expect(await passed(ACK_MINUTES - 1)).toBe(0);
    expect(await passed(1)).toBe(1);
    expect(alert()).toMatchObject({ expandedAt: null, escalatedAt: null });
    expect(state().state).toBe("RUNNING");
    expand();
    expect(await passed(ACK_MINUTES - 1)).toBe(0);
    expect(await passed(1)).toBe(1);
    expect(state()).toMatchObject({ state: "PAUSED", actor: { kind: "job", name: "alert_check" } });
    expect(factsOf(house, "state_changed").at(-1)).toMatchObject({ cause: "critical_alert_unacknowledged" });
    expect(await passed(600)).toBe(0);
    house.close();
  });

  test("has its whole time from when the chats were told, however long the process was down", async () => {
    const { alert, expand, house, passed } = await alarmed();
    expect(await passed(600)).toBe(0);
    expand();
    expect(await passed(ACK_MINUTES)).toBe(1);
    expect(alert().repeatedAt).not.toBeNull();
    house.close();
  });

  test("never weakens a stop that stands already", async () => {
    const { alert, expand, house, passed, state, transact } = await alarmed();
    transact((tx) => enterState(tx, { by: "safety", cause: "equity_stop" }, "Fell.", ADA));
    expand();
    await passed(ACK_MINUTES);
    expand();
    await passed(ACK_MINUTES);
    expect(alert().escalatedAt).not.toBeNull();
    expect(state().state).toBe("EMERGENCY_STOP");
    house.close();
  });

  test.each(["pause", "stop"] as const)(
    "is answered by a person's %s, which says that somebody is there",
    async (via) => {
      const { capabilities, database, expand, house, passed, transact } = await alarmed();
      expand();
      const moved = transact((tx) =>
        capabilities.state.move(tx, via, "I see.", { actor: ADA, role: "admin" }),
      );
      expect(moved.ok).toBeTrue();
      expect(database.read(openAlerts)).toEqual([]);
      expect(await passed(600)).toBe(0);
      house.close();
    },
  );

  test("stays open when trading is merely resumed, or a move was refused", async () => {
    const { capabilities, database, house, transact } = await alarmed();
    const refused = transact((tx) =>
      capabilities.state.move(tx, "recover", "Why not.", { actor: ADA, role: "admin" }),
    );
    expect(refused.ok).toBeFalse();
    transact((tx) => enterState(tx, { by: "person", role: "admin", via: "pause" }, "x", ADA));
    transact((tx) => capabilities.state.move(tx, "resume", "Go.", { actor: ADA, role: "admin" }));
    expect(database.read(openAlerts)).toHaveLength(1);
    house.close();
  });
});

describe("a price alert", () => {
  async function watched() {
    const house = await openHouse();
    const { capabilities, clock, database, engine } = house;
    house.resume();
    await house.cycle();
    const { instrument } = engine.options;
    const actor = house.transact((tx) => {
      const personId = insertPerson(tx, { label: "Zoe", role: "admin" }, ADA);
      return { ...ADA, personId } as Extract<typeof ADA, { kind: "person" }>;
    });
    const now = ticksOf(instrument, engine.lastQuote!.price);
    const add = (ticks: number) =>
      house.transact((tx) => capabilities.alerts.addPriceAlert(tx, actor, ticks, now));
    const watch = new PriceWatch({ database, clock, engine });
    return { ...house, house, actor, add, instrument, now, watch };
  }

  test("fires once when a candle's high or low touched it since, naming who asked, also after a restart", async () => {
    const { add, capabilities, clock, database, engine, house, instrument, now, step, watch } =
      await watched();
    const before = clock.now();
    expect(watch.check()).toBe(0);
    await clock.advanceTo(before + 1);
    // What the next two hours will touch, and what they will not.
    expect(add(now + 1).ok && add(now - 1).ok && add(now * 3).ok).toBeTrue();
    await step(8);
    const fresh = new PriceWatch({ database, clock, engine });
    expect(fresh.check()).toBe(2);
    expect([fresh.check(), watch.check()]).toEqual([0, 0]);
    expect(factsOf(house, "price_alert")).toMatchObject([
      { direction: "above", price: priceOf(instrument, now + 1), askedBy: "Zoe" },
      { direction: "below", price: priceOf(instrument, now - 1), askedBy: "Zoe" },
    ]);
    expect(capabilities.alerts.priceAlerts().map(({ ticks }) => ticks)).toEqual([now * 3]);
    house.close();
  });

  test("does not fire for what the price did before it was made", async () => {
    const { actor, database, engine, house, instrument, watch } = await watched();
    await house.step(1);
    const [timeframe, symbol] = ["15m", "BTCUSDT"] as const;
    const candles = database.read((reader) => loadColumns(reader, symbol, timeframe, { last: 40 }));
    const peak = candles.high.indexOf(Math.max(...candles.high));
    const ticks = ticksOf(instrument, candles.high[peak]!);
    expect(engine.lastQuote!.price).toBeLessThan(candles.high[peak]!);
    expect(Math.max(...candles.close.subarray(peak))).toBeLessThan(candles.high[peak]!);
    const made = (at: number) => {
      const { id } = database.transact(at, (tx) =>
        insertPriceAlert(tx, { direction: "above", ticks, personId: actor.personId }, "peak", ADA),
      );
      return id;
    };
    const during = made(candles.openAt[peak]! + MINUTE);
    expect(watch.check()).toBe(0);
    const before = made(candles.openAt[peak]!);
    expect(new PriceWatch(house).check()).toBe(1);
    expect(house.capabilities.alerts.priceAlerts().map(({ id }) => id)).toEqual([during]);
    expect(before).toBeGreaterThan(during);
    house.close();
  });

  test("is refused at the price itself, far away, twice, and beyond twenty", async () => {
    const { actor, add, capabilities, house, now, transact } = await watched();
    const codeOf = (ticks: number) => {
      const added = add(ticks);
      return added.ok ? added.value.direction : added.code;
    };
    expect([now, now * 11, Math.floor(now / 11), now + 5, now + 5, now - 5].map(codeOf)).toEqual([
      "at_price",
      "too_far",
      "too_far",
      "above",
      "there_already",
      "below",
    ]);
    for (let i = 0; i < 18; i++) expect(codeOf(now + 10 + i)).toBe("above");
    expect(codeOf(now + 999)).toBe("too_many");
    const [first] = capabilities.alerts.priceAlerts();
    const remove = () => transact((tx) => capabilities.alerts.removePriceAlert(tx, actor, first!.id));
    expect([remove().ok, remove().ok]).toEqual([true, false]);
    expect(codeOf(now + 999)).toBe("above");
    house.close();
  });
});

test("a heartbeat comes when it is due, and once after a downtime of many", async () => {
  const house = await openHouse({ isEmpty: true });
  const { clock, database } = house;
  const chat = { platform: "telegram", chatId: "5", threadId: "" } as const;
  house.transact((tx) => {
    enrolChat(tx, { ...chat, topics: [] }, ADA);
    setHeartbeat(tx, chat, { hours: 6, dueAt: clock.now() + 6 * HOUR }, ADA);
  });
  const dueAt = clock.now() + 6 * HOUR;
  const sent = () => sendHeartbeats(database, clock, clock);
  expect(sent()).toBe(0);
  await clock.advanceTo(dueAt);
  expect([sent(), sent()]).toEqual([1, 0]);
  await clock.advanceTo(dueAt + 3 * DAY + 1);
  expect([sent(), sent()]).toEqual([1, 0]);
  expect(database.read((reader) => findChat(reader, chat))?.heartbeatAt).toBe(dueAt + 3 * DAY + 6 * HOUR);
  expect(kindsWaiting(house).filter((kind) => kind === "heartbeat")).toHaveLength(2);
  house.close();
});

test("a report that was due while the process was down is missing for twelve hours, unless it was sent", async () => {
  const { clock, close, database } = await openHouse({ isEmpty: true });
  const dueAt = clock.now();
  const missing = (hoursLate: number, openedAt = 0) =>
    isReportMissing(database, "daily_wrap", { now: dueAt + hoursLate * HOUR, nextAt: dueAt + DAY, openedAt });
  expect([missing(1), missing(12), missing(13), missing(1, dueAt + 1)]).toEqual([true, true, false, false]);
  tellReport(database, "daily_wrap", dueAt - DAY);
  expect(missing(1)).toBeTrue();
  tellReport(database, "daily_wrap", dueAt + 1);
  expect(missing(1)).toBeFalse();
  close();
});
