/** Fields as lines of fixed-width text: labels at the left, figures under one another at the right, words where they begin. */
import { padEnd, padStart, widthOf, wrapped } from "./fixed-width.ts";
import type { Field } from "./message.ts";

const GAP = 2;
const FIGURE = /^[+−-]?\d/;

export interface AlignedFields {
  /** At most as wide as asked; a value that does not fit stands below its label. */
  readonly lines: readonly string[];
  /** Values beside their labels, and how many of those are figures. */
  readonly beside: number;
  readonly figures: number;
}

/** The texts are taken as they are: cleaned by whoever shows them. */
export function alignedFields(fields: readonly Field[], columns: number): AlignedFields {
  const labelWidth = widestLabel(fields, columns);
  const fits = ({ label, value }: Field): boolean =>
    !value.includes("\n") && widthOf(label) <= labelWidth && labelWidth + GAP + widthOf(value) <= columns;
  const figures = fields.filter((field) => fits(field) && FIGURE.test(field.value));
  const figureWidth = Math.max(0, ...figures.map(({ value }) => widthOf(value)));
  const facing = ({ label, value }: Field): string =>
    `${padEnd(label, labelWidth + GAP)}${FIGURE.test(value) ? padStart(value, figureWidth) : value}`;
  return {
    lines: fields.flatMap((field) => (fits(field) ? [facing(field)] : beneath(field, columns))),
    beside: fields.filter(fits).length,
    figures: figures.length,
  };
}

/** Of those whose value has room beside it: a long label alone must not push the others below theirs. */
function widestLabel(fields: readonly Field[], columns: number): number {
  const beside = fields.filter(({ label, value }) => widthOf(label) + GAP + widthOf(value) <= columns);
  return Math.max(0, ...beside.map(({ label }) => widthOf(label)));
}

const beneath = ({ label, value }: Field, columns: number): readonly string[] => [
  label,
  ...wrapped(value, columns - GAP).map((line) => " ".repeat(GAP) + line),
];
