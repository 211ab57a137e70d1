/** Fields as a phone shows them: in a box, figures under one another; sentences read better outside of one. */
import { alignedFields } from "../../chat/aligned-fields.ts";
import type { Block } from "../../chat/message.ts";
import { boxOf, type Paragraph, proseOf } from "./paragraph.ts";
import { PHONE_COLUMNS } from "./phone-columns.ts";
import { bold, clean, phrase } from "./written.ts";

export function fieldsText({ title, fields }: Extract<Block, { kind: "fields" }>): readonly Paragraph[] {
  const pairs = fields.map(({ label, value }) => ({ label: clean(label), value: clean(value) }));
  const heading = title === null ? [] : [bold(title)];
  const { beside, lines } = alignedFields(pairs, PHONE_COLUMNS);
  if (beside * 2 < pairs.length) {
    return [proseOf(...heading, ...pairs.map(({ label, value }) => phrase(bold(label), ": ", value)))];
  }
  return [...(title === null ? [] : [proseOf(...heading)]), ...(lines.length > 0 ? [boxOf(lines)] : [])];
}
