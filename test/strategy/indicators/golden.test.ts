/** Indicators against numbers computed or published by others; each fixture names its source. */
import { describe, expect, test } from "bun:test";
import { Adx } from "../../../src/strategy/indicators/adx.ts";
import { Atr } from "../../../src/strategy/indicators/atr.ts";
import { Bollinger } from "../../../src/strategy/indicators/bollinger.ts";
import { Donchian } from "../../../src/strategy/indicators/donchian.ts";
import { Ema, emaOf, wilderAlpha } from "../../../src/strategy/indicators/ema.ts";
import { RollingMax } from "../../../src/strategy/indicators/rolling-max.ts";
import { Rsi } from "../../../src/strategy/indicators/rsi.ts";
import { Sma } from "../../../src/strategy/indicators/sma.ts";
import { StandardDeviation } from "../../../src/strategy/indicators/standard-deviation.ts";
import { fixtureTable } from "../fixture-table.ts";
import tulip from "../fixtures/tulip-vectors.json";

type Series = readonly number[];
interface Bars {
  readonly high: Series;
  readonly low: Series;
  readonly close: Series;
}

const over = (indicator: { update(x: number): number }, values: Series): number[] =>
  values.map((x) => indicator.update(x));

const lowest = (values: Series, period: number): number[] => {
  const negated = new RollingMax(period);
  return values.map((x) => -negated.update(-x));
};

function directions(bars: Bars, period: number): { adx: number[]; plus: number[]; minus: number[] } {
  const indicator = new Adx(period);
  const rows = bars.close.map((close, i) => {
    indicator.update(bars.high[i]!, bars.low[i]!, close);
    return [indicator.adx, indicator.plusDi, indicator.minusDi];
  });
  return {
    adx: rows.map((row) => row[0]!),
    plus: rows.map((row) => row[1]!),
    minus: rows.map((row) => row[2]!),
  };
}

function bands(
  values: Series,
  period: number,
  width: number,
): { upper: number[]; middle: number[]; lower: number[] } {
  const indicator = new Bollinger(period, width);
  const rows = values.map((x) => {
    indicator.update(x);
    return [indicator.upper, indicator.middle, indicator.lower];
  });
  return {
    upper: rows.map((row) => row[0]!),
    middle: rows.map((row) => row[1]!),
    lower: rows.map((row) => row[2]!),
  };
}

function channel(bars: Bars, period: number): { upper: number[]; lower: number[] } {
  const indicator = new Donchian(period);
  const rows = bars.close.map((_, i) => {
    indicator.update(bars.high[i]!, bars.low[i]!);
    return [indicator.upper, indicator.lower];
  });
  return { upper: rows.map((row) => row[0]!), lower: rows.map((row) => row[1]!) };
}

function averageTrueRange(bars: Bars, period: number): number[] {
  const indicator = new Atr(period);
  return bars.close.map((close, i) => indicator.update(bars.high[i]!, bars.low[i]!, close));
}

/** Both NaN in the same places, and equal to a relative 1e-9 elsewhere. */
function expectSame(ours: Series, theirs: Series): void {
  expect(ours.length).toBe(theirs.length);
  const off = theirs.flatMap((value, i) => {
    const our = ours[i]!;
    const isSame = Number.isNaN(value) ? Number.isNaN(our) : Math.abs(our - value) <= 1e-9 * Math.abs(value);
    return isSame ? [] : [{ i, our, value }];
  });
  expect(off).toEqual([]);
  expect(theirs.some((value) => !Number.isNaN(value))).toBe(true);
}

const COLUMNS: Record<string, (bars: Bars) => number[]> = {
  sma_20: (bars) => over(new Sma(20), bars.close),
  ema_20: (bars) => over(new Ema(20), bars.close),
  ema_50: (bars) => over(new Ema(50), bars.close),
  ema_200: (bars) => [...emaOf(Float64Array.from(bars.close), 200)],
  rsi_14: (bars) => over(new Rsi(14), bars.close),
  atr_14: (bars) => averageTrueRange(bars, 14),
  adx_14: (bars) => directions(bars, 14).adx,
  plus_di_14: (bars) => directions(bars, 14).plus,
  minus_di_14: (bars) => directions(bars, 14).minus,
  bb_upper_20_2: (bars) => bands(bars.close, 20, 2).upper,
  bb_middle_20_2: (bars) => bands(bars.close, 20, 2).middle,
  bb_lower_20_2: (bars) => bands(bars.close, 20, 2).lower,
  max_high_20: (bars) => channel(bars, 20).upper,
  min_low_20: (bars) => channel(bars, 20).lower,
  max_high_55: (bars) => channel(bars, 55).upper,
  min_low_55: (bars) => channel(bars, 55).lower,
  stddev_20: (bars) => over(new StandardDeviation(20), bars.close),
};

describe("on sixty real hours", () => {
  const table = fixtureTable("talib-btcusdt-1h.csv");
  const bars = { high: table.numbers("high"), low: table.numbers("low"), close: table.numbers("close") };
  const columns = [...table.texts.keys()].filter((column) => !(column in bars));
  test.each(columns)("%s agrees with TA-Lib on every candle, warm-up included", (column) => {
    expectSame(COLUMNS[column]!(bars), table.numbers(column));
  });
});

describe("TA-Lib's own regression tables", () => {
  const bars = fixtureTable("talib-regtest-bars.csv");
  const input = { high: bars.numbers("high"), low: bars.numbers("low"), close: bars.numbers("close") };
  const open = bars.numbers("open");
  const compute = (name: string, period: number, output: string): number[] => {
    switch (name) {
      case "SMA":
        return over(new Sma(period), input.close);
      case "EMA":
        return over(new Ema(period), input.close);
      case "RSI":
        return over(new Rsi(period), input.close);
      case "STDDEV":
        return over(new StandardDeviation(period), input.close);
      case "BBANDS":
        return bands(input.close, period, 2)[output as "upper" | "middle" | "lower"];
      case "MAX":
        return over(new RollingMax(period), open);
      case "MIN":
        return lowest(open, period);
      case "ADX":
        return directions(input, period).adx;
      case "PLUS_DI":
        return directions(input, period).plus;
      case "MINUS_DI":
        return directions(input, period).minus;
      default:
        throw new Error(`no indicator for ${name}`);
    }
  };
  const table = fixtureTable("talib-regtest-cases.csv");
  const [bar, expected, first] = [
    table.numbers("bar"),
    table.numbers("expected"),
    table.numbers("first_bar"),
  ];
  const period = table.numbers("period");
  const cases = table.texts.get("function")!.map((name, i) => ({
    name,
    output: table.texts.get("output")![i]!,
    period: period[i]!,
    bar: bar[i]!,
    expected: expected[i]!,
    first: first[i]!,
  }));
  test.each(cases)("$name($period) $output at bar $bar is $expected", (row) => {
    const values = compute(row.name, row.period, row.output);
    expect(Math.abs(values[row.bar]! - row.expected)).toBeLessThan(0.01);
    expect(values.findIndex((value) => !Number.isNaN(value))).toBe(row.first);
  });
});

describe("ta-lib-python's cases (tests/test_func.py, BSD-2-Clause)", () => {
  test("an EMA of 3 over 0…9 is seeded with the mean of the first three", () => {
    const values = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const expected = [Number.NaN, Number.NaN, 1, 2, 3, 4, 5, 6, 7, 8];
    expect(over(new Ema(3), values)).toEqual(expected);
    expect([...emaOf(Float64Array.from(values), 3)]).toEqual(expected);
  });

  const tiny = "24 24 24 24 24 23 24 24 24 24 23 24 23 24 23 24 24 23 23 23".split(" ");
  test.each([1e-8, 1e-3])("RSI of 10 is the same for tiny prices, scale %p", (scale) => {
    const expected = [
      33.33333333333333, 51.35135135135135, 39.4919168591224, 51.84807024709005, 42.25953803191981,
      52.101824405061215, 52.101824405061215, 43.043664867691085, 43.043664867691085, 43.043664867691085,
    ];
    const values = over(
      new Rsi(10),
      tiny.map((cell) => Number(cell) * scale),
    );
    expectSame(values, [...new Array<number>(10).fill(Number.NaN), ...expected]);
  });
});

describe("Tulip Indicators' vectors", () => {
  const compute = (name: string, options: Series, inputs: readonly Series[]): number[][] => {
    const period = options[0]!;
    const [first = [], low = [], close = []] = inputs;
    switch (name) {
      case "sma":
        return [over(new Sma(period), first)];
      case "wilders":
        return [over(new Ema(period, wilderAlpha(period)), first)];
      case "rsi":
        return [over(new Rsi(period), first)];
      case "stddev":
        return [over(new StandardDeviation(period), first)];
      case "max":
        return [over(new RollingMax(period), first)];
      case "min":
        return [lowest(first, period)];
      case "bbands": {
        const { lower, middle, upper } = bands(first, period, options[1]!);
        return [lower, middle, upper];
      }
      default: {
        const { plus, minus } = directions({ high: first, low, close }, period);
        return [plus, minus];
      }
    }
  };
  test.each(tulip.cases)(
    "$indicator $options agrees to the digits published",
    ({ indicator, options, inputs, expected }) => {
      const ours = compute(indicator, options, inputs).map((values) =>
        values.filter((value) => !Number.isNaN(value)),
      );
      const theirs = expected.map((values) => (indicator === "di" ? values.slice(1) : values));
      expect(ours.map((values) => values.length)).toEqual(theirs.map((values) => values.length));
      for (const [k, values] of theirs.entries()) {
        for (const [i, value] of values.entries()) expect(Math.abs(ours[k]![i]! - value)).toBeLessThan(6e-4);
      }
    },
  );
});
