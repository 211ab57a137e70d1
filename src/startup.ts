/** The checks of a start, in order, before anything trades: migrations, audit chain, first rows, ledger. Start-up is the recovery path. */
import { type Account, openAccount, openAccountOf } from "../db/accounts.ts";
import { type ChainReport, verifyChain } from "../db/audit-chain.ts";
import { activate, activeVersion, activeVersionOrNone, insertVersion } from "../db/config-versions.ts";
import type { Database, Tx } from "../db/database.ts";
import { loadInstrument, saveInstrument } from "../db/instruments.ts";
import { integrityProblems } from "../db/integrity.ts";
import { migrate } from "../db/migrate.ts";
import { insertNotice } from "../db/notices.ts";
import { enterState, initialiseState, readState } from "../db/system-state.ts";
import type { Settings } from "./config.ts";
import type { Actor } from "./core/actor.ts";
import { InputError, OutsideError } from "./core/errors.ts";
import type { Instrument } from "./core/instrument.ts";
import { unitsFromDecimal } from "./core/money.ts";
import type { ParameterValue } from "./core/parameter.ts";
import type { SafetyCause } from "./core/state.ts";
import { type Mismatch, rebuildLedger } from "./engine/recovery.ts";
import type { MarketFeed } from "./market/feed.ts";
import { initialTunables, missingTunables, TUNABLES, type Tunables } from "./tunables/table.ts";

export interface Started {
  readonly instrument: Instrument;
  readonly chain: ChainReport;
  readonly mismatches: readonly Mismatch[];
  /** No cycle runs until a person has recovered: the chain is broken or the ledger does not add up. */
  readonly isHalted: boolean;
  readonly isFirstStart: boolean;
}

const SYSTEM: Actor = { kind: "system", name: "startup" };

export interface StartOptions {
  readonly database: Database;
  readonly settings: Settings;
  readonly feed: MarketFeed;
  readonly now: number;
  readonly version: string;
}

export async function startUp({ database, settings, feed, now, version }: StartOptions): Promise<Started> {
  migrate(database, now, { auto: settings.DB_AUTO_MIGRATE });
  const damage = database.read(integrityProblems);
  if (damage.length > 0) {
    throw new OutsideError(
      "database_damaged",
      `The database is damaged (${damage[0]}); restore the last backup.`,
    );
  }
  const chain = database.read((reader) => verifyChain(reader));
  const instrument = await instrumentNow(database, settings.TRADING_SYMBOL, feed);
  const isFirstStart = database.read(activeVersionOrNone) === null;
  return database.transact(now, (tx) => {
    initialiseState(tx, SYSTEM);
    saveInstrument(tx, instrument, SYSTEM);
    firstRows(tx, settings, instrument);
    takeNewTunables(tx);
    reportDrift(tx, settings);
    const account = openAccountOf(tx, "paper");
    assertSameLot(account, instrument);
    const mismatches = account === null ? [] : rebuildLedger(tx, account, { instrument }).mismatches;
    const isChainWhole = chain.ok;
    if (!isChainWhole) {
      const where = chain.firstBad ? `at event ${chain.firstBad.seq} (${chain.firstBad.problem})` : "";
      stop(tx, "audit_chain_broken", `The audit log does not verify ${where}.`);
    }
    if (mismatches.length > 0) {
      const what = mismatches
        .map((one) => `${one.what}: stored ${one.stored}, rebuilt ${one.rebuilt}`)
        .join("; ");
      stop(tx, "ledger_mismatch", `The stored position is not the sum of the fills (${what}).`);
    }
    const { state } = readState(tx);
    tx.audit({
      category: "system",
      type: "process_started",
      actor: SYSTEM,
      summary: `Countersign ${version} started in state ${state}.`,
      facts: { version, state, events: chain.rows },
    });
    insertNotice(tx, { kind: "process_started", level: "info", topic: "alerts", facts: { version, state } });
    return { instrument, chain, mismatches, isHalted: !isChainWhole || mismatches.length > 0, isFirstStart };
  });
}

/** Stored quantities are lots of the account's own size: under another size every one of them would be wrong. */
function assertSameLot(account: Account | null, instrument: Instrument): void {
  if (account === null || account.lotUnits === instrument.lotUnits) return;
  throw new InputError(
    "lot_size_changed",
    "The exchange changed the lot size; start once on a new DB_PATH, or restore this account by hand.",
    { account: account.lotUnits, exchange: instrument.lotUnits },
  );
}

/** What the exchange states now; what it stated last time when it does not answer. */
async function instrumentNow(database: Database, symbol: string, feed: MarketFeed): Promise<Instrument> {
  try {
    return await feed.instrument();
  } catch (error) {
    const stored = database.read((reader) => loadInstrument(reader, symbol));
    if (stored === null || !(error instanceof OutsideError)) throw error;
    return stored.instrument;
  }
}

/** Config version 1 from the environment, and the first paper account. */
function firstRows(tx: Tx, settings: Settings, instrument: Instrument): void {
  if (activeVersionOrNone(tx) === null) {
    const tunables = initialTunables(seeds(settings));
    activate(tx, insertVersion(tx, { baseVersion: null, source: "environment", tunables }, SYSTEM), SYSTEM);
  }
  if (openAccountOf(tx, "paper") !== null) return;
  openAccount(
    tx,
    {
      kind: "paper",
      symbol: instrument.symbol,
      startingCashUnits: unitsFromDecimal(String(settings.TRADING_PAPER_STARTING_EQUITY)),
      startingLots: 0,
      startingCostUnits: 0,
      baseAsset: instrument.baseAsset,
      quoteAsset: instrument.quoteAsset,
      lotUnits: instrument.lotUnits,
    },
    SYSTEM,
  );
}

/** Tunables that the environment seeds; later differences are drift, never applied. */
const seeds = (settings: Settings): Record<string, ParameterValue> => ({
  "strategy.active": settings.TRADING_ACTIVE_STRATEGY,
  "risk.per_trade": settings.RISK_PER_TRADE,
  "risk.max_daily_loss": settings.RISK_MAX_DAILY_LOSS,
  "risk.max_exposure": settings.RISK_MAX_EXPOSURE,
  "risk.fee_bps": settings.RISK_FEE_BPS,
  "risk.slippage_bps": settings.RISK_SLIPPAGE_BPS,
});

/** A tunable that an upgrade added takes its declared default as a new version; one that it dropped is left behind. */
function takeNewTunables(tx: Tx): void {
  const active = activeVersion(tx);
  const missing = missingTunables(active.tunables);
  if (Object.keys(missing).length === 0) return;
  const kept = Object.entries(active.tunables).filter(([key]) => TUNABLES.has(key));
  const tunables = initialTunables(Object.fromEntries(kept) as Tunables);
  activate(
    tx,
    insertVersion(tx, { baseVersion: active.version, source: "upgrade", tunables }, SYSTEM),
    SYSTEM,
  );
}

function reportDrift(tx: Tx, settings: Settings): void {
  const active = activeVersion(tx);
  const drift = Object.entries(seeds(settings)).filter(([key, value]) => active.tunables[key] !== value);
  if (drift.length === 0) return;
  const facts = Object.fromEntries(
    drift.map(([key, value]) => [key, `${value} in the environment, ${active.tunables[key]} active`]),
  );
  tx.audit({
    category: "config",
    type: "config_drift",
    actor: SYSTEM,
    summary: `The environment differs from config version ${active.version} in ${drift.length} value(s); the version stands.`,
    facts,
  });
  insertNotice(tx, { kind: "config_drift", level: "info", topic: "alerts", facts });
}

function stop(tx: Tx, cause: SafetyCause, reason: string): void {
  enterState(tx, { by: "safety", cause }, reason, SYSTEM);
  insertNotice(tx, {
    kind: "recovery_problem",
    level: "critical",
    topic: "alerts",
    facts: { cause, reason },
  });
}
