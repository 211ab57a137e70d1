/** What SQLite itself can say about the file. It misses most flipped bits, so the audit chain is checked beside it. */
import type { Reader } from "./transaction.ts";

/** One line a problem; empty when none was found. Reads the whole file. */
export function integrityProblems(reader: Reader): string[] {
  const found = reader.values<readonly [string]>("PRAGMA quick_check(20)").map(([line]) => line);
  const orphans = reader.all<{ table: string; rowid: number | null; parent: string }>(
    "PRAGMA foreign_key_check",
  );
  return [
    ...found.filter((line) => line !== "ok"),
    ...orphans.map(
      ({ table, rowid, parent }) => `row ${rowid ?? "?"} of ${table} names a missing row of ${parent}`,
    ),
  ];
}

/** Size of the file, without its write-ahead log. */
export const databaseBytes = (reader: Reader): number =>
  reader.get<{ bytes: number }>(
    "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()",
  )?.bytes ?? 0;
