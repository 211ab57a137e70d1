// A cycle's effects are one transaction: whatever fails, nothing is half there, and the next cycle decides the candle (P8).
import { describe, expect, test } from "bun:test";
import { appendEvent } from "../../db/audit.ts";
import { verifyChain } from "../../db/audit-chain.ts";
import type { Database, Tx } from "../../db/database.ts";
import { OutsideError } from "../../src/core/errors.ts";
import type { CycleReport } from "../../src/engine/cycle.ts";
import { rebuildLedger } from "../../src/engine/recovery.ts";
import { REPLAY_INSTRUMENT } from "../../src/market/replay-instrument.ts";
import { DEFAULT_HARD_LIMITS } from "../../src/risk/limits.ts";
import { dumpOf } from "../db/test-database.ts";
import { type PaperSetup, TESTER } from "../simulation/paper-engine.ts";
import { storedTrace } from "../simulation/run-trace.ts";
import {
  type Bar,
  BUY,
  FALL,
  HOLD,
  HOUR,
  minutely,
  QUIET_UNTIL,
  type Scripted,
  SELL,
  scripted,
} from "./scripted-market.ts";

/** From the n-th statement of a transaction on, the disk refuses to be written. */
class FailingDisk {
  /** 0 lets everything through. */
  nth = 0;

  wrap(database: Database): Database {
    return new Proxy(database, {
      get: (real, name) => {
        if (name === "transact" && this.nth > 0) {
          return <T>(now: number, run: (tx: Tx) => T): T =>
            real.transact(now, (tx) => run(this.#failing(tx)));
        }
        const value: unknown = Reflect.get(real, name, real);
        return typeof value === "function" ? (value.bind(real) as unknown) : value;
      },
    });
  }

  #failing(tx: Tx): Tx {
    let count = 0;
    const counted = <T>(ask: () => T): T => {
      if (++count === this.nth) tx.all("PRAGMA query_only = ON");
      return ask();
    };
    const failing: Tx = {
      now: tx.now,
      get: (sql, params) => counted(() => tx.get(sql, params)),
      all: (sql, params) => counted(() => tx.all(sql, params)),
      iterate: (sql, params) => counted(() => tx.iterate(sql, params)),
      values: (sql, params) => counted(() => tx.values(sql, params)),
      run: (sql, params) => counted(() => tx.run(sql, params)),
      audit: (event) => appendEvent(failing, event),
    };
    return failing;
  }
}

const LIMIT = { "execution.entry_type": "limit", "execution.limit_offset_bps": 50 };
const LOSS: Bar = [10_100, 10_110, 9_950, 9_960];

interface Story {
  readonly bars: readonly Bar[];
  readonly setup?: Partial<Omit<PaperSetup, "clock" | "feed">>;
  readonly isOnMinutes?: boolean;
}

/** The last candle of each is the one whose cycle fails. */
const STORIES: Readonly<Record<string, Story>> = {
  "an entry": { bars: [BUY] },
  "an exit by the signal": { bars: [BUY, SELL] },
  "a stop and the lock after it": { bars: [BUY, FALL] },
  "a stop on minutes": { bars: [BUY, FALL], isOnMinutes: true },
  "a hold": { bars: [BUY, HOLD] },
  "a limit order that is placed": { bars: [BUY], setup: { tunables: LIMIT } },
  "a limit order that fills": { bars: [BUY, [10_120, 10_220, 10_060, 10_150]], setup: { tunables: LIMIT } },
  "the equity stop and the flatten it leads to": {
    bars: [BUY, LOSS],
    setup: { limits: { ...DEFAULT_HARD_LIMITS, equityStop: 0.00003 }, policy: "flatten" },
  },
};

async function told({ bars, setup, isOnMinutes }: Story, disk: FailingDisk | null = null): Promise<Scripted> {
  const market = await scripted(bars, {
    ...setup,
    tunables: { "strategy.active": "breakout", ...setup?.tunables },
    ...(isOnMinutes ? { base: minutely(bars) } : {}),
    ...(disk === null ? {} : { wrap: (database) => disk.wrap(database) }),
  });
  for (let hour = 1; hour < bars.length; hour++) await market.cycleAt(hour * HOUR);
  await market.clock.advanceTo(QUIET_UNTIL + bars.length * HOUR);
  return market;
}

const cycle = async (market: Scripted): Promise<CycleReport> => {
  const done = await market.engine.runCycle(TESTER);
  if (!done.ok) throw new Error(done.code);
  return done.value;
};

/** Ids of orders come from a source that failed attempts have drawn from too: they alone may differ. */
const leftBy = (market: Scripted) => ({
  trace: storedTrace(market.database, 1),
  orders: market.database.read((reader) =>
    reader.all("SELECT purpose, status, lots, filled_lots FROM orders ORDER BY id"),
  ),
  balances: market.database.read((reader) => reader.all("SELECT asset, units FROM balances ORDER BY asset")),
  equity: market.database.read((reader) =>
    reader.all("SELECT at, equity_units, peak_units FROM equity_snapshots ORDER BY at"),
  ),
  notices: market.database.read((reader) => reader.all("SELECT kind, level FROM notices ORDER BY id")),
  state: market.database.read((reader) => reader.all("SELECT state FROM system_state")),
});

describe("when any statement fails, nothing stays of the cycle of", () => {
  test.each(Object.entries(STORIES))("%s", async (_name, story) => {
    const untroubled = await told(story);
    await cycle(untroubled);
    const disk = new FailingDisk();
    const market = await told(story, disk);
    const before = market.database.read(dumpOf);
    let failures = 0;
    let report: CycleReport | null = null;
    for (disk.nth = 1; report === null; disk.nth++) {
      try {
        report = await cycle(market);
      } catch (error) {
        failures += 1;
        expect(error).toBeInstanceOf(OutsideError);
        market.database.read((reader) => reader.all("PRAGMA query_only = OFF"));
        expect(market.database.read(dumpOf)).toBe(before);
      }
    }
    // The sweep reached every statement: one more, and nothing fails any longer.
    expect(failures).toBeGreaterThan(10);
    disk.nth = 0;
    expect(leftBy(market)).toEqual(leftBy(untroubled));
    expect(market.database.read((reader) => verifyChain(reader)).ok).toBe(true);
  });
});

/** Every table that a trading cycle writes to. */
const TABLES = [
  "candles_cache",
  "decisions",
  "orders",
  "fills",
  "positions",
  "balances",
  "engine_memory",
  "equity_snapshots",
  "metrics_snapshots",
  "notices",
  "events_log",
  "locks",
];

describe("when a table refuses its row, nothing stays of the cycle, and the next one decides the candle", () => {
  test.each(TABLES)("%s", async (table) => {
    const story: Story = { bars: [BUY, FALL] };
    const untroubled = await told(story);
    await cycle(untroubled);
    const market = await told(story);
    for (const event of ["INSERT", "UPDATE"]) {
      market.database.transact(market.clock.now(), (tx) =>
        tx.run(
          `CREATE TRIGGER refused_${event} BEFORE ${event} ON ${table} BEGIN SELECT RAISE(ABORT, 'refused by the test'); END`,
        ),
      );
    }
    const before = market.database.read(dumpOf);
    await expect(cycle(market)).rejects.toThrow("refused");
    expect(market.database.read(dumpOf)).toBe(before);
    market.database.transact(market.clock.now(), (tx) => {
      for (const event of ["INSERT", "UPDATE"]) tx.run(`DROP TRIGGER refused_${event}`);
    });
    expect(await cycle(market)).toMatchObject({ reason: "no_inventory_to_sell", fills: 1 });
    expect(leftBy(market)).toEqual(leftBy(untroubled));
  });
});

describe("when the one who asked for the cycle fails", () => {
  test("nothing stays of it", async () => {
    const market = await told(STORIES["an entry"]!);
    const before = market.database.read(dumpOf);
    const asked = market.engine.runCycle(TESTER, () => {
      throw new Error("the answer could not be written");
    });
    await expect(asked).rejects.toThrow("could not be written");
    expect(market.database.read(dumpOf)).toBe(before);
    expect(await cycle(market)).toMatchObject({ reason: "executed", fills: 1 });
  });

  test("for want of disk space, nothing stays of it, and the engine goes on once there is some", async () => {
    const market = await told(STORIES["an entry"]!);
    const before = market.database.read(dumpOf);
    const full = market.engine.runCycle(TESTER, (tx) => {
      const { page_count: pages } = tx.get<{ page_count: number }>("PRAGMA page_count")!;
      tx.all(`PRAGMA max_page_count = ${pages}`);
      for (;;) {
        tx.audit({ category: "system", type: "filler", actor: TESTER, summary: "x".repeat(2000), facts: {} });
      }
    });
    await expect(full).rejects.toMatchObject({
      code: "database_write_failed",
      facts: { sqlite: "SQLITE_FULL" },
    });
    expect(market.database.read(dumpOf)).toBe(before);
    market.database.read((reader) => reader.all("PRAGMA max_page_count = 1073741823"));
    expect(await cycle(market)).toMatchObject({ reason: "executed", fills: 1 });
  });

  test("a flatten is undone like a cycle", async () => {
    const market = await told({ bars: [BUY] });
    await cycle(market);
    const before = market.database.read(dumpOf);
    const asked = market.engine.flatten(TESTER, () => {
      throw new Error("no");
    });
    await expect(asked).rejects.toThrow("no");
    expect(market.database.read(dumpOf)).toBe(before);
    expect(market.engine.current().trader.ledger.lots).toBe(227);
  });
});

test("what is stored adds up after every story", async () => {
  for (const story of Object.values(STORIES)) {
    const market = await told(story);
    await cycle(market);
    const { mismatches } = market.database.read((reader) =>
      rebuildLedger(reader, market.engine.current().account, { instrument: REPLAY_INSTRUMENT }),
    );
    expect(mismatches).toEqual([]);
  }
});
