/** A card's body in Discord's markup, as sections that may be parted between their lines. */
import { alignedFields } from "../../chat/aligned-fields.ts";
import type { DrawnBlock } from "../../chat/message.ts";
import { sparkline } from "../../chat/sparkline.ts";
import { alignColumns, PHONE_WIDTH } from "./align-columns.ts";
import { bold, code, escaped, fenceable } from "./markdown.ts";

export interface Section {
  readonly lines: readonly string[];
  /** In a fixed-width block. */
  readonly isFenced: boolean;
  /** An empty line stands before it. */
  readonly standsApart: boolean;
}

const BAR_WIDTH = 12;
const MARKS = { true: "✅", false: "❌", null: "▫️" } as const;

/** Pictures are drawn beside the body; without one its caption stands in the place. */
export function drawBlocks(body: readonly DrawnBlock[], hasPicture: boolean): readonly Section[] {
  return body
    .flatMap((block) => drawBlock(block, hasPicture))
    .filter(({ lines }) => lines.some((line) => line.trim() !== ""));
}

function drawBlock(block: DrawnBlock, hasPicture: boolean): Section | readonly Section[] {
  switch (block.kind) {
    case "text":
      return plain(escaped(block.text).split("\n"));
    case "fields":
      return drawFields(block);
    case "table":
      return fixed(alignColumns(block));
    case "series":
      return plain([
        code(sparkline(block.values, PHONE_WIDTH) || "no figures"),
        ...escaped(block.caption).split("\n"),
      ]);
    case "checklist":
      return plain(
        block.items.flatMap(({ ok, label, note }) =>
          `${MARKS[`${ok}`]} ${escaped(label)}${note === null ? "" : `\n↳ ${escaped(note)}`}`.split("\n"),
        ),
      );
    case "progress":
      return { ...plain(drawProgress(block)), standsApart: false };
    case "picture":
      return plain(hasPicture ? [] : escaped(block.caption).split("\n"));
    case "copy":
      return plain(`${bold(block.label)} ${code(block.text)}`.split("\n"));
    case "verbatim":
      return fixed(fenceable(block.text).split("\n"));
  }
}

const plain = (lines: readonly string[]): Section => ({ lines, isFenced: false, standsApart: true });
const fixed = (lines: readonly string[]): Section => ({ lines, isFenced: true, standsApart: false });

/** Mostly figures stand under one another in a box; words read better outside of one. */
function drawFields({ title, fields }: Extract<DrawnBlock, { kind: "fields" }>): readonly Section[] {
  const heading = title === null ? [] : [`__${bold(title)}__`];
  const cleaned = fields.map(({ label, value }) => ({ label: fenceable(label), value: fenceable(value) }));
  const { figures, lines } = alignedFields(cleaned, PHONE_WIDTH);
  if (figures > 1 && figures * 2 >= fields.length) return [plain(heading), fixed(lines)];
  const words = fields.flatMap(({ label, value }) => `${bold(label)} ${escaped(value)}`.split("\n"));
  return [plain([...heading, ...words])];
}

function drawProgress({ label, share }: Extract<DrawnBlock, { kind: "progress" }>): readonly string[] {
  const done = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0));
  const full = Math.round(done * BAR_WIDTH);
  const bar = "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
  return `${code(bar)} ${Math.round(done * 100)} % ${escaped(label)}`.trimEnd().split("\n");
}
