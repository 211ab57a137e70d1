/** Draws one block of a card's body in Telegram's idiom. */
import type { Block, DrawnBlock } from "../../chat/message.ts";
import { sparkline } from "../../chat/sparkline.ts";
import { fieldsText } from "./fields-text.ts";
import { boxOf, type Paragraph, proseOf } from "./paragraph.ts";
import { tableText } from "./table-text.ts";
import { bold, clean, code, italic, phrase, plainly, type Written } from "./written.ts";

/** Wider than letters, so fewer fit beside one another. */
const SPARK_COLUMNS = 28;
const BAR_COLUMNS = 10;

/** A picture that is shown needs no caption: it says the same. */
export function blockText(block: DrawnBlock, hasPicture: boolean): readonly Paragraph[] {
  switch (block.kind) {
    case "text":
      return [proseOf(...linesOf(block.text).map(plainly))];
    case "fields":
      return fieldsText(block);
    case "table":
      return tableText(block);
    case "series":
      return [proseOf(code(sparkline(block.values, SPARK_COLUMNS)), ...captionOf(block.caption))];
    case "checklist":
      return [proseOf(...block.items.flatMap(itemText))];
    case "progress":
      return [proseOf(plainly(`${bar(block.share)} ${percent(block.share)} ${block.label}`.trimEnd()))];
    case "picture":
      return [proseOf(...(hasPicture ? [] : captionOf(block.caption)))];
    case "copy":
      return [proseOf(bold(block.label), code(block.text))];
    case "verbatim":
      return [boxOf(linesOf(clean(block.text)))];
  }
}

const linesOf = (text: string): readonly string[] => text.split("\n");

const captionOf = (caption: string): readonly Written[] => (caption === "" ? [] : [italic(caption)]);

const MARKS = { done: "✅", failed: "❌", open: "▫️" } as const;

function itemText({ label, note, ok }: Extract<Block, { kind: "checklist" }>["items"][number]) {
  const mark = ok === null ? MARKS.open : ok ? MARKS.done : MARKS.failed;
  return [plainly(`${mark} ${label}`), ...(note === null ? [] : [phrase("↳ ", italic(note))])];
}

const bounded = (share: number): number => (Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0);

const percent = (share: number): string => `${Math.round(bounded(share) * 100)} %`;

function bar(share: number): string {
  const full = Math.round(bounded(share) * BAR_COLUMNS);
  return "▰".repeat(full) + "▱".repeat(BAR_COLUMNS - full);
}
