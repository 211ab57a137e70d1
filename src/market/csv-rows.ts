/** The lines of a candle CSV as columns of numbers, in the order of the file; every line that cannot be read is a fault. */
import type { Instrument } from "../core/instrument.ts";
import { fieldText, parseDecimal } from "./csv-decimal.ts";
import { type CsvFaultLog, quoted } from "./csv-faults.ts";
import type { CsvField, CsvLayout } from "./csv-format.ts";
import { INSTANT_UNIT_NAMES, type InstantReading, readInstant, SECONDS } from "./csv-instant.ts";
import { ordinaryLines } from "./csv-ordinary-lines.ts";
import { type CsvRows, emptyRows, growRows } from "./csv-row-columns.ts";

const LF = 10;
const CR = 13;
const COMMA = 44;

/** How much of the file shows how long its lines are. */
const SAMPLE_BYTES = 65_536;

export function readRows(
  bytes: Uint8Array,
  layout: CsvLayout,
  instrument: Instrument,
  log: CsvFaultLog,
): CsvRows {
  const rows = emptyRows(expectedLines(bytes, layout.dataFrom), layout);
  const readOrdinary = ordinaryLines(bytes, layout, rows);
  const reader = new LineReader(bytes, rows, layout, instrument, log);
  const fields = layout.fields.length;
  const ends = new Int32Array(fields);
  let line = layout.firstLine;
  let at = layout.dataFrom;
  while (at < bytes.length) {
    if (rows.length === rows.line.length) growRows(rows);
    const before = rows.lines;
    at = readOrdinary(at, line);
    line += rows.lines - before;
    if (at >= bytes.length) break;
    if (rows.length === rows.line.length) continue;

    const lineStart = at;
    let commas = 0;
    for (; at < bytes.length && bytes[at] !== LF; at++) {
      if (bytes[at] !== COMMA) continue;
      if (commas < fields) ends[commas] = at;
      commas += 1;
    }
    const lineEnd = at > lineStart && bytes[at - 1] === CR ? at - 1 : at;
    if (lineEnd === lineStart) {
      log.add("blank_line", line, "The line is empty.");
    } else {
      rows.lines += 1;
      ends[Math.min(commas, fields - 1)] = lineEnd;
      if (commas === fields - 1) reader.read(line, lineStart, ends);
      else log.add("column_count", line, `The line has ${commas + 1} columns instead of ${fields}.`);
    }
    line += 1;
    at += 1;
  }
  rows.read = rows.length;
  if (rows.lines > 0 && bytes[bytes.length - 1] !== LF) {
    log.add("no_final_newline", line - 1, "The last line has no line end: the file may have been cut off.");
  }
  noteUnits(rows, reader.zoneAssumedLine, log);
  return rows;
}

/** Lines to make room for: a fiftieth more than the file has if they are as long as its first ones. */
function expectedLines(bytes: Uint8Array, from: number): number {
  const end = Math.min(bytes.length, from + SAMPLE_BYTES);
  let lines = 1;
  for (let at = from; at < end; at++) if (bytes[at] === LF) lines += 1;
  return Math.ceil((lines * 1.02 * (bytes.length - from + 1)) / (end - from + 1)) + 1;
}

/** Reads any line and says what keeps it from being a row. */
class LineReader {
  /** The first line whose time stood as a date without a zone; 0 when none did. */
  zoneAssumedLine = 0;
  readonly #bytes: Uint8Array;
  readonly #rows: CsvRows;
  readonly #fields: readonly CsvField[];
  readonly #symbol: string;
  readonly #log: CsvFaultLog;
  readonly #instant: InstantReading = { at: 0, unit: 0, zoneAssumed: false };

  constructor(bytes: Uint8Array, rows: CsvRows, layout: CsvLayout, instrument: Instrument, log: CsvFaultLog) {
    this.#bytes = bytes;
    this.#rows = rows;
    this.#fields = layout.fields;
    this.#symbol = instrument.symbol;
    this.#log = log;
  }

  /** Reads the line whose fields end at the given offsets; it becomes a row when all of it reads. */
  read(line: number, lineStart: number, ends: Int32Array): void {
    const row = this.#rows.length;
    let isRow = true;
    let from = lineStart;
    for (let i = 0; i < ends.length; i++) {
      isRow = this.#readField(this.#fields[i]!, row, line, from, ends[i]!) && isRow;
      from = ends[i]! + 1;
    }
    if (!isRow) return;
    this.#rows.line[row] = line;
    this.#rows.length = row + 1;
  }

  #readField(name: CsvField, row: number, line: number, from: number, to: number): boolean {
    if (name === "unused") return true;
    if (name === "symbol") return this.#readSymbol(line, from, to);
    if (name === "openAt" || name === "closeAt") return this.#readInstant(name, row, line, from, to);
    const value = parseDecimal(this.#bytes, from, to);
    this.#rows[name]![row] = value;
    return Number.isNaN(value) ? this.#refuse("not_a_number", name, line, from, to) : true;
  }

  #readInstant(name: "openAt" | "closeAt", row: number, line: number, from: number, to: number): boolean {
    const instant = this.#instant;
    readInstant(this.#bytes, from, to, instant);
    this.#rows[name]![row] = instant.at;
    if (name === "openAt") this.#rows.unit[row] = instant.unit;
    if (instant.zoneAssumed && this.zoneAssumedLine === 0) this.zoneAssumedLine = line;
    if (name === "closeAt" && from === to) return true;
    return Number.isNaN(instant.at) ? this.#refuse("bad_time", name, line, from, to) : true;
  }

  #readSymbol(line: number, from: number, to: number): boolean {
    const text = fieldText(this.#bytes, from, to);
    if (text === this.#symbol || text.replace(/["/_-]/g, "").toUpperCase() === this.#symbol) return true;
    this.#log.add("wrong_symbol", line, `The symbol is ${quoted(text)}, not ${this.#symbol}.`);
    return false;
  }

  #refuse(code: "not_a_number" | "bad_time", name: CsvField, line: number, from: number, to: number): false {
    const wanted = code === "bad_time" ? "a time this importer knows" : "a plain decimal number";
    const text = fieldText(this.#bytes, from, Math.min(to, from + 60));
    this.#log.add(
      code,
      line,
      from === to ? `${name} is empty.` : `${name} is ${quoted(text)}, which is not ${wanted}.`,
    );
    return false;
  }
}

/** Says in which units the times stood, when that needs saying. */
function noteUnits(rows: CsvRows, zoneAssumedLine: number, log: CsvFaultLog): void {
  const counts = [0, 0, 0, 0];
  for (let row = 0; row < rows.length; row++) counts[rows.unit[row]!]! += 1;
  const usual = counts.indexOf(Math.max(...counts));
  if (zoneAssumedLine > 0) {
    log.add("time_zone_assumed", zoneAssumedLine, "Times without a zone are read as UTC.");
  }
  if (rows.length > 0 && usual === SECONDS) {
    log.add("time_in_seconds", rows.line[0]!, "Times are read as whole seconds.");
  }
  if (counts[usual] === rows.length) return;
  for (let row = 0; row < rows.length; row++) {
    const unit = rows.unit[row]!;
    if (unit === usual) continue;
    log.add(
      "mixed_time_units",
      rows.line[row]!,
      `The time is in ${INSTANT_UNIT_NAMES[unit]}, most of the file in ${INSTANT_UNIT_NAMES[usual]}.`,
    );
  }
}
