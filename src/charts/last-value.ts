/** The newest value of a pane: a line across it and its figure in a box among the labels at the right. Pure. */
import { LABEL_SIZE, type Layout } from "./frame.ts";
import { palette } from "./palette.ts";
import type { ValueScale } from "./value-scale.ts";
import { escaped, textWidth } from "./words.ts";

const BOX_HEIGHT = 42;
/** Of digits' height that lies above the baseline when they are centred. */
const CENTRED = LABEL_SIZE * 0.36;

export interface LastValue {
  readonly value: number;
  readonly text: string;
  readonly colour: string;
}

type Span = { readonly top: number; readonly bottom: number; readonly scale: ValueScale };

const heightOf = (value: number, { top, bottom, scale }: Span): number =>
  top + ((scale.high - value) / (scale.high - scale.low)) * (bottom - top);

export function lastValueSvg({ value, text, colour }: LastValue, pane: Span, layout: Layout): string {
  const y = heightOf(value, pane);
  const x = layout.right + 6;
  const width = textWidth(text, LABEL_SIZE) + 16;
  return (
    `<path d="M${layout.left} ${y.toFixed(1)}H${x}" stroke="${colour}" stroke-width="2" stroke-dasharray="3 7" fill="none"/>` +
    `<rect x="${x}" y="${(y - BOX_HEIGHT / 2).toFixed(1)}" width="${width.toFixed(1)}" height="${BOX_HEIGHT}" rx="7" fill="${colour}"/>` +
    `<text x="${(x + width / 2).toFixed(1)}" y="${(y + CENTRED).toFixed(1)}" text-anchor="middle" font-weight="600" fill="${palette.ground}">${escaped(text)}</text>`
  );
}

/** Whether a tick's label touches neither the box nor what stands below the pane. */
export function hasRoom(tick: number, last: LastValue, pane: Span): boolean {
  const y = heightOf(tick, pane);
  const isFree = Math.abs(y - heightOf(last.value, pane)) >= (BOX_HEIGHT + LABEL_SIZE) / 2;
  return isFree && pane.bottom - y >= LABEL_SIZE / 2;
}
