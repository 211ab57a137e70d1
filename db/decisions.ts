/** Decisions: one row for every decided candle, so that “why” has an answer for HOLD too. */
import type { Actor } from "../src/core/actor.ts";
import { canonicalJson } from "../src/core/canonical-json.ts";
import type { JsonValue } from "../src/core/event.ts";
import type { Reason } from "../src/core/reasons.ts";
import type { Signal } from "../src/core/signal.ts";
import type { Timeframe } from "../src/core/timeframe.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface DecisionRow {
  readonly accountId: number;
  readonly timeframe: Timeframe;
  /** Close instant of the decided candle. */
  readonly candleCloseAt: number;
  readonly decidedAt: number;
  readonly configVersion: number;
  readonly strategy: string;
  readonly closeTicks: number;
  readonly side: Signal["side"];
  readonly confidence: number;
  readonly signalReason: string;
  /** What became of the signal. */
  readonly reason: Reason;
  readonly signalValues: Signal["values"];
  /** The risk gate's steps, as the engine tells them. */
  readonly trace: JsonValue;
}

export interface Decision extends DecisionRow {
  readonly id: number;
}

const COLUMNS = `id, account_id AS accountId, timeframe, candle_close_at AS candleCloseAt, decided_at AS decidedAt,
  config_version AS configVersion, strategy, close_ticks AS closeTicks, side, confidence,
  signal_reason AS signalReason, reason, signal_values AS signalValues, trace`;

/** Inserts the row and its audit event. A candle decided twice for one account throws (`database_refused`). */
export function insertDecision(tx: Tx, row: DecisionRow, actor: Actor): number {
  const { lastId: id } = tx.run(
    `INSERT INTO decisions (account_id, timeframe, candle_close_at, decided_at, config_version, strategy, close_ticks,
       side, confidence, signal_reason, reason, signal_values, trace)
     VALUES ($accountId, $timeframe, $candleCloseAt, $decidedAt, $configVersion, $strategy, $closeTicks,
       $side, $confidence, $signalReason, $reason, $signalValues, $trace)`,
    { ...row, signalValues: canonicalJson(row.signalValues), trace: canonicalJson(row.trace) },
  );
  tx.audit({
    category: "trading",
    type: "candle_decided",
    actor,
    summary: `Decided the ${row.timeframe} candle: ${row.side.toUpperCase()} ${row.signalReason}, ${row.reason}.`,
    facts: {
      decisionId: id,
      accountId: row.accountId,
      timeframe: row.timeframe,
      candleCloseAt: row.candleCloseAt,
      configVersion: row.configVersion,
      strategy: row.strategy,
      closeTicks: row.closeTicks,
      side: row.side,
      signalReason: row.signalReason,
      reason: row.reason,
    },
  });
  return id;
}

/** The decision on the latest candle. The unary plus keeps SQLite on the row id: the account's index would sort every decision. */
export function lastDecision(reader: Reader, accountId: number): Decision | null {
  return decisionOf(
    reader.get<StoredDecision>(
      `SELECT ${COLUMNS} FROM decisions WHERE +account_id = $accountId ORDER BY id DESC LIMIT 1`,
      { accountId },
    ),
  );
}

export const decisionById = (reader: Reader, id: number): Decision | null =>
  decisionOf(reader.get<StoredDecision>(`SELECT ${COLUMNS} FROM decisions WHERE id = $id`, { id }));

/** The decision an order came from; null for orders of the exits and of people. */
export function decisionOfOrder(reader: Reader, orderId: number): Decision | null {
  const sql = `SELECT ${COLUMNS} FROM decisions WHERE id = (SELECT decision_id FROM orders WHERE id = $orderId)`;
  return decisionOf(reader.get<StoredDecision>(sql, { orderId }));
}

/** Newest first; `beforeId` is the last id of the page before. */
export function recentDecisions(
  reader: Reader,
  accountId: number,
  { limit, beforeId }: { limit: number; beforeId?: number | undefined },
): Decision[] {
  return reader
    .all<StoredDecision>(
      `SELECT ${COLUMNS} FROM decisions WHERE account_id = $accountId AND id < $beforeId ORDER BY id DESC LIMIT $limit`,
      { accountId, limit, beforeId: beforeId ?? Number.MAX_SAFE_INTEGER },
    )
    .map((row) => decisionOf(row)!);
}

/** How often each outcome occurred on candles that closed at `fromAt` or later. */
export const countByReason = (
  reader: Reader,
  accountId: number,
  fromAt = 0,
): Readonly<Record<string, number>> => countBy(reader, "reason", accountId, fromAt);

/** How often each signal reason of the strategies occurred on candles that closed at `fromAt` or later. */
export const countBySignalReason = (
  reader: Reader,
  accountId: number,
  fromAt = 0,
): Readonly<Record<string, number>> => countBy(reader, "signal_reason", accountId, fromAt);

function countBy(reader: Reader, column: string, accountId: number, fromAt: number): Record<string, number> {
  const sql = `SELECT ${column}, count(*) FROM decisions
    WHERE account_id = $accountId AND candle_close_at >= $fromAt GROUP BY 1 ORDER BY 2 DESC, 1`;
  return Object.fromEntries(reader.values<readonly [string, number]>(sql, { accountId, fromAt }));
}

type StoredDecision = Omit<Decision, "signalValues" | "trace"> & {
  readonly signalValues: string;
  readonly trace: string;
};

function decisionOf(row: StoredDecision | null): Decision | null {
  if (row === null) return null;
  return {
    ...row,
    signalValues: JSON.parse(row.signalValues) as Signal["values"],
    trace: JSON.parse(row.trace) as JsonValue,
  };
}
