/** What must be well to trade, and what must be well before an emergency stop is left: each with what was found and what to do. */
import type { ChainReport } from "../../db/audit-chain.ts";
import { lastOpenAt } from "../../db/candles.ts";
import type { Reader } from "../../db/database.ts";
import { databaseBytes } from "../../db/integrity.ts";
import { pendingMigrations } from "../../db/migrate.ts";
import { unsettledOrders } from "../../db/orders.ts";
import type { ReadinessItem } from "../chat/trading-capabilities.ts";
import { timeframeMs } from "../core/timeframe.ts";
import type { FillFold } from "../engine/fill-fold.ts";
import { staleness } from "../market/gaps.ts";
import { ledgerMismatches } from "./ledger-check.ts";
import type { CapabilityParts } from "./parts.ts";

/** What the audit chain was found to be, and when (by the market's clock). */
export interface ChainCheck {
  readonly at: number;
  readonly report: ChainReport;
}

const item = (name: string, ok: boolean, detail: string, mend: string): ReadinessItem => ({
  name,
  ok,
  detail,
  mend: ok ? null : mend,
});

export class Readiness {
  readonly #parts: CapabilityParts;
  readonly #fold: FillFold;
  #chain: ChainCheck;

  constructor(parts: CapabilityParts, fold: FillFold) {
    this.#parts = parts;
    this.#fold = fold;
    this.#chain = { at: parts.startedAt, report: parts.chain };
  }

  get chain(): ChainCheck {
    return this.#chain;
  }

  noteChain(check: ChainCheck): void {
    this.#chain = check;
  }

  toTrade(): readonly ReadinessItem[] {
    return this.#parts.database.read((reader) => [
      this.#warmUp(),
      this.#freshness(reader),
      this.#exchange(),
      this.#orders(reader),
      this.#ledger(reader),
      this.#auditLog(),
      this.#file(reader),
      ...this.#platforms(),
      ...this.#halt(),
    ]);
  }

  toRecover(): readonly ReadinessItem[] {
    return this.#parts.database.read((reader) => [
      this.#drawdown(),
      this.#orders(reader),
      this.#ledger(reader),
      this.#auditLog(),
      this.#exchange(),
      this.#freshness(reader),
    ]);
  }

  /** Stored sums held against the fills. */
  mismatches(reader: Reader): readonly string[] {
    const { account } = this.#parts.engine.current();
    return ledgerMismatches(reader, account, this.#fold.of(reader, account).ledger);
  }

  #warmUp(): ReadinessItem {
    const { has, needs } = this.#parts.engine.readiness();
    return item(
      "Candles",
      has >= needs,
      `${has} held, ${needs} needed`,
      "Fetch what is missing with /data fetch.",
    );
  }

  #freshness(reader: Reader): ReadinessItem {
    const { clock, engine } = this.#parts;
    const { cycleMs, exitTimeframe, symbol } = engine.options.settings;
    const openAt = lastOpenAt(reader, symbol, exitTimeframe);
    const closedAt = openAt === null ? null : openAt + timeframeMs(exitTimeframe);
    const { ageMs, isStale, limitMs } = staleness(closedAt, clock.now(), cycleMs, exitTimeframe);
    const detail =
      ageMs === null
        ? `no ${exitTimeframe} candle yet`
        : `newest ${exitTimeframe} candle closed ${minutes(ageMs)} ago, at most ${minutes(limitMs)}`;
    return item(
      "Market data",
      !isStale,
      detail,
      "The next cycle fetches it; if it stays, look at the exchange's connection and at /data.",
    );
  }

  #exchange(): ReadinessItem {
    const { detail, isConnected } = this.#parts.feedConnection();
    return item(
      "Exchange",
      isConnected,
      isConnected ? detail || "connected" : `not connected: ${detail}`,
      "It reconnects by itself; if it stays, check the network and the exchange's status page.",
    );
  }

  #orders(reader: Reader): ReadinessItem {
    const { account } = this.#parts.engine.current();
    const unknown = unsettledOrders(reader, account.id).filter(({ status }) => status === "unknown");
    const ids = unknown.map(({ id }) => `#${id}`).join(", ");
    return item(
      "Orders",
      unknown.length === 0,
      unknown.length === 0 ? "every outcome is known" : `outcome unknown: ${ids}`,
      "Wait until the exchange has answered for it; no new order leaves before.",
    );
  }

  #ledger(reader: Reader): ReadinessItem {
    const mismatches = this.mismatches(reader);
    return item(
      "Ledger",
      mismatches.length === 0,
      mismatches.length === 0 ? "position and balances are the sum of the fills" : mismatches.join("; "),
      "/recover takes the position from the fills, which are the record.",
    );
  }

  #auditLog(): ReadinessItem {
    const { at, report } = this.#chain;
    const first = report.firstBad;
    return item(
      "Audit log",
      report.ok,
      first === undefined
        ? `${report.headSeq} events verified ${minutes(this.#parts.clock.now() - at)} ago`
        : `broken at event ${first.seq} (${first.problem})`,
      "Keep a copy of the database and compare it with the latest backup; /recover accepts the break for good.",
    );
  }

  #file(reader: Reader): ReadinessItem {
    const pending = pendingMigrations(reader).length;
    return item(
      "Database",
      pending === 0,
      pending === 0
        ? `${(databaseBytes(reader) / 1e6).toFixed(1)} MB, tables up to date`
        : `${pending} migration(s) pending`,
      "Restart with DB_AUTO_MIGRATE=true.",
    );
  }

  #platforms(): readonly ReadinessItem[] {
    const platforms = this.#parts.platforms();
    if (platforms.length === 0) return [];
    const lost = platforms.filter(({ isConnected }) => !isConnected);
    const names = (list: typeof platforms): string => list.map(({ platform }) => platform).join(", ");
    return [
      item(
        "Chat",
        lost.length === 0,
        lost.length === 0 ? names(platforms) : `not connected: ${names(lost)}`,
        "It reconnects by itself; /health says why it is not connected.",
      ),
    ];
  }

  #halt(): readonly ReadinessItem[] {
    if (!this.#parts.isHalted()) return [];
    return [
      item(
        "Start",
        false,
        "the checks of the start failed; no cycle runs",
        "An admin goes through /recover once the cause is understood.",
      ),
    ];
  }

  #drawdown(): ReadinessItem {
    const { trader } = this.#parts.engine.current();
    const fall = trader.drawdown();
    const limit = trader.rules.limits.equityStop;
    return item(
      "Drawdown",
      fall <= limit,
      `${percent(fall)} below the peak, limit ${percent(limit)}`,
      "Recovering accepts this loss: drawdown is measured from today's equity on.",
    );
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

function minutes(ms: number): string {
  const whole = Math.round(ms / 60_000);
  if (whole < 1) return "less than a minute";
  return whole < 120 ? `${whole} min` : `${Math.round(whole / 60)} h`;
}
