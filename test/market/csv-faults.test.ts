import { describe, expect, test } from "bun:test";
import type { CsvImportOptions } from "../../src/market/csv.ts";
import { parseCandlesCsv } from "../../src/market/csv.ts";
import type { CsvFaultCode } from "../../src/market/csv-faults.ts";
import { edited, fileOf, HEADER, HOUR, LATER, linesOf, START, walk } from "./candles.ts";

const lines = linesOf(walk(8));
const read = (bytes: Uint8Array, options: Partial<CsvImportOptions> = {}) =>
  parseCandlesCsv(bytes, { now: LATER, ...options });

describe("a fault in a line", () => {
  const at = (hour: number) => START + hour * HOUR;
  const moved = (order: readonly number[]) => order.map((i) => lines[i]!);
  const wide = (row: string) => `${row},${Number(row.split(",")[0]) + HOUR - 1},`;
  const wideHeader = `${HEADER},close_time,quote_volume`;
  const priced = lines.map(
    (line) => `${wide(line)}${Number(line.split(",")[5]) * Number(line.split(",")[4])}`,
  );

  // biome-ignore format: a table is read by its rows
  test.each<[string, readonly string[], CsvFaultCode, number, string?]>([
    ["a column too few", lines.with(3, lines[3]!.replace(/,[^,]*$/, "")), "column_count", 5],
    ["a column too many", lines.with(3, `${lines[3]},1`), "column_count", 5],
    ["an empty volume", edited(lines, 2, 5, ""), "not_a_number", 4],
    ["a price of blanks", edited(lines, 2, 1, " "), "not_a_number", 4],
    ["a price with an exponent", edited(lines, 2, 1, "2e4"), "not_a_number", 4],
    ["a hexadecimal price", edited(lines, 2, 1, "0x10"), "not_a_number", 4],
    ["an infinite volume", edited(lines, 2, 5, "Infinity"), "not_a_number", 4],
    ["a volume that is not a number", edited(lines, 2, 5, "NaN"), "not_a_number", 4],
    ["a price with a plus sign", edited(lines, 2, 1, "+25000"), "not_a_number", 4],
    ["a price that ends in a point", edited(lines, 2, 1, "25000."), "not_a_number", 4],
    ["a price with two points", edited(lines, 2, 1, "25.000.00"), "not_a_number", 4],
    ["a price in quotation marks", edited(lines, 2, 1, '"25000"'), "not_a_number", 4],
    ["a volume of four hundred digits", edited(lines, 2, 5, "9".repeat(400)), "not_a_number", 4],
    ["a time in words", edited(lines, 2, 0, "yesterday"), "bad_time", 4],
    ["31 February", edited(lines, 2, 0, "2023-02-31 02:00:00"), "bad_time", 4],
    ["a time before 2001", edited(lines, 2, 0, "123456"), "bad_time", 4],
    ["one time in seconds", edited(lines, 2, 0, String(at(2) / 1000)), "mixed_time_units", 4],
    ["one time in microseconds", edited(lines, 2, 0, String(at(2) * 1000)), "mixed_time_units", 4],
    ["an open time at a quarter past", edited(lines, 2, 0, String(at(2.25))), "unaligned", 4],
    ["an open time with a stray microsecond", edited(lines, 2, 0, `${at(2)}001`), "unaligned", 4],
    ["the newest first", lines.toReversed(), "newest_first", 2],
    ["two lines in the wrong order", moved([0, 2, 1, 3, 4, 5, 6, 7]), "unsorted", 4],
    ["a line twice", moved([0, 1, 2, 2, 3, 4, 5, 6]), "duplicate_identical", 5],
    ["a line twice far apart", moved([0, 1, 2, 3, 4, 5, 6, 1]), "duplicate_identical", 9],
    ["an hour twice with another close", [...lines, lines[7]!.replace(/,[^,]*$/, ",3")], "duplicate_conflict", 10],
    ["a price of zero", edited(lines, 2, 3, "0"), "price_not_positive", 4],
    ["a negative price", edited(lines, 2, 3, "-25000"), "price_not_positive", 4],
    ["a price beyond the exchange's greatest", edited(lines, 2, 2, "1000000.01"), "price_out_of_range", 4],
    ["a price off the 0.01 tick", edited(lines, 2, 2, "26000.001"), "price_off_tick", 4],
    ["a price a hair off its tick", edited(lines, 2, 2, "26000.010000000002"), "price_off_tick", 4],
    ["a high below the close", edited(lines, 2, 2, "24000"), "ohlc_inconsistent", 4],
    ["a low above the open", edited(lines, 2, 3, "26000"), "ohlc_inconsistent", 4],
    ["a high four times its neighbours", edited(lines, 4, 2, "100000"), "price_jump", 6],
    ["a low a third of its neighbours", edited(lines, 4, 3, "8000"), "price_jump", 6],
    ["a bad tick in the first line", edited(lines, 0, 2, "100000"), "price_jump", 2],
    ["a bad tick in the last line", edited(lines, 7, 3, "8000"), "price_jump", 9],
    ["a negative volume", edited(lines, 2, 5, "-1"), "volume_negative", 4],
    ["a volume that no units of 1e-8 can count", edited(lines, 2, 5, "1e17".replace("e17", "0".repeat(17))), "volume_out_of_range", 4],
    ["another symbol", lines.map((line, i) => `${line},${i === 2 ? "ETHUSDT" : "BTCUSDT"}`), "wrong_symbol", 4, `${HEADER},symbol`],
    ["a close time of the next hour", priced.with(2, `${wide(lines[2]!).replace(`${at(3) - 1}`, `${at(3)}`)}1`), "close_time_wrong", 4, wideHeader],
    ["a quote volume for another price", priced.with(2, `${wide(lines[2]!)}12`), "quote_volume_differs", 4, wideHeader],
  ])("%s is named with its line and nothing is taken", (_, changed, code, line, header = HEADER) => {
    const found = read(fileOf(changed, header));
    expect(found.columns).toBeNull();
    const fault = found.faults.find((one) => one.code === code);
    expect(fault).toMatchObject({ line, severity: "error" });
    expect(fault?.message).toMatch(/^\S.*[.?]$/);
  });

  // biome-ignore format: a table is read by its rows
  test.each<[string, readonly string[], CsvFaultCode, number, string?]>([
    ["three hours missing, as in a trading halt", moved([0, 1, 5, 6, 7]), "gap", 4],
    ["an empty line", lines.toSpliced(2, 0, ""), "blank_line", 4],
    ["times in seconds throughout", lines.map((line) => line.replace("000,", ",")), "time_in_seconds", 2],
    ["an empty close time", priced.with(2, priced[2]!.replace(`${at(3) - 1}`, "")), "close_time_empty", 4, wideHeader],
    ["a candle cut short by a halt", priced.with(2, priced[2]!.replace(`${at(3) - 1}`, `${at(2.5)}`)), "cut_short", 4, wideHeader],
  ])("%s is said as a warning and the candles are taken", (_, changed, code, line, header = HEADER) => {
    const found = read(fileOf(changed, header));
    expect(found.faults).toMatchObject([{ code, line, severity: "warning" }]);
    expect(found.columns).not.toBeNull();
  });

  test("a file without a last line end is said to be cut off", () => {
    const found = read(fileOf(lines).subarray(0, -1));
    expect(found.faults).toMatchObject([{ code: "no_final_newline", line: 9, severity: "warning" }]);
    expect(found.summary.candles).toBe(8);
  });

  test("quote volume in the volume column is found by its scale", () => {
    const swapped = lines.map((line) => line.replace(/,[^,]*$/, ",15401361.71"));
    const found = read(fileOf(swapped));
    expect(found.columns).toBeNull();
    expect(found.counts).toEqual({ volume_scale: 1 });
  });

  test("flat candles without volume over two hours are taken for invented, one hour is not", () => {
    const flat = (line: string) => line.replace(/,.*$/, ",25000,25000,25000,25000,0");
    expect(read(fileOf(lines.with(3, flat(lines[3]!)))).faults).toEqual([]);
    const found = read(fileOf(lines.with(3, flat(lines[3]!)).with(4, flat(lines[4]!))));
    expect(found.faults).toMatchObject([{ code: "flat_run", line: 5, severity: "error" }]);
    const minutes = linesOf(walk(40, "1m")).map((line, i) => (i >= 5 && i < 17 ? flat(line) : line));
    expect(read(fileOf(minutes)).faults).toMatchObject([
      { code: "flat_stretch", line: 7, severity: "warning" },
    ]);
  });

  test("a decimal point slipped from one line on is a jump where it begins", () => {
    const slipped = lines.map((line, i) => {
      const [openAt, open, high, low, close, volume] = line.split(",");
      const scaled = [open, high, low, close].map((price) => Math.round(Number(price) * 1_000) / 100);
      return i < 4 ? line : [openAt, ...scaled, volume].join(",");
    });
    expect(read(fileOf(slipped)).faults).toMatchObject([{ code: "price_jump", line: 6 }]);
  });
});

describe("every fault", () => {
  test("is counted, and the first of each kind are listed", () => {
    const many = linesOf(walk(500)).map((line) => line.replace(/,[^,]*$/, ",x"));
    const found = read(fileOf(many));
    expect(found.counts).toEqual({ not_a_number: 500 });
    expect(found.faults).toHaveLength(20);
    expect(read(fileOf(many), { listedPerCode: 3 }).faults).toHaveLength(3);
  });

  test("quotes what stood there, cut short", () => {
    const found = read(fileOf(edited(lines, 2, 1, `x\u0007${"y".repeat(100_000)}`)));
    expect(found.faults[0]!.message).toStartWith('open is "x\\u0007yyy');
    expect(found.faults[0]!.message.length).toBeLessThan(110);
  });

  test("of the timeframe that was stated is found", () => {
    expect(read(fileOf(lines), { timeframe: "1h" }).columns).not.toBeNull();
    expect(read(fileOf(lines), { timeframe: "4h" }).counts).toEqual({ timeframe_differs: 1 });
    expect(read(fileOf(lines.slice(0, 1)), { timeframe: "1h" }).summary.candles).toBe(1);
  });
});
