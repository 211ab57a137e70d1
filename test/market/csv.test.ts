import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { compareWithHeld } from "../../src/market/compare-with-held.ts";
import { type CsvImportOptions, importCandlesCsv, parseCandlesCsv } from "../../src/market/csv.ts";
import { CSV_FAULTS, type CsvFaultCode } from "../../src/market/csv-faults.ts";
import { writeCandlesCsv } from "../../src/market/csv-write.ts";
import { bytesOf, edited, fileOf, HEADER, HOUR, LATER, linesOf, plain, START, walk } from "./candles.ts";

const lines = linesOf(walk(8));
const read = (bytes: Uint8Array, options: Partial<CsvImportOptions> = {}) =>
  parseCandlesCsv(bytes, { now: LATER, ...options });

describe("a candle file", () => {
  test("of six columns with a header is read to the same numbers", () => {
    const source = walk(3_000, "1m");
    const found = read(fileOf(linesOf(source)));
    expect(found).toMatchObject({ timeframe: "1m", faults: [], counts: {} });
    expect(plain(found.columns!)).toEqual(plain(source));
    const { openAt } = source;
    const firstAt = openAt[0]!;
    const lastAt = openAt[2_999]!;
    const summary = { lines: 3_000, candles: 3_000, dropped: 0, firstAt, lastAt, gaps: 0, missing: 0 };
    expect(found.summary).toEqual(summary);
  });

  // Two lines in the form of Binance's dumps: open time, OHLCV, close time, quote volume, trades, taker volumes, unused.
  const dump = (perMs: number) =>
    [0, 1].map((i) => {
      const at = START + i * HOUR;
      const closes = perMs === 1 ? `${at + HOUR - 1}` : `${at + HOUR - 1}999`;
      const ohlcv = "16541.77000000,16545.70000000,16508.39000000,16529.67000000,4364.83570000";
      return `${at * perMs},${ohlcv},${closes},72146293.58672290,149854,2179.94772000,36032255.29127580,0`;
    });
  const dumpHeader =
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore";

  // biome-ignore format: a table is read by its rows
  test.each([
    ["without a header, in milliseconds", fileOf(dump(1).slice(1), dump(1)[0]!)],
    ["without a header, in microseconds", fileOf(dump(1000).slice(1), dump(1000)[0]!)],
    ["with a header, in milliseconds", fileOf(dump(1), dumpHeader)],
    ["with a header, in microseconds", fileOf(dump(1000), dumpHeader)],
    ["gzipped", gzipSync(fileOf(dump(1), dumpHeader))],
    ["in two gzip members, as cat joins them", new Uint8Array([...gzipSync(bytesOf(`${dump(1)[0]}\n`)), ...gzipSync(bytesOf(`${dump(1)[1]}\n`))])],
    ["with Windows line ends", bytesOf(`${dumpHeader}\r\n${dump(1).join("\r\n")}\r\n`)],
    ["with a byte order mark", new Uint8Array([0xef, 0xbb, 0xbf, ...fileOf(dump(1), dumpHeader)])],
    ["with a header in words", fileOf(dump(1), '"Open Time",Open,High,Low,Close,Volume,Close Time,Quote asset volume,Number of trades,Taker buy base asset volume,Taker buy quote asset volume,Ignore')],
    ["without its unused columns", fileOf(dump(1).map((line) => line.split(",").slice(0, 9).join(",")), "open_time_ms,open,high,low,close,volume,close_time,quote_volume,trades")],
  ])("as Binance dumps it, %s, is read", (_, bytes) => {
    const found = read(bytes);
    expect(found.faults).toEqual([]);
    const twice = (value: number) => [value, value];
    expect(plain(found.columns!)).toEqual({
      openAt: [START, START + HOUR],
      open: twice(16541.77),
      high: twice(16545.7),
      low: twice(16508.39),
      close: twice(16529.67),
      volume: twice(4364.8357),
    });
  });

  test("with dates instead of numbers is read as UTC, and says so", () => {
    const dated = linesOf(walk(3)).map((line, i) => line.replace(/^\d+/, `2023-03-01 0${i}:00:00`));
    const found = read(fileOf(dated, "date,open,high,low,close,volume"));
    expect(plain(found.columns!)).toEqual(plain(walk(3)));
    expect(found.faults).toMatchObject([{ code: "time_zone_assumed", severity: "warning", line: 2 }]);
    const zoned = dated.map((line) => line.replace(":00,", ":00Z,"));
    expect(read(fileOf(zoned, "date,open,high,low,close,volume")).faults).toEqual([]);
  });

  test("with columns in any order, a symbol and a date beside the time is read", () => {
    const mixed = linesOf(walk(3)).map((line) => {
      const [at, open, high, low, close, volume] = line.split(",");
      return `${at},2023,BTC/USDT,${close},${low},${high},${open},${volume}`;
    });
    const found = read(fileOf(mixed, "timestamp,date,symbol,close,low,high,open,Volume BTC"));
    expect(found.faults).toEqual([]);
    expect(plain(found.columns!)).toEqual(plain(walk(3)));
  });

  test("that was exported is imported to exactly the same candles, the smallest volume included", () => {
    const source = walk(50);
    source.volume.set([0, 1e-8, 1.2e-7, 123456789.12345678, 5e-324], 0);
    const text = writeCandlesCsv(source);
    expect(text).toStartWith(`${HEADER}\n${START},`);
    expect(text).not.toMatch(/[eE][-+]/);
    const found = read(bytesOf(text), { allow: ["volume_scale"] });
    expect(found.counts).toEqual({ volume_out_of_range: 1 });
    source.volume[3] = 1;
    expect(plain(read(bytesOf(writeCandlesCsv(source))).columns!)).toEqual(plain(source));
  });
});

describe("a file that cannot be read", () => {
  const gzipped = gzipSync(fileOf(lines));
  const flipped = Uint8Array.from(gzipped, (byte, i) => (i === gzipped.length - 6 ? byte ^ 1 : byte));

  // biome-ignore format: a table is read by its rows
  test.each<[string, Uint8Array, CsvFaultCode]>([
    ["an empty file", new Uint8Array(), "file_empty"],
    ["a header alone", fileOf([]), "file_empty"],
    ["an empty gzip file", gzipSync(new Uint8Array()), "file_empty"],
    ["a gzip file cut off in its data", gzipped.subarray(0, 100), "gzip_broken"],
    ["a gzip file cut off in its checksum", gzipped.subarray(0, -3), "gzip_broken"],
    ["a gzip file with a flipped bit", flipped, "gzip_broken"],
    ["a zip archive", bytesOf("PK\u0003\u0004 and so on"), "zip_archive"],
    ["six columns without a header", fileOf(lines.slice(1), lines[0]!), "header_missing"],
    ["a web page", bytesOf("<html>\n<body>Not found</body>\n"), "header_unknown"],
    ["a megabyte without a line end", new Uint8Array(1_000_000).fill(97), "header_unknown"],
    ["an unknown column", fileOf(lines.map((line) => `${line},1`), `${HEADER},vwap`), "header_unknown"],
    ["two columns for one value", fileOf(lines.map((line) => `${line},1`), `${HEADER},close`), "header_unknown"],
    ["a header without a volume", fileOf(lines, HEADER.replace("volume", "trades")), "column_missing"],
    ["one candle whose timeframe nothing shows", fileOf(lines.slice(0, 1)), "timeframe_unknown"],
    ["candles seven minutes apart", fileOf([0, 7, 14].map((m) => `${START + m * 60_000},1,1,1,1,1`)), "timeframe_unknown"],
  ])("%s is refused", (_, bytes, code) => {
    const found = read(bytes);
    expect(found.columns).toBeNull();
    expect(found.summary.candles).toBe(0);
    expect(found.faults.map((fault) => fault.code)).toContain(code);
  });

  test("a missing file, a directory and a real file are told apart", async () => {
    const directory = await mkdtemp(join(tmpdir(), "candles-"));
    try {
      const options = { now: LATER };
      const path = join(directory, "candles.csv.gz");
      expect((await importCandlesCsv(path, options)).faults).toMatchObject([
        { code: "file_missing", line: 0 },
      ]);
      expect((await importCandlesCsv(directory, options)).counts).toEqual({ file_unreadable: 1 });
      await Bun.write(path, gzipped);
      expect((await importCandlesCsv(path, options)).columns?.length).toBe(8);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe("candles that have not closed", () => {
  const now = START + 7.5 * HOUR;

  test("the last one, still open, is refused unless a person lets it be dropped", () => {
    const refused = read(fileOf(lines), { now });
    expect(refused.columns).toBeNull();
    expect(refused.faults).toMatchObject([{ code: "still_open", line: 9 }]);
    const taken = read(fileOf(lines), { now, allow: ["still_open"] });
    expect(taken.summary).toMatchObject({ candles: 7, dropped: 1, lastAt: START + 6 * HOUR });
    expect(read(fileOf(lines), { now: START + 8 * HOUR }).summary.candles).toBe(8);
  });

  test("one from the future is refused whatever is allowed", () => {
    const found = read(fileOf(lines), { now: START + 6.5 * HOUR, allow: ["still_open"] });
    expect(found.counts).toEqual({ in_future: 1, still_open: 1 });
    expect(found.columns).toBeNull();
  });

  test("a file of none but a candle still open holds nothing", () => {
    const found = read(fileOf(lines.slice(0, 1)), { now: START + 1, timeframe: "1h", allow: ["still_open"] });
    expect(found.columns).toBeNull();
    expect(found.counts).toEqual({ still_open: 1, file_empty: 1 });
  });
});

describe("what a person allows by name", () => {
  test("a repeated line is dropped and counted", () => {
    const repeated = [...lines.slice(0, 3), lines[2]!, ...lines.slice(3)];
    const found = read(fileOf(repeated), { allow: ["duplicate_identical"] });
    expect(plain(found.columns!)).toEqual(plain(walk(8)));
    expect(found.summary).toMatchObject({ lines: 9, candles: 8, dropped: 1 });
    expect(found.faults[0]).toMatchObject({ severity: "warning", line: 5 });
    expect(found.faults[0]!.message).toEndWith("Allowed: the repeated line is dropped.");
  });

  test("a file from newest to oldest is put in order", () => {
    const found = read(fileOf(lines.toReversed()), { allow: ["newest_first"] });
    expect(plain(found.columns!)).toEqual(plain(walk(8)));
  });

  test("times in two units are each read in their own", () => {
    const found = read(fileOf(edited(lines, 3, 0, String((START + 3 * HOUR) * 1000))), {
      allow: ["mixed_time_units"],
    });
    expect(plain(found.columns!)).toEqual(plain(walk(8)));
  });

  test("a price off the tick is rounded to the nearest", () => {
    const found = read(fileOf(edited(lines, 2, 2, "26000.016")), { allow: ["price_off_tick"] });
    expect(found.columns!.high[2]).toBe(26000.02);
  });

  test("a real crash is kept as it is", () => {
    const found = read(fileOf(edited(lines, 4, 3, "8000")), { allow: ["price_jump"] });
    expect(found.columns!.low[4]).toBe(8000);
  });

  test("one allowed fault does not excuse another", () => {
    const found = read(fileOf(edited(lines, 4, 3, "8000").with(2, lines[2]!.replace(/^\d+/, "x"))), {
      allow: ["price_jump"],
    });
    expect(found.columns).toBeNull();
  });

  test("is never a fault that leaves the data in doubt", () => {
    const never: CsvFaultCode[] = [
      "duplicate_conflict",
      "not_a_number",
      "ohlc_inconsistent",
      "price_not_positive",
    ];
    for (const code of never) expect(CSV_FAULTS[code].allowed).toBeNull();
  });
});

describe("candles already held", () => {
  test("that agree let a file in", () => {
    const found = read(fileOf(lines), { held: walk(5) });
    expect(found.faults).toEqual([]);
    expect(compareWithHeld(walk(8), walk(5))).toEqual({ compared: 5, conflicts: [] });
  });

  test("that differ keep futures out that are labelled as spot", () => {
    const futures = linesOf(walk(8, "1h", "futures"));
    const found = read(fileOf(futures), { held: walk(5) });
    expect(found.columns).toBeNull();
    expect(found.counts).toEqual({ differs_from_held: 5 });
    expect(found.faults[0]).toMatchObject({ line: 2, severity: "error" });
  });

  test("are compared only where both have a candle, to the last digit", () => {
    const held = walk(4, "1h", "walk", START + 6 * HOUR);
    const offered = walk(8);
    const { compared, conflicts } = compareWithHeld(offered, held);
    expect(compared).toBe(2);
    expect(conflicts.map((conflict) => conflict.index)).toEqual([6, 7]);
    offered.close[3] = offered.close[3]! + 0.01;
    const one = {
      index: 3,
      openAt: START + 3 * HOUR,
      field: "close",
      offered: offered.close[3],
      held: walk(8).close[3],
    };
    expect(compareWithHeld(offered, walk(8)).conflicts).toEqual([one as never]);
  });

  test("of another timeframe cannot be compared", () => {
    expect(() => compareWithHeld(walk(8), walk(8, "4h"))).toThrow(
      expect.objectContaining({ code: "timeframe_differs" }),
    );
  });
});
