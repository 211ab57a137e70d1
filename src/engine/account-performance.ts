/** Performance of an account over a period, from its stored equity rows, closed trades and fills. */
import type { Account } from "../../db/accounts.ts";
import type { Reader } from "../../db/database.ts";
import type { StoredFill } from "../../db/fills.ts";
import { type EquityValues, equityAsOf, equityValues, sampledEquity } from "../../db/snapshots.ts";
import { type Instrument, priceOf } from "../core/instrument.ts";
import type { ClosedTrade } from "../core/position.ts";
import { EquityCurve } from "../metrics/equity-curve.ts";
import { type Performance, performanceOf } from "../metrics/performance.ts";

export interface Period {
  /** Null: from the account's opening. */
  readonly fromAt: number | null;
  readonly toAt: number;
}

/** Everything the account has done, in the order it was booked. */
export interface Trades {
  readonly fills: readonly StoredFill[];
  readonly closedTrades: readonly ClosedTrade[];
}

/** Every equity row, or evenly spread samples, whose number does not grow with the account's age. */
export type Detail = "every_row" | "sampled";

/** A row a day over five years, and every hour of a month: what returns are taken over. */
const SAMPLES = 2000;

export function accountPerformance(
  reader: Reader,
  account: Account,
  instrument: Instrument,
  { fills, closedTrades }: Trades,
  period: Period,
  detail: Detail = "every_row",
): Performance {
  const { curve, firstPrice, lastPrice } = curveOf(reader, account, instrument, period, detail);
  const isWithin = (at: number): boolean =>
    (period.fromAt === null || at >= period.fromAt) && at <= period.toAt;
  return performanceOf({
    instrument,
    curve,
    closedTrades: closedTrades.filter(({ exitAt }) => isWithin(exitAt)),
    fills: fills.filter(({ at }) => isWithin(at)),
    firstPrice,
    lastPrice,
  });
}

interface Curve {
  readonly curve: EquityCurve;
  readonly firstPrice: number | null;
  readonly lastPrice: number | null;
}

/** A period begins with the equity as it stood then; the account's life begins with what it started with. */
function curveOf(
  reader: Reader,
  account: Account,
  instrument: Instrument,
  { fromAt, toAt }: Period,
  detail: Detail,
): Curve {
  const isWhole = fromAt === null || fromAt <= account.openedAt;
  const startedAt = isWhole ? account.openedAt : fromAt;
  const before = isWhole ? null : equityAsOf(reader, account.id, startedAt);
  const startUnits = before?.equityUnits ?? account.startingCashUnits + account.startingCostUnits;
  // A row is stamped with its candle's close, which may lie just before an account that was opened since.
  const rows = equityRows(reader, account.id, isWhole ? 0 : startedAt + 1, toAt, detail);
  const curve = new EquityCurve(startedAt, startUnits, Math.max(1, rows.length));
  for (const [at, , cashUnits, equityUnits] of rows) {
    curve.push(
      Math.max(at, startedAt),
      equityUnits,
      equityUnits > 0 ? (equityUnits - cashUnits) / equityUnits : 0,
    );
  }
  const price = (ticks: number | undefined): number | null =>
    ticks === undefined ? null : priceOf(instrument, ticks);
  return {
    curve,
    firstPrice: price(before?.markTicks ?? rows[0]?.[1]),
    lastPrice: price(rows.at(-1)?.[1] ?? before?.markTicks),
  };
}

function equityRows(
  reader: Reader,
  accountId: number,
  fromAt: number,
  toAt: number,
  detail: Detail,
): readonly EquityValues[] {
  if (detail === "every_row") return equityValues(reader, accountId, { fromAt, toAt });
  return sampledEquity(reader, accountId, { fromAt, toAt: toAt + 1, points: SAMPLES }).map(
    ({ at, markTicks, cashUnits, equityUnits }) => [at, markTicks, cashUnits, equityUnits] as const,
  );
}
