/** Draws a card as text for a terminal: a light frame on the left, columns aligned, colours only where asked for. */
import { stripVTControlCharacters } from "node:util";
import picocolors from "picocolors";
import { renderUnicodeCompact } from "uqr";
import { padEnd, padStart, widthOf, wrapped } from "../../chat/fixed-width.ts";
import type { Block, DrawnBlock, Tone } from "../../chat/message.ts";
import type { Outgoing } from "../../chat/platform.ts";
import { readable } from "../../chat/readable.ts";
import { sparkline } from "../../chat/sparkline.ts";
import type { Picture } from "../../core/picture.ts";

export interface Canvas {
  readonly hasColours: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Of the first button; 1 when left out. */
  readonly firstNumber?: number;
}

/** Wider lines are hard to read, however wide the window. */
const WIDEST = 100;

type Colours = ReturnType<typeof picocolors.createColors>;

/** Buttons are numbered over all rows. */
export function drawCard(message: Outgoing, canvas: Canvas): string {
  const colours = picocolors.createColors(canvas.hasColours);
  const paint = painter(colours, message.tone);
  const width = Math.max(20, Math.min(canvas.width, WIDEST) - 2);
  const inside = message.body.flatMap((block, index) => {
    const lines = drawBlock(block, width, colours);
    return index > 0 && standsApart(block) ? ["", ...lines] : lines;
  });
  const buttons = drawButtons(message, width, colours, canvas.firstNumber ?? 1);
  const lines = [...inside, ...(buttons.length > 0 && inside.length > 0 ? [""] : []), ...buttons];
  const title = message.title === null ? [] : wrapped(clean(message.title), width).map(colours.bold);
  const footer = message.footer === null ? [] : wrapped(clean(message.footer), width).map(colours.dim);
  const all = [...title, ...lines, ...footer];
  const edge = (index: number): string => (index === 0 ? "┌" : index === all.length - 1 ? "└" : "│");
  // The lines are broken by now, and whoever searches what was printed types plain spaces.
  const plain = (line: string): string => line.replaceAll("\u00a0", " ").trimEnd();
  return all.map((line, index) => plain(`${paint(all.length === 1 ? "╶" : edge(index))} ${line}`)).join("\n");
}

const standsApart = (block: DrawnBlock): boolean => block.kind !== "text" && block.kind !== "progress";

function painter(colours: Colours, tone: Tone): (text: string) => string {
  const { dim, green, yellow, red } = colours;
  return { neutral: dim, good: green, warning: yellow, danger: red }[tone];
}

function drawBlock(block: DrawnBlock, width: number, colours: Colours): readonly string[] {
  switch (block.kind) {
    case "text":
      return wrapped(clean(block.text), width);
    case "verbatim":
      return clean(block.text).split("\n");
    case "fields":
      return drawFields(block, width, colours);
    case "table":
      return drawTable(block, colours);
    case "series":
      return [
        sparkline(block.values, Math.min(width, 60)),
        ...wrapped(clean(block.caption), width).map(colours.dim),
      ];
    case "picture":
      return [
        ...drawPicture(block.picture, Math.min(width, 60)),
        ...wrapped(clean(block.caption), width).map(colours.dim),
      ];
    case "copy":
      return [`${colours.dim(clean(block.label))}  ${clean(block.text)}`];
    case "progress":
      return [
        `${bar(block.share, 20)} ${String(Math.round(block.share * 100)).padStart(3)} %  ${clean(block.label)}`,
      ];
    case "checklist":
      return block.items.flatMap(({ ok, label, note }) => {
        const mark = ok === null ? colours.dim("·") : ok ? colours.green("✓") : colours.red("✗");
        const [first = "", ...more] = wrapped(clean(label), width - 2);
        const notes =
          note === null ? [] : wrapped(clean(note), width - 4).map((line) => `    ${colours.dim(line)}`);
        return [`${mark} ${first}`, ...more.map((line) => `  ${line}`), ...notes];
      });
  }
}

/** What a terminal can show of a picture: the course of the figures, or the QR code in half blocks. */
function drawPicture(picture: Picture, width: number): readonly string[] {
  switch (picture.of) {
    case "candles":
      return [sparkline(picture.candles.close, width)];
    case "equity":
      return [sparkline(picture.equity, width)];
    case "qr":
      return renderUnicodeCompact(picture.text).split("\n");
  }
}

function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return "█".repeat(full) + "░".repeat(width - full);
}

function drawFields(
  block: Extract<Block, { kind: "fields" }>,
  width: number,
  colours: Colours,
): readonly string[] {
  const widest = Math.max(0, ...block.fields.map(({ label }) => widthOf(clean(label))));
  const labelWidth = Math.min(widest, Math.floor(width / 2));
  const lines = block.fields.flatMap(({ label, value }) => {
    const [first = "", ...more] = wrapped(clean(value), width - labelWidth - 2);
    const start = padEnd(clean(label), labelWidth);
    return [`${colours.dim(start)}  ${first}`, ...more.map((line) => `${" ".repeat(labelWidth + 2)}${line}`)];
  });
  return block.title === null ? lines : [colours.bold(clean(block.title)), ...lines];
}

function drawTable(
  { columns, rows }: Extract<Block, { kind: "table" }>,
  colours: Colours,
): readonly string[] {
  const cells = rows.map((row) => columns.map((_, index) => clean(row[index] ?? "").replaceAll("\n", " ")));
  const titles = columns.map(({ title }) => clean(title));
  const widths = titles.map((title, index) =>
    Math.max(...[title, ...cells.map((row) => row[index]!)].map((text) => widthOf(text))),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => (columns[index]!.align === "right" ? padStart : padEnd)(cell, widths[index]!))
      .join("  ")
      .trimEnd();
  return [colours.dim(line(titles)), ...cells.map(line)];
}

function drawButtons(
  { buttons }: Outgoing,
  width: number,
  colours: Colours,
  firstNumber: number,
): readonly string[] {
  let number = firstNumber;
  return buttons.flatMap((row) => {
    const labels = row.map(({ label, style }) => {
      const paint = { plain: colours.cyan, good: colours.green, danger: colours.red }[style];
      return `${paint(`[${number++}]`)} ${clean(label)}`;
    });
    return joinWithin(labels, width);
  });
}

/** As many labels a line as fit. */
function joinWithin(labels: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const label of labels) {
    const last = lines.at(-1);
    const joined = last === undefined ? label : `${last}  ${label}`;
    if (last !== undefined && widthOf(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(label);
  }
  return lines;
}

/** Text from outside must not move the cursor, colour the screen or reorder what is read. */
const clean = (text: string): string => readable(stripVTControlCharacters(text.replaceAll("\t", "  ")));
