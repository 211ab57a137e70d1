/** What every chart has in common: its size, its type, the header in words, and the SVG around it. Pure. */
import { palette } from "./palette.ts";
import { escaped, fitted, textWidth } from "./words.ts";

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

export const CHART_SIZE: ChartSize = { width: 1200, height: 675 };

/** Charts are laid out this wide and scaled, so that type keeps its share of the picture. */
export const WIDTH = 1200;
const LOWEST = 400;
const HIGHEST = 2400;
/** Still legible when the picture is shown 390 px wide. */
export const LABEL_SIZE = 28;
const TITLE_SIZE = 38;
export const MARGIN = 32;
const ROW = 42;
const SCALE_GAP = 14;

export interface Word {
  readonly text: string;
  readonly fill: string;
}

export interface Header {
  readonly title: string;
  /** At the right of the title. */
  readonly aside: Word | null;
  /** Each stays together on one row. */
  readonly entries: readonly (readonly Word[])[];
  /** One sentence that says what the picture shows, for those who do not see it. */
  readonly summary: string;
}

/** The room left for the panes between the header, the value labels at the right and the time labels below. */
export interface Layout {
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly header: string;
}

/** `scaleTexts` are the texts at the right of the panes: the widest gets its room. */
export function layoutOf(header: Header, scaleTexts: readonly string[], size: ChartSize): Layout {
  const height = Math.round(Math.min(HIGHEST, Math.max(LOWEST, (size.height / size.width) * WIDTH)));
  const rows = rowsOf(header.entries);
  const scaleWidth = Math.max(...scaleTexts.map((text) => textWidth(text, LABEL_SIZE)));
  return {
    height,
    left: MARGIN,
    right: Math.round(WIDTH - MARGIN - SCALE_GAP - scaleWidth),
    top: 78 + rows.length * ROW,
    bottom: height - 64,
    header: headerSvg(header, rows),
  };
}

export function framed(header: Header, layout: Layout, body: string, size: ChartSize): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" ` +
    `viewBox="0 0 ${WIDTH} ${layout.height}" role="img" aria-label="${escaped(header.summary)}" ` +
    `font-family="Inter, sans-serif" font-size="${LABEL_SIZE}">` +
    `<rect width="${WIDTH}" height="${layout.height}" fill="${palette.ground}"/>` +
    `${layout.header}${body}</svg>`
  );
}

/** Instead of the panes when there is nothing to draw. */
export const emptyBody = (layout: Layout, sentence: string): string =>
  `<text x="${WIDTH / 2}" y="${layout.height / 2}" text-anchor="middle" fill="${palette.quiet}">${escaped(sentence)}</text>`;

function headerSvg({ title, aside }: Header, rows: readonly (readonly (readonly Word[])[])[]): string {
  const asideWidth = aside === null ? 0 : textWidth(aside.text, LABEL_SIZE) + 24;
  const shown = fitted(title, TITLE_SIZE, WIDTH - 2 * MARGIN - asideWidth);
  return [
    `<text x="${MARGIN}" y="60" font-size="${TITLE_SIZE}" font-weight="600" fill="${palette.text}">${escaped(shown)}</text>`,
    aside === null
      ? ""
      : `<text x="${WIDTH - MARGIN}" y="60" text-anchor="end" font-weight="600" fill="${aside.fill}">${escaped(aside.text)}</text>`,
    ...rows.map(
      (row, index) => `<text x="${MARGIN}" y="${60 + (index + 1) * ROW + 4}">${rowSvg(row)}</text>`,
    ),
  ].join("");
}

const WORD_GAP = 9;
const ENTRY_GAP = 30;

/** Words of one text element, so that the drawing program itself sets one after the other. */
const rowSvg = (entries: readonly (readonly Word[])[]): string =>
  entries
    .flatMap((words, position) =>
      words.map(({ text, fill }, index) => {
        const gap = index > 0 ? WORD_GAP : position > 0 ? ENTRY_GAP : 0;
        return `<tspan dx="${gap}" fill="${fill}">${escaped(text)}</tspan>`;
      }),
    )
    .join("");

function rowsOf(entries: Header["entries"]): readonly (readonly (readonly Word[])[])[] {
  const rows: (readonly Word[])[][] = [];
  let used = 0;
  for (const entry of entries) {
    const words = entry.reduce((sum, { text }) => sum + textWidth(text, LABEL_SIZE), 0);
    const width = words + (entry.length - 1) * WORD_GAP + ENTRY_GAP;
    const row = rows.at(-1);
    if (row === undefined || used + width > WIDTH - 2 * MARGIN + ENTRY_GAP) {
      rows.push([entry]);
      used = width;
    } else {
      row.push(entry);
      used += width;
    }
  }
  return rows;
}
