/** What every bench prints alike: the machine, percentiles, and a last line of JSON. */
import { cpus, loadavg } from "node:os";

export const machine = (): string =>
  `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Bun ${Bun.version}, load ${loadavg()[0]!.toFixed(1)}`;

/** How late a timer comes in this process, in ms, until it is asked: what waiting for the processor alone costs. */
export function watchLateness(everyMs: number): () => Spread {
  const late: number[] = [];
  let dueAt = performance.now() + everyMs;
  const watching = setInterval(() => {
    const now = performance.now();
    late.push(Math.max(0, now - dueAt));
    dueAt = now + everyMs;
  }, everyMs);
  return () => {
    clearInterval(watching);
    return spreadOf(late);
  };
}

/** The smallest value that at least this share of them does not exceed; NaN of none. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const at = (share: number): number => rounded(percentile(values, share));
  return { count: values.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

export const rounded = (value: number, places = 2): number => Number(value.toFixed(places));

/** Rows of text in columns: the first to the left, the others to the right. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]! + 3),
    );
    console.log(cells.join(""));
  }
}

export const metWord = (isMet: boolean): string => (isMet ? "yes" : "no");
