/** The trading engine of one account: runs cycles one at a time, picks up new config versions, and rebuilds itself after a failure. */
import { type Account, openAccount, openAccountOf } from "../../db/accounts.ts";
import { activeVersion } from "../../db/config-versions.ts";
import type { Database, Tx } from "../../db/database.ts";
import { saveMemory } from "../../db/engine-memory.ts";
import { unsettledOrders } from "../../db/orders.ts";
import { readState } from "../../db/system-state.ts";
import type { Actor } from "../core/actor.ts";
import type { Clock } from "../core/clock.ts";
import { invariant, type Result, refusal, success } from "../core/errors.ts";
import type { IdSource } from "../core/ids.ts";
import { assertSameScales, type Instrument, notionalUnits } from "../core/instrument.ts";
import type { MarketFeed, Quote } from "../market/feed.ts";
import type { HardLimits } from "../risk/limits.ts";
import type { Tunables } from "../tunables/table.ts";
import { type CycleReport, type CycleRun, type CycleSettings, commitCycle, commitFlatten } from "./cycle.ts";
import { FillFold } from "./fill-fold.ts";
import { noteFreshness } from "./freshness.ts";
import { type Gathered, gather } from "./gather.ts";
import { rebuildTrader, warmupCandles } from "./recovery.ts";
import { resolveRules } from "./rules.ts";
import type { Trader } from "./trader.ts";

export interface EngineOptions {
  readonly database: Database;
  readonly feed: MarketFeed;
  /** The market's clock. */
  readonly clock: Clock;
  readonly instrument: Instrument;
  readonly limits: HardLimits;
  readonly settings: CycleSettings;
  readonly ids: IdSource;
  /** A warm-up that is short refuses cycles (`TRADING_REQUIRE_DATA_READY`). */
  readonly requireDataReady: boolean;
}

type CommitParts = Omit<CycleRun, "tx" | "actor" | "mayDecide">;

/** Called once in the transaction that makes the outcome durable. */
export type Record = (tx: Tx, report: CycleReport) => void;

export class Engine {
  #options: EngineOptions;
  readonly #fold: FillFold;
  #trader: Trader | null = null;
  #account: Account | null = null;
  #running: Promise<unknown> | null = null;
  #lastQuote: Quote | null = null;
  #isStale = false;
  #lastCycle: { readonly at: number; readonly durationMs: number; readonly report: CycleReport } | null =
    null;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#fold = new FillFold(options.instrument);
  }

  get options(): EngineOptions {
    return this.#options;
  }

  /** Takes over what the exchange now states about the symbol, from the next cycle on. */
  useInstrument(instrument: Instrument): void {
    assertSameScales(this.#options.instrument, instrument);
    this.#options = { ...this.#options, instrument };
    this.invalidate();
  }

  get lastCycle() {
    return this.#lastCycle;
  }

  get lastQuote(): Quote | null {
    return this.#lastQuote;
  }

  get isDataStale(): boolean {
    return this.#isStale;
  }

  /** The account and its trader as of the last commit; rebuilt from the database when there is none in memory. */
  current(): { readonly account: Account; readonly trader: Trader } {
    if (this.#trader === null || this.#account === null) this.#rebuild();
    return { account: this.#account!, trader: this.#trader! };
  }

  /** A new active version is used from the next cycle on. */
  #pickUpConfig(): void {
    const active = this.options.database.read(activeVersion);
    if (active.version !== this.current().trader.rules.configVersion) this.invalidate();
  }

  /** Timing candles the trader has and needs. */
  readiness(): { readonly has: number; readonly needs: number } {
    const { trader } = this.current();
    return { has: trader.fedTiming, needs: warmupCandles(trader.rules) };
  }

  /** Forgets what is in memory: the next use rebuilds it (after a reset, a backfill or a failed commit). */
  invalidate(): void {
    this.#trader = null;
    this.#account = null;
  }

  /**
   * One cycle now. A cycle under way refuses a second one; so does short history, unless there is a position to protect.
   * Without `mayDecide` the strategy is not asked: candles, exits and the position policy alone.
   */
  async runCycle(
    actor: Actor,
    record?: Record,
    mayDecide = true,
  ): Promise<Result<CycleReport, "cycle_running" | "not_ready">> {
    return this.#exclusively(async () => {
      this.#pickUpConfig();
      const { has, needs } = this.readiness();
      const isReady = has >= needs || !this.options.requireDataReady || this.current().trader.isExposed;
      if (!isReady) return refusal("not_ready", { has, needs });
      const startedAt = this.options.clock.now();
      const gathered = await this.#gather();
      const report = this.#commit(gathered, (tx, parts) => {
        const cycleReport = commitCycle({ ...parts, tx, actor, mayDecide });
        record?.(tx, cycleReport);
        return cycleReport;
      });
      this.#lastCycle = { at: startedAt, durationMs: this.options.clock.now() - startedAt, report };
      return success(report);
    });
  }

  /** Sells the whole position at the market, whatever the state. */
  async flatten(
    actor: Actor,
    record?: Record,
  ): Promise<Result<CycleReport, "cycle_running" | "flat" | "order_unresolved">> {
    return this.#exclusively(async () => {
      const { account } = this.current();
      const isUnresolved = this.options.database
        .read((reader) => unsettledOrders(reader, account.id))
        .some((order) => order.status === "unknown");
      if (isUnresolved) return refusal("order_unresolved");
      const { ledger, working } = this.current().trader;
      if (ledger.lots === 0 && working === null) return refusal("flat");
      const gathered = await this.#gather(true);
      const report = this.#commit(gathered, (tx, parts) => {
        const flattened = commitFlatten({ ...parts, tx, actor, mayDecide: false });
        record?.(tx, flattened);
        return flattened;
      });
      return success(report);
    });
  }

  /** Opens a new paper account inside the caller's transaction; the caller has checked that nothing runs. */
  resetAccount(
    tx: Tx,
    actor: Actor,
    seed: { readonly equityUnits: number; readonly lots: number; readonly ticks: number },
  ): Account {
    const { instrument } = this.options;
    const costUnits = notionalUnits(instrument, seed.ticks, seed.lots);
    const account = openAccount(
      tx,
      {
        kind: "paper",
        symbol: instrument.symbol,
        startingCashUnits: seed.equityUnits - costUnits,
        startingLots: seed.lots,
        startingCostUnits: costUnits,
        baseAsset: instrument.baseAsset,
        quoteAsset: instrument.quoteAsset,
        lotUnits: instrument.lotUnits,
      },
      actor,
    );
    this.invalidate();
    return account;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Resolves when no cycle is under way. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => {});
  }

  async #exclusively<T, Code extends string>(
    run: () => Promise<Result<T, Code>>,
  ): Promise<Result<T, Code | "cycle_running">> {
    if (this.#running !== null) return refusal("cycle_running");
    const running = run();
    this.#running = running;
    try {
      return await running;
    } finally {
      this.#running = null;
    }
  }

  /**
   * An admin's recovery accepts the loss that was made: the peak that drawdown is measured from starts anew at today's
   * equity, else the equity stop would trip again with the next position. Call inside the recovery's transaction.
   */
  restartPeak(tx: Tx, actor: Actor): void {
    const { account, trader } = this.current();
    if (trader.drawdown() === 0) return;
    const facts = { fromUnits: trader.peakUnits, toUnits: trader.equityUnits() };
    trader.peakUnits = facts.toUnits;
    saveMemory(tx, account.id, trader.memory());
    tx.audit({
      category: "risk",
      type: "peak_restarted",
      actor,
      summary: "Drawdown is measured anew from today's equity.",
      facts,
    });
    // What the caller's transaction may still undo must not stay in memory.
    this.invalidate();
  }

  #gather(isOrderDue = this.#isOrderDue()): Promise<Gathered> {
    const { database, feed, clock, settings } = this.options;
    const { trader } = this.current();
    const now = clock.now();
    return gather(database, feed, {
      symbol: settings.symbol,
      timing: trader.rules.needs.timing,
      exit: settings.exitTimeframe,
      timingFromAt: trader.lastTimingCloseAt || null,
      isExposed: trader.isExposed,
      exitFromAt: trader.isExposed
        ? Math.max(trader.lastExitCloseAt, trader.exposedSince)
        : now - EXIT_LOOKBACK_MS,
      wantsBook: settings.fillModel === "book",
      isOrderDue,
      now,
    });
  }

  /** Whether the next commit may trade without a new candle: one is still undecided, or a stop has a position to close. */
  #isOrderDue(): boolean {
    const { database, settings } = this.options;
    const { trader } = this.current();
    const { state } = database.read(readState);
    if (state === "RUNNING") return trader.lastTimingCloseAt > trader.lastDecidedAt;
    return state === "EMERGENCY_STOP" && settings.policy === "flatten" && trader.ledger.lots > 0;
  }

  /** Commits against the current trader; whatever throws leaves the memory unusable, so it is forgotten. */
  #commit(gathered: Gathered, run: (tx: Tx, parts: CommitParts) => CycleReport): CycleReport {
    const { database, clock, settings, ids } = this.options;
    this.#lastQuote = gathered.quote ?? this.#lastQuote;
    const { account, trader } = this.current();
    const now = clock.now();
    const wasStale = this.#isStale;
    const { timing } = trader.rules.needs;
    try {
      return database.transact(now, (tx) => {
        const isDataFresh = noteFreshness(tx, settings, timing, gathered, wasStale);
        this.#isStale = !isDataFresh;
        return run(tx, { account, fold: this.#fold, trader, settings, isDataFresh, ids, gathered });
      });
    } catch (error) {
      this.#isStale = wasStale;
      this.invalidate();
      throw error;
    }
  }

  #rebuild(): void {
    const { database, instrument, limits, settings } = this.options;
    database.read((reader) => {
      const account = openAccountOf(reader, "paper");
      invariant(
        account,
        "account_missing",
        "There is no open paper account; start the program once to create it.",
      );
      const active = activeVersion(reader);
      invariant(
        active,
        "config_missing",
        "There is no active config version; start the program once to create it.",
      );
      const rules = resolveRules(active.version, active.tunables as Tunables, instrument, limits);
      this.#trader = rebuildTrader(reader, account, settings.symbol, rules).trader;
      this.#account = account;
    });
  }
}

/** Minutes of interest when nothing is held: enough for the page and the chart to be current. */
const EXIT_LOOKBACK_MS = 3_600_000;
