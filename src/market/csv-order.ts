/** Rows of a candle CSV put in order of time and freed of repetitions; how they stood is a fault. */
import { type CsvFaultLog, isoTime } from "./csv-faults.ts";
import type { CsvRows } from "./csv-row-columns.ts";

const VALUES = ["open", "high", "low", "close", "volume"] as const;
const COLUMNS = ["line", "openAt", ...VALUES, "closeAt", "quoteVolume"] as const;

/** The rows with strictly rising times; of lines with the same time the first stays. Reorders the arrays in place. */
export function orderRows(rows: CsvRows, log: CsvFaultLog): void {
  let later = 0;
  let earlier = 0;
  let same = 0;
  const { openAt, line } = rows;
  for (let i = 1; i < rows.length; i++) {
    if (openAt[i]! > openAt[i - 1]!) later += 1;
    else if (openAt[i]! < openAt[i - 1]!) earlier += 1;
    else same += 1;
  }
  if (earlier > 0) {
    const isNewestFirst = earlier > later;
    if (isNewestFirst) log.add("newest_first", line[0]!, "The file runs from the newest to the oldest.");
    for (let i = 1; i < rows.length; i++) {
      if (isNewestFirst ? openAt[i]! <= openAt[i - 1]! : openAt[i]! >= openAt[i - 1]!) continue;
      log.add("unsorted", line[i]!, `${isoTime(openAt[i]!)} is out of order after line ${line[i - 1]}.`);
    }
    sortByTime(rows);
  }
  // Repeated times may stand anywhere in an unsorted file: only sorting brings them together.
  if (same > 0 || earlier > 0) dropRepeated(rows, log);
}

function sortByTime(rows: CsvRows): void {
  const { openAt } = rows;
  const order = Uint32Array.from({ length: rows.length }, (_, i) => i);
  order.sort((a, b) => openAt[a]! - openAt[b]! || a - b);
  for (const name of COLUMNS) {
    const column = rows[name];
    if (column === null) continue;
    const before = column.slice(0, rows.length);
    for (let i = 0; i < order.length; i++) column[i] = before[order[i]!]!;
  }
}

function dropRepeated(rows: CsvRows, log: CsvFaultLog): void {
  let kept = 0;
  for (let i = 1; i < rows.length; i++) {
    if (rows.openAt[i] === rows.openAt[kept]) {
      noteRepeated(rows, kept, i, log);
      continue;
    }
    kept += 1;
    if (kept === i) continue;
    for (const name of COLUMNS) {
      const column = rows[name];
      if (column !== null) column[kept] = column[i]!;
    }
  }
  rows.length = kept + 1;
}

function noteRepeated(rows: CsvRows, first: number, again: number, log: CsvFaultLog): void {
  const at = rows.openAt[first]!;
  const firstLine = rows.line[first]!;
  const differing = VALUES.find((name) => rows[name][first] !== rows[name][again]);
  if (differing === undefined) {
    const message = `${isoTime(at)} stands on line ${firstLine} with the same values.`;
    log.add("duplicate_identical", rows.line[again]!, message);
    return;
  }
  const was = rows[differing][first]!;
  const is = rows[differing][again]!;
  const message = `${isoTime(at)} stands on line ${firstLine} with ${differing} ${was}, here with ${is}.`;
  log.add("duplicate_conflict", rows.line[again]!, message);
}
