import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A fixture CSV as named columns; `#` lines say where it comes from, an empty cell is NaN. */
export function fixtureTable(name: string): {
  texts: Map<string, string[]>;
  numbers(column: string): number[];
} {
  const lines = readFileSync(join(import.meta.dir, "fixtures", name), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const [head, ...rows] = lines.map((line) => line.split(","));
  const texts = new Map(head!.map((column, at) => [column, rows.map((row) => row[at]!)]));
  return {
    texts,
    numbers(column) {
      const cells = texts.get(column);
      if (!cells) throw new Error(`${name} has no column ${column}`);
      return cells.map((cell) => (cell === "" ? Number.NaN : Number(cell)));
    },
  };
}
