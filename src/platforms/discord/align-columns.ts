/** A table as lines of text. One that is too wide for a phone takes several lines a row, aligned all the same. */
import { wrapped } from "../../chat/fixed-width.ts";
import type { Block } from "../../chat/message.ts";
import { fenceable } from "./markdown.ts";

/** Discord's app shows about so many fixed-width letters a line on a phone. */
export const PHONE_WIDTH = 38;
const INDENT = "  ";

type Table = Extract<Block, { kind: "table" }>;

export function alignColumns({ columns, rows }: Table): readonly string[] {
  const cellsOf = (row: readonly string[]): readonly string[] =>
    columns.map((_, place) => fenceable(row[place] ?? "").replaceAll("\n", " "));
  const cells = [columns.map(({ title }) => title), ...rows].map(cellsOf);
  const widths = columns.map((_, place) =>
    Math.max(...cells.map((row) => Bun.stringWidth(row[place] ?? ""))),
  );
  const padded = (row: readonly string[], place: number): string => {
    const room = " ".repeat(Math.max(0, (widths[place] ?? 0) - Bun.stringWidth(row[place] ?? "")));
    return columns[place]?.align === "right" ? room + row[place] : row[place] + room;
  };
  const { groups, gap } = grouped(widths);
  return cells
    .flatMap((row) =>
      groups.flatMap((places, depth) => {
        const indent = depth === 0 ? "" : INDENT;
        const [only] = places;
        const lines =
          places.length === 1 && only !== undefined
            ? wrapped(row[only] ?? "", PHONE_WIDTH - indent.length)
            : [places.map((place) => padded(row, place)).join(gap)];
        return lines.map((line) => (indent + line).trimEnd());
      }),
    )
    .filter((line) => line !== "");
}

/** Which columns stand together on a line. */
function grouped(widths: readonly number[]): { groups: readonly (readonly number[])[]; gap: string } {
  const all = widths.map((_, place) => place);
  const sum = widths.reduce((total, width) => total + width, 0);
  for (const gap of ["  ", " "]) {
    if (sum + gap.length * (widths.length - 1) <= PHONE_WIDTH) return { groups: [all], gap };
  }
  const groups: number[][] = [];
  let width = 0;
  for (const place of all) {
    const wider = width + INDENT.length + (widths[place] ?? 0);
    const last = groups.at(-1);
    if (last !== undefined && wider <= PHONE_WIDTH) {
      last.push(place);
      width = wider;
    } else {
      groups.push([place]);
      width = (groups.length > 1 ? INDENT.length : 0) + (widths[place] ?? 0);
    }
  }
  return { groups, gap: "  " };
}
