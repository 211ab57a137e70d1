/** The real engine over a real database and any market, as the program puts it together, without the program. */
import { openAccount } from "../../db/accounts.ts";
import { activate, insertVersion } from "../../db/config-versions.ts";
import { type Database, openDatabase } from "../../db/database.ts";
import { migrate } from "../../db/migrate.ts";
import { enterState, initialiseState } from "../../db/system-state.ts";
import type { Actor } from "../../src/core/actor.ts";
import type { Clock } from "../../src/core/clock.ts";
import { idSource } from "../../src/core/ids.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import type { ParameterValue } from "../../src/core/parameter.ts";
import { seededRandom } from "../../src/core/random.ts";
import type { PositionPolicy } from "../../src/core/state.ts";
import type { Timeframe } from "../../src/core/timeframe.ts";
import { Engine } from "../../src/engine/engine.ts";
import { resolveRules } from "../../src/engine/rules.ts";
import { Trader } from "../../src/engine/trader.ts";
import { Ledger } from "../../src/ledger/ledger.ts";
import type { MarketFeed } from "../../src/market/feed.ts";
import { REPLAY_INSTRUMENT } from "../../src/market/replay-instrument.ts";
import { DEFAULT_HARD_LIMITS, type HardLimits } from "../../src/risk/limits.ts";
import { initialTunables } from "../../src/tunables/table.ts";

export const TESTER: Actor = { kind: "system", name: "simulation" };
export const OPERATOR: Actor = { kind: "person", personId: 1, platform: "console", accountId: "console" };

export type TunableValues = Readonly<Record<string, ParameterValue>>;

export interface PaperSetup {
  readonly clock: Clock;
  readonly feed: MarketFeed;
  readonly tunables?: TunableValues;
  readonly limits?: HardLimits;
  readonly policy?: PositionPolicy;
  readonly exitTimeframe?: Timeframe;
  readonly fillModel?: "book" | "slippage";
  readonly cycleMs?: number;
  readonly cashUnits?: number;
  readonly instrument?: Instrument;
  readonly requireDataReady?: boolean;
}

const CASH_UNITS = 10_000 * 100_000_000;

/** A fresh database with a paper account and version 1, PAUSED as on a first start. */
export function paperDatabase(setup: PaperSetup, path = ":memory:"): Database {
  const database = openDatabase({ path });
  const now = setup.clock.now();
  const instrument = setup.instrument ?? REPLAY_INSTRUMENT;
  migrate(database, now, { auto: true });
  database.transact(now, (tx) => {
    initialiseState(tx, TESTER);
    const tunables = initialTunables(setup.tunables);
    activate(tx, insertVersion(tx, { baseVersion: null, source: "test", tunables }, TESTER), TESTER);
    openAccount(
      tx,
      {
        kind: "paper",
        symbol: instrument.symbol,
        baseAsset: instrument.baseAsset,
        quoteAsset: instrument.quoteAsset,
        lotUnits: instrument.lotUnits,
        startingCashUnits: setup.cashUnits ?? CASH_UNITS,
        startingLots: 0,
        startingCostUnits: 0,
      },
      TESTER,
    );
  });
  return database;
}

/** A new engine over a database, as after a start. */
export function paperEngine(database: Database, setup: PaperSetup): Engine {
  return new Engine({
    database,
    feed: setup.feed,
    clock: setup.clock,
    instrument: setup.instrument ?? REPLAY_INSTRUMENT,
    limits: setup.limits ?? DEFAULT_HARD_LIMITS,
    settings: {
      symbol: "BTCUSDT",
      cycleMs: setup.cycleMs ?? 60_000,
      exitTimeframe: setup.exitTimeframe ?? "1h",
      policy: setup.policy ?? "protect",
      fillModel: setup.fillModel ?? "slippage",
    },
    ids: idSource(seededRandom("ids")),
    requireDataReady: setup.requireDataReady ?? true,
  });
}

export function resume(database: Database, now: number): void {
  database.transact(now, (tx) => {
    enterState(tx, { by: "person", role: "operator", via: "resume" }, "go", OPERATOR);
  });
}

/** A trader in memory under the same rules. */
export function freshTrader(setup: Omit<PaperSetup, "clock" | "feed">): Trader {
  const instrument = setup.instrument ?? REPLAY_INSTRUMENT;
  const rules = resolveRules(
    1,
    initialTunables(setup.tunables),
    instrument,
    setup.limits ?? DEFAULT_HARD_LIMITS,
  );
  const start = { cashUnits: setup.cashUnits ?? CASH_UNITS, lots: 0, costUnits: 0 };
  return new Trader(rules, new Ledger(instrument, start, 0));
}
