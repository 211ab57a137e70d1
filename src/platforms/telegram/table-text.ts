/** A table as a phone shows it: each row on one line where that fits, else folded over several, in columns all the same. */
import { padEnd, padStart, widthOf, wrapped } from "../../chat/fixed-width.ts";
import type { Block, Column } from "../../chat/message.ts";
import { boxOf, type Paragraph } from "./paragraph.ts";
import { PHONE_COLUMNS } from "./phone-columns.ts";
import { clean } from "./written.ts";

const INDENT = 2;

interface Measured extends Column {
  readonly index: number;
  readonly width: number;
}

export function tableText({ columns, rows }: Extract<Block, { kind: "table" }>): readonly Paragraph[] {
  if (columns.length === 0) return [];
  const titles = columns.map(({ title }) => clean(title));
  const cells = rows.map((row) => columns.map((_, index) => clean(row[index] ?? "").replaceAll("\n", " ")));
  const measured = columns.map((column, index) => ({
    ...column,
    index,
    width: Math.max(...[titles, ...cells].map((row) => widthOf(row[index]!))),
  }));
  const gap = [2, 1].find((each) => widthOfLine(measured, each) <= PHONE_COLUMNS);
  if (gap !== undefined) return [boxOf([titles, ...cells].map((row) => line(measured, row, gap)))];
  const folds = foldsOf(measured);
  return [boxOf([titles, ...cells].flatMap((row) => folded(folds, row)))];
}

const widthOfLine = (columns: readonly Measured[], gap: number): number =>
  columns.reduce((sum, { width }) => sum + width, 0) + gap * (columns.length - 1);

const line = (columns: readonly Measured[], row: readonly string[], gap: number): string =>
  columns
    .map(({ align, index, width }) => (align === "right" ? padStart : padEnd)(row[index]!, width))
    .join(" ".repeat(gap))
    .trimEnd();

/** As many columns a line as fit; the later lines stand a little to the right. */
function foldsOf(columns: readonly Measured[]): readonly (readonly Measured[])[] {
  const folds: Measured[][] = [];
  for (const column of columns) {
    const last = folds.at(-1);
    const room = PHONE_COLUMNS - (folds.length > 1 ? INDENT : 0);
    if (last !== undefined && widthOfLine([...last, column], 2) <= room) last.push(column);
    else folds.push([column]);
  }
  return folds;
}

function folded(folds: readonly (readonly Measured[])[], row: readonly string[]): readonly string[] {
  return folds.flatMap((columns, place) => {
    const indent = " ".repeat(place === 0 ? 0 : INDENT);
    const only = columns.length === 1 ? columns[0] : undefined;
    // A cell with a line to itself needs no padding, and is broken where it is too long.
    const lines =
      only === undefined
        ? [line(columns, row, 2)]
        : wrapped(row[only.index]!, PHONE_COLUMNS - indent.length).filter((each) => each !== "");
    return lines.map((each) => indent + each);
  });
}
