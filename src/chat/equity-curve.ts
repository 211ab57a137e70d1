/** The course of equity as a picture, for every card that shows one; drawdown is counted within what is shown. */
import { unitsToNumber } from "../core/money.ts";
import type { EquityPoint } from "../core/position.ts";
import type { Capabilities } from "./context.ts";
import type { Format } from "./format.ts";
import { type Block, picture, text } from "./message.ts";
import type { AccountCapability } from "./trading-capabilities.ts";

export interface CurveReading extends Pick<Capabilities, "market"> {
  readonly format: Format;
  readonly timeZone: string;
}

export type CurvePoint = Pick<EquityPoint, "at" | "equityUnits">;

/** Equity from the beginning of a span (or of the account) to its end: as it stood then, and the points between, thinned to so many. */
export function equityOver(
  account: Pick<AccountCapability, "equity" | "equityHistory" | "openedAt">,
  fromAt: number,
  toAt: number,
  points: number,
): readonly [CurvePoint, ...CurvePoint[]] {
  const openedAt = account.openedAt();
  const before = fromAt <= openedAt ? undefined : account.equityHistory(0, fromAt, 2).at(-1);
  const start = {
    at: Math.max(fromAt, openedAt),
    equityUnits: before?.equityUnits ?? account.equity().startingUnits,
  };
  const recorded = account.equityHistory(start.at + 1, toAt, points);
  const last = recorded.at(-1);
  if (last === undefined) return [start];
  return last.at < toAt ? [start, ...recorded, { ...last, at: toAt }] : [start, ...recorded];
}

export function equityCurve(
  { format, market, timeZone }: CurveReading,
  points: readonly CurvePoint[],
  label: string,
): Block {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2)
    return text(`No curve of ${label} yet.`);
  const drawdown = drawdownsOf(points);
  const { quoteAsset } = market.instrument();
  return picture(
    {
      of: "equity",
      title: `Equity, ${label}`,
      timeZone,
      quoteAsset,
      at: points.map(({ at }) => at),
      equity: points.map(({ equityUnits }) => unitsToNumber(equityUnits)),
      drawdown,
    },
    `${format.amount(first.equityUnits)} → ${format.quote(last.equityUnits)}, ${label}; drawdown ${format.percent(Math.max(...drawdown))} at the deepest`,
  );
}

/** How far each point lies below the highest one up to it, as a fraction. */
export function drawdownsOf(points: readonly CurvePoint[]): readonly number[] {
  let peakUnits = 0;
  return points.map(({ equityUnits }) => {
    peakUnits = Math.max(peakUnits, equityUnits);
    return peakUnits === 0 ? 0 : (peakUnits - equityUnits) / peakUnits;
  });
}
