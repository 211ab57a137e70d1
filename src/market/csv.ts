/** Import of candle CSV, plain or gzipped: names every fault it finds with its line and takes nothing silently. */
import { gunzipSync } from "node:zlib";
import type { CandleColumns } from "../core/candles.ts";
import { CountersignError } from "../core/errors.ts";
import type { Instrument } from "../core/instrument.ts";
import type { Timeframe } from "../core/timeframe.ts";
import { compareWithHeld } from "./compare-with-held.ts";
import {
  type AllowableCsvFault,
  type CsvFault,
  type CsvFaultCode,
  CsvFaultLog,
  isoTime,
} from "./csv-faults.ts";
import { readLayout } from "./csv-format.ts";
import { orderRows } from "./csv-order.ts";
import type { CsvRows } from "./csv-row-columns.ts";
import { readRows } from "./csv-rows.ts";
import { checkTimes, timeframeOf } from "./csv-time-checks.ts";
import { checkFlatRuns, checkJumps, checkPrices, checkVolumes } from "./csv-value-checks.ts";
import { findGaps } from "./gaps.ts";
import { REPLAY_INSTRUMENT } from "./replay-instrument.ts";

/** Ten years of one-minute candles in twelve columns are some 700 MB. */
const LARGEST_FILE_BYTES = 1_073_741_824;
const LISTED_PER_CODE = 20;

export interface CsvImportOptions {
  /** Candles that close later than this, epoch ms, are still open. */
  readonly now: number;
  /** Whose tick, bounds and symbol the candles must have; BTCUSDT when left out. */
  readonly instrument?: Instrument;
  /** What the timeframe must be; found from the spacing when left out. */
  readonly timeframe?: Timeframe;
  /** Faults a person knows of and accepts; each then becomes a warning that says what was done. */
  readonly allow?: readonly AllowableCsvFault[];
  /** Candles already held, of the same timeframe: any that differ are an error. */
  readonly held?: CandleColumns;
  /** How many faults of one code are listed (all are counted); 20 when left out. */
  readonly listedPerCode?: number;
}

export interface CsvImportSummary {
  /** Data lines in the file, blank ones not counted. */
  readonly lines: number;
  /** Candles taken; 0 when refused. */
  readonly candles: number;
  /** Readable lines left out: repeated ones and candles still open. */
  readonly dropped: number;
  /** Open time of the first and last readable candle, epoch ms. */
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  readonly gaps: number;
  readonly missing: number;
}

export interface CsvImport {
  /** The candles; null when any fault is an error: then nothing is taken. */
  readonly columns: CandleColumns | null;
  readonly timeframe: Timeframe | null;
  /** The first of each code; `counts` has the totals. */
  readonly faults: readonly CsvFault[];
  readonly counts: Readonly<Partial<Record<CsvFaultCode, number>>>;
  readonly summary: CsvImportSummary;
}

/** Reads a file and imports it as `parseCandlesCsv` does; a file that cannot be read is a fault too, never an exception. */
export async function importCandlesCsv(path: string, options: CsvImportOptions): Promise<CsvImport> {
  const log = logFor(options);
  const file = Bun.file(path);
  try {
    if (file.size <= LARGEST_FILE_BYTES) return parseCandlesCsv(await file.bytes(), options);
    log.add("file_too_large", 0, `${path} is larger than 1 GiB: split it.`);
  } catch (error) {
    // Ours pass; what remains is the file system's.
    if (error instanceof CountersignError) throw error;
    const code = (error as { code?: unknown }).code;
    if (code === "ENOENT") log.add("file_missing", 0, `There is no file ${path}.`);
    else log.add("file_unreadable", 0, `${path} cannot be read (${String(code ?? "unknown reason")}).`);
  }
  return outcome(null, null, null, log);
}

/**
 * The candles of a CSV, gzipped or plain: 12 columns as Binance dumps them, with or without a header, or any columns
 * with a header that names open_time, open, high, low, close and volume (close_time, quote_volume and symbol are
 * checked when there). Times in seconds, milliseconds, microseconds, or as UTC date and time.
 */
export function parseCandlesCsv(bytes: Uint8Array, options: CsvImportOptions): CsvImport {
  const log = logFor(options);
  const instrument = options.instrument ?? REPLAY_INSTRUMENT;
  const plain = unpacked(bytes, log);
  const layout = plain === null ? null : readLayout(plain, instrument, log);
  if (plain === null || layout === null) return outcome(null, null, null, log);
  const rows = readRows(plain, layout, instrument, log);
  if (rows.lines === 0) log.add("file_empty", 0, "The file holds no candles.");
  if (rows.length === 0) return outcome(null, null, rows, log);

  orderRows(rows, log);
  checkPrices(rows, instrument, log);
  const timeframe = timeframeOf(rows, options.timeframe ?? null, log);
  if (timeframe === null) return outcome(null, null, rows, log);
  checkTimes(rows, timeframe, options.now, log);
  if (rows.length === 0) log.add("file_empty", 0, "The file holds no closed candle.");
  checkJumps(rows, timeframe, log);
  checkVolumes(rows, timeframe, instrument, log);
  checkFlatRuns(rows, timeframe, log);
  const columns = columnsOf(rows, timeframe);
  if (options.held !== undefined) checkHeld(columns, rows, options.held, log);
  return outcome(columns, timeframe, rows, log);
}

const logFor = (options: CsvImportOptions): CsvFaultLog =>
  new CsvFaultLog(options.allow ?? [], options.listedPerCode ?? LISTED_PER_CODE);

function unpacked(bytes: Uint8Array, log: CsvFaultLog): Uint8Array | null {
  if (bytes.length === 0) {
    log.add("file_empty", 0, "The file is empty.");
    return null;
  }
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03) {
    log.add("zip_archive", 0, "The file is a zip archive: unpack it and import the CSV inside.");
    return null;
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    const plain = gunzipSync(bytes, { maxOutputLength: LARGEST_FILE_BYTES });
    if (plain.length > 0) return plain;
    log.add("file_empty", 0, "The gzip file holds nothing.");
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") {
      log.add("file_too_large", 0, "The file unpacks to more than 1 GiB: split it.");
    } else {
      log.add("gzip_broken", 0, "The gzip file is damaged or cut off: fetch it again.");
    }
  }
  return null;
}

function columnsOf(rows: CsvRows, timeframe: Timeframe): CandleColumns {
  const { length, openAt, open, high, low, close, volume } = rows;
  return { timeframe, length, openAt, open, high, low, close, volume };
}

function checkHeld(columns: CandleColumns, rows: CsvRows, held: CandleColumns, log: CsvFaultLog): void {
  for (const { index, openAt, field, offered, held: known } of compareWithHeld(columns, held).conflicts) {
    const text = `${isoTime(openAt)} has ${field} ${offered}, the candle already held has ${known}.`;
    log.add("differs_from_held", rows.line[index]!, text);
  }
}

function outcome(
  columns: CandleColumns | null,
  timeframe: Timeframe | null,
  rows: CsvRows | null,
  log: CsvFaultLog,
): CsvImport {
  const taken = log.isClean && columns !== null && columns.length > 0 ? columns : null;
  const gaps = columns === null ? [] : findGaps(columns);
  const length = columns?.length ?? 0;
  return {
    columns: taken,
    timeframe,
    faults: log.faults,
    counts: log.counts,
    summary: {
      lines: rows?.lines ?? 0,
      candles: taken?.length ?? 0,
      dropped: columns === null ? 0 : (rows?.read ?? 0) - length,
      firstAt: length > 0 ? columns!.openAt[0]! : null,
      lastAt: length > 0 ? columns!.openAt[length - 1]! : null,
      gaps: gaps.length,
      missing: gaps.reduce((sum, gap) => sum + gap.missing, 0),
    },
  };
}
