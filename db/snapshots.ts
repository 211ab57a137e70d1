/** Equity and metrics over time. Derived from fills and prices, so they carry no audit events. */
import { canonicalJson } from "../src/core/canonical-json.ts";
import type { JsonValue } from "../src/core/event.ts";
import type { EquityPoint } from "../src/core/position.ts";
import type { Reader, Tx } from "./transaction.ts";

export interface EquityRow extends EquityPoint {
  readonly accountId: number;
}

/** One row an instant: the later snapshot of the same instant has seen the fills of that instant, so it stands. */
export function insertEquity(tx: Tx, row: EquityRow): void {
  const { accountId, at, markTicks, lots, cashUnits, equityUnits, peakUnits } = row;
  tx.run(
    `INSERT INTO equity_snapshots (account_id, at, mark_ticks, lots, cash_units, equity_units, peak_units)
     VALUES ($accountId, $at, $markTicks, $lots, $cashUnits, $equityUnits, $peakUnits)
     ON CONFLICT (account_id, at) DO UPDATE SET mark_ticks = excluded.mark_ticks, lots = excluded.lots,
       cash_units = excluded.cash_units, equity_units = excluded.equity_units, peak_units = excluded.peak_units`,
    { accountId, at, markTicks, lots, cashUnits, equityUnits, peakUnits },
  );
}

const POINT = `at, mark_ticks AS markTicks, lots, cash_units AS cashUnits, equity_units AS equityUnits,
  peak_units AS peakUnits`;

export interface HistoryQuery {
  /** Inclusive. */
  readonly fromAt?: number | undefined;
  /** Exclusive. */
  readonly toAt?: number | undefined;
  /** At most so many points (2 or more), evenly spread over the rows, the first and the last among them. */
  readonly maxPoints?: number | undefined;
}

/** Oldest first. */
export function equityHistory(reader: Reader, accountId: number, query: HistoryQuery = {}): EquityPoint[] {
  const bounds = { accountId, fromAt: query.fromAt ?? 0, toAt: query.toAt ?? Number.MAX_SAFE_INTEGER };
  const where = "account_id = $accountId AND at >= $fromAt AND at < $toAt";
  if (query.maxPoints === undefined) {
    return reader.all<EquityPoint>(
      `SELECT ${POINT} FROM equity_snapshots WHERE ${where} ORDER BY at`,
      bounds,
    );
  }
  // Row i of n is kept when it is the first whose share i·(m−1)/(n−1) reaches the next whole number.
  return reader.all<EquityPoint>(
    `WITH counted AS (SELECT *, row_number() OVER (ORDER BY at) - 1 AS i, count(*) OVER () AS n
       FROM equity_snapshots WHERE ${where})
     SELECT ${POINT} FROM counted
     WHERE i = 0 OR i * $steps / max(n - 1, 1) > (i - 1) * $steps / max(n - 1, 1) ORDER BY at`,
    { ...bounds, steps: Math.max(1, Math.floor(query.maxPoints) - 1) },
  );
}

/**
 * At most `points` (2 or more) of the rows in the range, evenly spread over its time, the first and the last among
 * them. Work grows with the points, not with the rows.
 */
export function sampledEquity(
  reader: Reader,
  accountId: number,
  { fromAt, toAt, points }: { readonly fromAt: number; readonly toAt: number; readonly points: number },
): EquityPoint[] {
  const where = "account_id = $accountId AND at >= $fromAt AND at < $toAt";
  const bounds = { accountId, fromAt, toAt };
  const next = `SELECT ${POINT} FROM equity_snapshots WHERE ${where} ORDER BY at LIMIT $limit`;
  const all = reader.all<EquityPoint>(next, { ...bounds, limit: points + 1 });
  if (all.length <= points) return all;
  const first = all[0]!;
  const last = reader.get<EquityPoint>(
    `SELECT ${POINT} FROM equity_snapshots WHERE ${where} ORDER BY at DESC LIMIT 1`,
    bounds,
  )!;
  const chosen = [first];
  for (let i = 1; i < points - 1; i++) {
    const wantedAt = Math.ceil(first.at + ((last.at - first.at) * i) / (points - 1));
    const [found] = reader.all<EquityPoint>(next, { ...bounds, fromAt: wantedAt, limit: 1 });
    if (found !== undefined && found.at > chosen.at(-1)!.at && found.at < last.at) chosen.push(found);
  }
  return [...chosen, last];
}

/** The last row at or before an instant; null when there is none. */
export const equityAsOf = (reader: Reader, accountId: number, at: number): EquityPoint | null =>
  reader.get<EquityPoint>(
    `SELECT ${POINT} FROM equity_snapshots WHERE account_id = $accountId AND at <= $at ORDER BY at DESC LIMIT 1`,
    { accountId, at },
  );

/** Rows as lists, for curves of many points: at, mark ticks, cash units, equity units. */
export type EquityValues = readonly [at: number, markTicks: number, cashUnits: number, equityUnits: number];

/** Every row from `fromAt` to `toAt`, both inclusive, oldest first. */
export const equityValues = (
  reader: Reader,
  accountId: number,
  { fromAt, toAt }: { readonly fromAt: number; readonly toAt: number },
): EquityValues[] =>
  reader.values<EquityValues>(
    `SELECT at, mark_ticks, cash_units, equity_units FROM equity_snapshots
     WHERE account_id = $accountId AND at >= $fromAt AND at <= $toAt ORDER BY at`,
    { accountId, fromAt, toAt },
  );

export const lastEquity = (reader: Reader, accountId: number): EquityPoint | null =>
  reader.get<EquityPoint>(
    `SELECT ${POINT} FROM equity_snapshots WHERE account_id = $accountId ORDER BY at DESC LIMIT 1`,
    { accountId },
  );

export interface MetricsRow {
  readonly accountId: number;
  readonly at: number;
  readonly metrics: JsonValue;
}

export function insertMetrics(tx: Tx, { accountId, at, metrics }: MetricsRow): void {
  tx.run(
    `INSERT INTO metrics_snapshots (account_id, at, metrics) VALUES ($accountId, $at, $metrics)
     ON CONFLICT (account_id, at) DO UPDATE SET metrics = excluded.metrics`,
    { accountId, at, metrics: canonicalJson(metrics) },
  );
}

export function latestMetrics(reader: Reader, accountId: number): { at: number; metrics: JsonValue } | null {
  const row = reader.get<{ at: number; metrics: string }>(
    "SELECT at, metrics FROM metrics_snapshots WHERE account_id = $accountId ORDER BY at DESC LIMIT 1",
    { accountId },
  );
  return row === null ? null : { at: row.at, metrics: JSON.parse(row.metrics) as JsonValue };
}
