/** The columns that the lines of a candle CSV are read into and then checked in. */
import type { CsvLayout } from "./csv-format.ts";

/** Rows in file order, not yet checked against each other. Arrays may be longer than `length`. */
export interface CsvRows {
  length: number;
  /** Data lines, read or not (blank ones not counted). */
  lines: number;
  /** Data lines that could be read; `length` falls below it as rows are dropped. */
  read: number;
  /** Line number of each row, counted from 1. */
  line: Uint32Array;
  /** The unit each row's time was written in. */
  unit: Uint8Array;
  /** Epoch ms. */
  openAt: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  /** Epoch ms, NaN where empty; null when the file has no such column. */
  closeAt: Float64Array | null;
  quoteVolume: Float64Array | null;
}

/** Columns with room for so many rows. */
export function emptyRows(capacity: number, layout: CsvLayout): CsvRows {
  const column = () => new Float64Array(capacity);
  return {
    length: 0,
    lines: 0,
    read: 0,
    line: new Uint32Array(capacity),
    unit: new Uint8Array(capacity),
    openAt: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    closeAt: layout.fields.includes("closeAt") ? column() : null,
    quoteVolume: layout.fields.includes("quoteVolume") ? column() : null,
  };
}

/** Half as much room again, with what stands in the columns. */
export function growRows(rows: CsvRows): void {
  const capacity = Math.ceil(rows.line.length * 1.5);
  const wider = (column: Float64Array): Float64Array => {
    const grown = new Float64Array(capacity);
    grown.set(column);
    return grown;
  };
  for (const name of ["openAt", "open", "high", "low", "close", "volume"] as const)
    rows[name] = wider(rows[name]);
  rows.closeAt &&= wider(rows.closeAt);
  rows.quoteVolume &&= wider(rows.quoteVolume);
  const { line, unit } = rows;
  rows.line = new Uint32Array(capacity);
  rows.line.set(line);
  rows.unit = new Uint8Array(capacity);
  rows.unit.set(unit);
}
