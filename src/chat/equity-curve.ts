/** The course of equity as a picture, for every card that shows one. */
import { unitsToNumber } from "../core/money.ts";
import type { EquityPoint } from "../core/position.ts";
import type { Capabilities } from "./context.ts";
import type { Format } from "./format.ts";
import { type Block, picture, text } from "./message.ts";

export interface CurveReading extends Pick<Capabilities, "market"> {
  readonly format: Format;
  readonly timeZone: string;
}

export function equityCurve(
  { format, market, timeZone }: CurveReading,
  points: readonly EquityPoint[],
  label: string,
): Block {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2)
    return text(`No curve of ${label} yet.`);
  const drawdown = points.map(({ equityUnits, peakUnits }) => fall(equityUnits, peakUnits));
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

const fall = (equityUnits: number, peakUnits: number): number =>
  peakUnits <= 0 ? 0 : Math.max(0, (peakUnits - equityUnits) / peakUnits);
