import { describe, expect, test } from "bun:test";
import { openAccountOf } from "../db/accounts.ts";
import { verifyChain } from "../db/audit-chain.ts";
import { activate, activeVersion, insertVersion, newestVersion } from "../db/config-versions.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { waitingNotices } from "../db/notices.ts";
import { loadBalances, loadPosition } from "../db/positions.ts";
import { enterState, readState } from "../db/system-state.ts";
import { VirtualClock } from "../src/clock.ts";
import { loadConfig } from "../src/config.ts";
import { OutsideError } from "../src/core/errors.ts";
import type { Instrument } from "../src/core/instrument.ts";
import type { MarketFeed } from "../src/market/feed.ts";
import { ReplayCandles, ReplayFeed } from "../src/market/replay.ts";
import { REPLAY_INSTRUMENT } from "../src/market/replay-instrument.ts";
import { startUp } from "../src/startup.ts";
import { initialTunables, TUNABLES } from "../src/tunables/table.ts";
import { ADA, eventTypes } from "./db/test-database.ts";
import { walk } from "./market/candles.ts";
import { usdt } from "./risk/btcusdt.ts";

const NOW = Date.UTC(2026, 0, 15, 10);
const candles = new ReplayCandles(walk(24));

const feedOf = (instrument: Instrument = REPLAY_INSTRUMENT): MarketFeed =>
  new ReplayFeed(candles, new VirtualClock(NOW), instrument);

/** The exchange as it is when it does not answer. */
const silentFeed: MarketFeed = Object.assign(Object.create(feedOf()) as MarketFeed, {
  instrument: () => Promise.reject(new OutsideError("no_answer", "The market does not answer.")),
});

interface Start {
  readonly environment?: Readonly<Record<string, string>>;
  readonly feed?: MarketFeed;
  readonly now?: number;
}

const start = (database: Database, { environment = {}, feed = feedOf(), now = NOW }: Start = {}) =>
  startUp({
    database,
    settings: loadConfig({ environment, envFile: null }).settings,
    feed,
    now,
    version: "1.2.3",
  });

const empty = (): Database => openDatabase({ path: ":memory:" });

async function started(environment: Readonly<Record<string, string>> = {}): Promise<Database> {
  const database = empty();
  await start(database, { environment });
  return database;
}

const notices = (database: Database) => database.read((reader) => waitingNotices(reader, 100));
const kinds = (database: Database) => notices(database).map(({ kind }) => kind);
const stateOf = (database: Database) => database.read(readState).state;

describe("a first start", () => {
  test("is PAUSED, with config version 1 and a paper account from the environment", async () => {
    const database = empty();
    const done = await start(database, {
      environment: {
        RISK_PER_TRADE: "0.004",
        TRADING_PAPER_STARTING_EQUITY: "2500.5",
        TRADING_ACTIVE_STRATEGY: "breakout",
      },
    });
    expect(done).toMatchObject({
      isFirstStart: true,
      isHalted: false,
      mismatches: [],
      instrument: REPLAY_INSTRUMENT,
    });
    expect(stateOf(database)).toBe("PAUSED");
    const { version, tunables } = database.read(activeVersion);
    expect([version, tunables["risk.per_trade"], tunables["strategy.active"]]).toEqual([
      1,
      0.004,
      "breakout",
    ]);
    const account = database.read((reader) => openAccountOf(reader, "paper"))!;
    expect(database.read((reader) => loadBalances(reader, account.id))).toEqual({
      BTC: 0,
      USDT: usdt(2500.5),
    });
    expect(kinds(database)).toEqual(["process_started"]);
  });

  test("writes an audit chain that verifies", async () => {
    const database = await started();
    expect(database.read((reader) => verifyChain(reader)).ok).toBe(true);
    expect(database.read(eventTypes)).toEqual(
      expect.arrayContaining(["state_changed", "account_opened", "instrument_saved", "process_started"]),
    );
  });

  test("without an answer from the market is refused and leaves nothing to trade with", async () => {
    const database = empty();
    await expect(start(database, { feed: silentFeed })).rejects.toThrow("does not answer");
    expect(database.read((reader) => openAccountOf(reader, "paper"))).toBeNull();
  });

  test("with migrations switched off says what to run", async () => {
    await expect(start(empty(), { environment: { DB_AUTO_MIGRATE: "false" } })).rejects.toThrow("db migrate");
  });
});

describe("a restart", () => {
  test.each(["RUNNING", "PAUSED", "EMERGENCY_STOP"] as const)("comes back %s", async (state) => {
    const database = await started();
    database.transact(NOW, (tx) => {
      if (state !== "PAUSED") enterState(tx, { by: "person", role: "admin", via: "resume" }, "go", ADA);
      if (state === "EMERGENCY_STOP") enterState(tx, { by: "safety", cause: "equity_stop" }, "fell", ADA);
    });
    const done = await start(database, { now: NOW + 5 });
    expect([stateOf(database), done.isFirstStart, done.isHalted]).toEqual([state, false, false]);
  });

  test("makes neither a second account nor a second version", async () => {
    const database = await started();
    const before = database.read((reader) => openAccountOf(reader, "paper"));
    await start(database, { environment: { TRADING_PAPER_STARTING_EQUITY: "5" + "0000" } });
    expect(database.read((reader) => openAccountOf(reader, "paper"))).toEqual(before);
    expect(database.read(newestVersion)).toBe(1);
  });

  test("reports what the environment says differently and applies none of it", async () => {
    const database = await started();
    await start(database, { environment: { RISK_PER_TRADE: "0.01", RISK_FEE_BPS: "7.5" } });
    const drift = notices(database).find(({ kind }) => kind === "config_drift");
    expect(drift?.facts).toEqual({
      "risk.per_trade": "0.01 in the environment, 0.005 active",
      "risk.fee_bps": "7.5 in the environment, 10 active",
    });
    expect(database.read(activeVersion).tunables["risk.per_trade"]).toBe(0.005);
  });

  test("without an answer from the market uses the filters it knew", async () => {
    const database = await started();
    expect((await start(database, { feed: silentFeed })).instrument).toEqual(REPLAY_INSTRUMENT);
  });

  test("under another lot size is refused: stored quantities would all be wrong", async () => {
    const database = await started();
    const finer = feedOf({ ...REPLAY_INSTRUMENT, lotUnits: 100, unitsPerTickLot: 1 });
    await expect(start(database, { feed: finer })).rejects.toThrow("lot size");
  });
});

describe("after an upgrade", () => {
  /** The active version as an older program would have left it. */
  async function upgradedFrom(change: (tunables: Record<string, unknown>) => void): Promise<Database> {
    const database = await started();
    const stored: Record<string, unknown> = { ...database.read(activeVersion).tunables };
    change(stored);
    database.transact(NOW, (tx) => {
      const tunables = stored as Record<string, number>;
      activate(tx, insertVersion(tx, { baseVersion: 1, source: "test", tunables }, ADA), ADA);
    });
    await start(database);
    return database;
  }

  test("new tunables take their defaults as a new version that is audited; the others stay", async () => {
    const database = await upgradedFrom((stored) => {
      delete stored["exits.trailing"];
      stored["risk.per_trade"] = 0.004;
    });
    const { version, tunables } = database.read(activeVersion);
    expect([version, tunables["exits.trailing"], tunables["risk.per_trade"]]).toEqual([3, false, 0.004]);
    expect(Object.keys(tunables).toSorted()).toEqual([...TUNABLES.keys()].toSorted());
    expect(database.read(eventTypes).filter((type) => type.startsWith("config_"))).toContain(
      "config_activated",
    );
  });

  test("tunables that are gone are left behind", async () => {
    const database = await upgradedFrom((stored) => {
      delete stored["exits.trailing"];
      stored["strategy.martingale.factor"] = 2;
    });
    expect(database.read(activeVersion).tunables).toEqual(initialTunables());
  });

  test("nothing new makes no version", async () => {
    const database = await upgradedFrom(() => {});
    expect(database.read(newestVersion)).toBe(2);
  });
});

describe("a start stops trading and says why when", () => {
  async function tampered(sql: string): Promise<Database> {
    const database = await started();
    database.transact(NOW, (tx) => {
      enterState(tx, { by: "person", role: "admin", via: "resume" }, "go", ADA);
      tx.run("DROP TRIGGER IF EXISTS events_log_no_update");
      tx.run(sql);
    });
    return database;
  }

  test("the audit log was changed", async () => {
    const database = await tampered("UPDATE events_log SET summary = 'nothing happened' WHERE seq = 2");
    const done = await start(database);
    expect([done.isHalted, done.chain.ok, stateOf(database)]).toEqual([true, false, "EMERGENCY_STOP"]);
    const problem = notices(database).find(({ kind }) => kind === "recovery_problem");
    expect(problem).toMatchObject({ level: "critical", facts: { cause: "audit_chain_broken" } });
    expect(String(problem?.facts["reason"])).toContain("event 2");
  });

  test.each([
    ["lots", "UPDATE positions SET lots = 1, opened_at = 1", "lots: stored 1, rebuilt 0"],
    [
      "cash",
      "UPDATE balances SET units = units - 1 WHERE asset = 'USDT'",
      `USDT: stored ${usdt(10_000) - 1}, rebuilt ${usdt(10_000)}`,
    ],
    ["fees", "UPDATE positions SET fees_units = 5", "fees: stored 5, rebuilt 0"],
  ])("the stored %s is not the sum of the fills", async (_name, sql, difference) => {
    const database = await tampered(sql);
    const done = await start(database);
    expect([done.isHalted, done.mismatches.length, stateOf(database)]).toEqual([true, 1, "EMERGENCY_STOP"]);
    expect(
      String(notices(database).find(({ kind }) => kind === "recovery_problem")?.facts["reason"]),
    ).toContain(difference);
    const account = database.read((reader) => openAccountOf(reader, "paper"))!;
    expect(database.read((reader) => loadPosition(reader, account.id)).lots).toBe(_name === "lots" ? 1 : 0);
  });
});
