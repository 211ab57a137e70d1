/** Fields as a phone shows them: labels at the left, values at the right, so that numbers stand under one another. */
import type { Block } from "../../chat/message.ts";
import { boxOf, type Paragraph, proseOf } from "./paragraph.ts";
import { PHONE_COLUMNS, padEnd, padStart, widthOf, wrapped } from "./phone-columns.ts";
import { bold, clean, phrase } from "./written.ts";

const GAP = 2;

interface Pair {
  readonly label: string;
  readonly value: string;
}

export function fieldsText({ title, fields }: Extract<Block, { kind: "fields" }>): readonly Paragraph[] {
  const pairs = fields.map(({ label, value }) => ({ label: clean(label), value: clean(value) }));
  const short = pairs.filter(isShort);
  const heading = title === null ? [] : [bold(title)];
  // Sentences read badly in a narrow box.
  if (short.length * 2 < pairs.length) {
    return [proseOf(...heading, ...pairs.map(({ label, value }) => phrase(bold(label), ": ", value)))];
  }
  const width = Math.max(0, ...short.map(widthOfPair));
  const box = pairs.flatMap((pair) => (isShort(pair) ? [facing(pair, width)] : beneath(pair)));
  return [...(title === null ? [] : [proseOf(...heading)]), ...(box.length > 0 ? [boxOf(box)] : [])];
}

const widthOfPair = ({ label, value }: Pair): number => widthOf(label) + GAP + widthOf(value);

const isShort = (pair: Pair): boolean => !pair.value.includes("\n") && widthOfPair(pair) <= PHONE_COLUMNS;

const facing = ({ label, value }: Pair, width: number): string =>
  padEnd(label, width - widthOf(value)) + padStart(value, widthOf(value));

const beneath = ({ label, value }: Pair): readonly string[] => [
  label,
  ...wrapped(value, PHONE_COLUMNS - GAP).map((line) => " ".repeat(GAP) + line),
];
