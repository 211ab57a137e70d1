import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { coverage, knownGaps, lastOpenAt, loadColumns, recordGap, upsertCandles } from "../../db/candles.ts";
import { type Candle, candleAt } from "../../src/core/candles.ts";
import { CANDLE } from "./samples.ts";
import { memoryDatabase, NOW } from "./test-database.ts";

const HOUR_MS = 3_600_000;
const START = CANDLE.openAt;
const hour = (i: number): Candle => ({ ...CANDLE, openAt: START + i * HOUR_MS, volume: i + 0.1 });

function withHours(...hours: number[]) {
  const database = memoryDatabase();
  const add = (candles: readonly Candle[]) =>
    database.transact(NOW, (tx) => upsertCandles(tx, "BTCUSDT", "1h", candles));
  add(hours.map(hour));
  const load = (range?: Parameters<typeof loadColumns>[3]) => {
    const columns = database.read((reader) => loadColumns(reader, "BTCUSDT", "1h", range));
    return Array.from({ length: columns.length }, (_, i) => candleAt(columns, i));
  };
  return { database, add, load };
}

describe("cached candles", () => {
  test("come back to the last bit, oldest first, in columns just long enough", () => {
    const { database, load } = withHours(2, 0, 1);
    expect(load()).toEqual([0, 1, 2].map(hour));
    const columns = database.read((reader) => loadColumns(reader, "BTCUSDT", "1h"));
    expect([columns.timeframe, columns.length, columns.openAt.length]).toEqual(["1h", 3, 3]);
  });

  test("keep any price exactly", () => {
    const { database } = withHours();
    const price = fc.double({ min: 1e-8, max: 1e12, noNaN: true });
    let openAt = START;
    fc.assert(
      fc.property(
        price,
        price,
        price,
        price,
        fc.double({ min: 0, max: 1e12, noNaN: true }),
        (a, b, c, d, volume) => {
          const [low, open, close, high] = [a, b, c, d].sort((x, y) => x - y) as [
            number,
            number,
            number,
            number,
          ];
          openAt += 60_000;
          const candle = { openAt, open, high, low, close, volume };
          database.transact(NOW, (tx) => upsertCandles(tx, "BTCUSDT", "1m", [candle]));
          const columns = database.read((reader) => loadColumns(reader, "BTCUSDT", "1m", { last: 1 }));
          expect(candleAt(columns, 0)).toEqual(candle);
        },
      ),
    );
  });

  test.each([
    [{ fromAt: START + HOUR_MS }, [1, 2, 3, 4]],
    [{ toAt: START + HOUR_MS }, [0]],
    [{ fromAt: START + HOUR_MS, toAt: START + 3 * HOUR_MS }, [1, 2]],
    [{ last: 2 }, [3, 4]],
    [{ last: 99 }, [0, 1, 2, 3, 4]],
    [{ last: 0 }, []],
    [{ last: 2, toAt: START + 3 * HOUR_MS }, [1, 2]],
    [{ last: 3, fromAt: START + 3 * HOUR_MS }, [3, 4]],
    [{ fromAt: START + 9 * HOUR_MS }, []],
  ])("%j", (range, expected) => {
    expect(withHours(0, 1, 2, 3, 4).load(range)).toEqual(expected.map(hour));
  });

  test("a closed candle is never overwritten: other values are told as conflicts", () => {
    const { add, load } = withHours(0, 1);
    const other = { ...hour(1), close: 30_000.02 };
    expect(add([hour(0), other, hour(2)])).toEqual({
      inserted: 1,
      conflicts: [{ stored: hour(1), offered: other }],
    });
    expect(load()).toEqual([0, 1, 2].map(hour));
  });

  test.each([
    ["a price of zero", { open: 0, low: 0 }],
    ["a high below the close", { high: 30_000.02 }],
    ["a low above the open", { low: 30_000.02 }],
    ["a negative volume", { volume: -1 }],
    ["a price that is no number", { close: Number.NaN }],
  ])("%s is refused, with all candles that came with it", (_, change) => {
    const { add, load } = withHours(0);
    expect(() => add([hour(1), { ...hour(2), ...change }])).toThrow();
    expect(load()).toEqual([hour(0)]);
  });

  test("symbols and timeframes stand apart", () => {
    const { database } = withHours(0);
    database.read((reader) => {
      expect(loadColumns(reader, "BTCUSDT", "4h").length).toBe(0);
      expect(loadColumns(reader, "ETHUSDT", "1h").length).toBe(0);
      expect([lastOpenAt(reader, "BTCUSDT", "1h"), lastOpenAt(reader, "BTCUSDT", "4h")]).toEqual([
        START,
        null,
      ]);
    });
  });

  test("coverage says how many, from where to where", () => {
    const { database } = withHours(0, 1, 5);
    database.read((reader) => {
      expect(coverage(reader, "BTCUSDT", "1h")).toEqual({
        count: 3,
        firstOpenAt: START,
        lastOpenAt: START + 5 * HOUR_MS,
      });
      expect(coverage(reader, "BTCUSDT", "1m")).toBeNull();
    });
  });

  test("gaps of the exchange are remembered; told again, the later end stands", () => {
    const { database } = withHours();
    const record = (fromAt: number, toAt: number) =>
      database.transact(NOW, (tx) => recordGap(tx, "BTCUSDT", "1h", { fromAt, toAt }));
    record(START + HOUR_MS, START + 2 * HOUR_MS);
    record(START, START + 1);
    record(START + HOUR_MS, START + 3 * HOUR_MS);
    expect(database.read((reader) => knownGaps(reader, "BTCUSDT", "1h"))).toEqual([
      { fromAt: START, toAt: START + 1, confirmedAt: NOW },
      { fromAt: START + HOUR_MS, toAt: START + 3 * HOUR_MS, confirmedAt: NOW },
    ]);
    expect(() => record(START, START)).toThrow("CHECK");
  });
});
