import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ADA, DAY, type House, openHouse } from "./harness.ts";

let house: House;
const ALL = 1_000;

beforeAll(async () => {
  house = await openHouse();
  house.resume();
  await house.step(5 * 24 * 4);
});
afterAll(() => house.close());

const events = (filter: Parameters<House["capabilities"]["audit"]["events"]>[0], page = 1, size = ALL) =>
  house.capabilities.audit.events(filter, page, size);

describe("events", () => {
  test("without a filter come newest first and page by page to the first", () => {
    const first = events({}, 1, 50);
    expect(first.rows[0]?.seq).toBe(first.total);
    const last = events({}, first.pages, 50);
    expect(last.rows.at(-1)?.seq).toBe(1);
    const seqs = Array.from({ length: first.pages }, (_, i) => events({}, i + 1, 50).rows)
      .flat()
      .map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: first.total }, (_, i) => first.total - i));
    expect(events({}, first.pages + 1, 50).rows).toEqual([]);
  });

  test("of a category, an actor, a text and a span are exactly those that a full reading finds", () => {
    const { rows } = events({});
    const fromAt = house.clock.now() - 3 * DAY;
    const toAt = house.clock.now() - DAY;
    const within = ({ at }: { at: number }): boolean => at >= fromAt && at < toAt;
    const expected = [
      [{ category: "trading" }, rows.filter(({ category }) => category === "trading")],
      [{ actor: "person:1@" }, rows.filter(({ actor }) => actor === "person:1@console")],
      [{ fromAt, toAt }, rows.filter(within)],
      [{ toAt }, rows.filter(({ at }) => at < toAt)],
      [
        { category: "trading", fromAt, toAt, actor: "job:" },
        rows.filter((row) => row.category === "trading" && within(row)),
      ],
    ] as const;
    for (const [filter, wanted] of expected) {
      const page = events(filter);
      expect(page.rows).toEqual([...wanted]);
      expect(page.total).toBe(wanted.length);
      expect(wanted.length).toBeGreaterThan(0);
    }
    const filled = rows.filter(({ summary }) => summary.includes(": bought"));
    expect(events({ text: ": BOUGHT" }).rows).toEqual(filled);
    expect(filled.length).toBeGreaterThan(0);
  });
});

describe("verifying", () => {
  test("checks every event up to the head and reports progress to the end", async () => {
    const shares: number[] = [];
    const { total } = events({}, 1, 1);
    const found = await house.capabilities.audit.verify((share) => shares.push(share));
    expect(found).toMatchObject({ ok: true, checked: total, headSeq: total });
    expect(found.headHash).toMatch(/^[0-9a-f]{64}$/);
    expect(found.findings.every(({ ok }) => ok)).toBe(true);
    expect(shares.at(-1)).toBe(1);
  });

  test("in slices finds the same as in one go, and lets others take their turn in between", async () => {
    const long = await openHouse({ isEmpty: true });
    long.transact((tx) => {
      for (let i = 0; i < 5_000; i++) {
        tx.audit({ category: "chat", type: "said", actor: ADA, summary: `Line ${i}.`, facts: { i } });
      }
    });
    const shares: number[] = [];
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (turns < 100) setImmediate(count);
    };
    setImmediate(count);
    const found = await long.capabilities.audit.verify((share) => {
      shares.push(share);
    });
    expect(found).toMatchObject({ ok: true, checked: found.headSeq });
    expect(shares).toHaveLength(3);
    expect(turns).toBeGreaterThanOrEqual(3);
    long.close();
  });

  test("a changed event is found, stops trading, and an admin's recovery may accept it for good", async () => {
    const broken = await openHouse({ isEmpty: true });
    const { audit, engine, state } = broken.capabilities;
    broken.transact((tx) => {
      tx.run("DROP TRIGGER events_log_no_update");
      tx.run("UPDATE events_log SET summary = 'nothing happened' WHERE seq = 2");
    });
    const found = await audit.verify(() => {});
    expect(found.ok).toBe(false);
    expect(found.findings[0]).toMatchObject({ ok: false, label: "Hash chain" });
    expect(found.findings[0]?.detail).toContain("event 2");
    expect(state.current()).toMatchObject({ state: "EMERGENCY_STOP", actor: "system:verify" });
    const log = () => engine.readiness().find(({ name }) => name === "Audit log");
    expect(log()).toMatchObject({ ok: false, detail: expect.stringContaining("event 2") });
    expect(audit.lastChecked()).toMatchObject({ ok: false, firstBadSeq: 2 });

    const moved = broken.transact((tx) =>
      state.move(tx, "recover", "The copy agrees.", { actor: ADA, role: "admin" }),
    );
    expect(moved).toMatchObject({ ok: true });
    // What recovery changes in memory follows the transaction that keeps it.
    await Promise.resolve();
    expect(log()).toMatchObject({ ok: true });
    const again = await audit.verify(() => {});
    expect(again.ok).toBe(true);
    expect(again.findings.map(({ label }) => label)).toContain("Known breaks");
    expect(state.current().state).toBe("PAUSED");
    broken.close();
  });

  test("a position that is not the sum of the fills is a finding", async () => {
    const wrong = await openHouse({ isEmpty: true });
    wrong.transact((tx) => {
      tx.run("UPDATE balances SET units = units + 1 WHERE asset = 'USDT'");
    });
    const found = await wrong.capabilities.audit.verify(() => {});
    expect(found.ok).toBe(false);
    expect(found.findings.find(({ label }) => label === "Ledger")?.detail).toContain("USDT");
    wrong.close();
  });
});
