// Figures published in the tests of empyrical (see the fixture for source and licence). Where empyrical answers Infinity
// or NaN, ours is null. Cumulated returns are published with five decimals.
import { describe, expect, test } from "bun:test";
import { drawdownOf } from "../../src/metrics/drawdown.ts";
import { EquityCurve } from "../../src/metrics/equity-curve.ts";
import {
  annualVolatility,
  calmarRatio,
  compoundAnnualGrowth,
  downsideRisk,
  omegaRatio,
  sharpeRatio,
  sortinoRatio,
} from "../../src/metrics/statistics.ts";
import golden from "./fixtures/empyrical.json";

type Level = number | readonly (number | null)[];
interface Case {
  readonly function: string;
  readonly input: string;
  readonly params: { readonly period?: string; readonly risk_free?: Level; readonly required_return?: Level };
  readonly expected: number | string | null;
}

const PERIODS: Readonly<Record<string, number>> = { daily: 252, weekly: 52, monthly: 12, yearly: 1 };

/** Returns above a level, without the periods where either is missing. */
function above(returns: readonly (number | null)[], level: Level): Float64Array {
  const excess: number[] = [];
  returns.forEach((value, i) => {
    const bound = typeof level === "number" ? level : (level[i] ?? null);
    if (value !== null && bound !== null) excess.push(value - bound);
  });
  return Float64Array.from(excess);
}

/** The equity those returns make of 100. */
function curveOf(returns: Float64Array): EquityCurve {
  const curve = new EquityCurve(0, 100);
  returns.forEach((value, i) => {
    curve.push(i + 1, curve.endUnits * (1 + value), 0);
  });
  return curve;
}

function ours(golden: Case, input: readonly (number | null)[]): number | null {
  const { risk_free = 0, required_return = 0, period = "daily" } = golden.params;
  const periodsAYear = PERIODS[period]!;
  const curve = curveOf(above(input, 0));
  const growth = compoundAnnualGrowth(curve.startUnits, curve.endUnits, input.length / periodsAYear);
  switch (golden.function) {
    case "annual_return":
    case "cagr":
      return growth;
    case "cum_returns_final":
      return curve.length === 0 ? null : curve.endUnits / curve.startUnits - 1;
    case "annual_volatility":
      return annualVolatility(above(input, 0), periodsAYear);
    case "sharpe_ratio":
      return sharpeRatio(above(input, risk_free), periodsAYear);
    case "sortino_ratio":
      return sortinoRatio(above(input, required_return), periodsAYear);
    case "downside_risk":
      return downsideRisk(above(input, required_return), periodsAYear);
    case "omega_ratio":
      return omegaRatio(above(input, risk_free), (1 + (required_return as number)) ** (1 / periodsAYear) - 1);
    case "calmar_ratio":
      return calmarRatio(growth, drawdownOf(curve)?.fraction ?? null);
    case "max_drawdown": {
      const fraction = drawdownOf(curve)?.fraction ?? null;
      return fraction === null ? null : -fraction;
    }
    default:
      throw new Error(`no counterpart of ${golden.function}`);
  }
}

describe("empyrical's published cases", () => {
  const rows = (golden.cases as readonly Case[]).map((row, i) => [row.function, row.input, i, row] as const);

  test.each(rows)("%s of %s (case %i)", (_, input, __, row) => {
    const returns = (golden.series as Record<string, readonly (number | null)[]>)[input]!;
    const figure = ours(row, returns);
    if (typeof row.expected !== "number") expect(figure).toBeNull();
    else expect(figure!).toBeCloseTo(row.expected, row.function === "cum_returns_final" ? 4 : 7);
  });

  test("none of the 62 got lost", () => {
    expect(rows).toHaveLength(62);
  });
});
