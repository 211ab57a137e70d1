/** The horizontal axis that the panes of a chart share: its range, and ticks whose labels touch neither each other nor an edge. Pure. */
import { LABEL_SIZE, type Layout, MARGIN, WIDTH } from "./frame.ts";
import { palette } from "./palette.ts";
import { timeTicks, zoneName } from "./time-ticks.ts";
import { escaped, textWidth } from "./words.ts";

export interface TimeScale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** The time zone's name in the corner right of the labels. */
  readonly corner: string;
}

const MOST_TICKS = 7;
const LABEL_GAP = 24;

/** `place` says where on the axis an instant of the given index stands. */
export function timeScale(
  range: { readonly low: number; readonly high: number },
  instants: readonly number[],
  place: (index: number) => number,
  timeZone: string,
  layout: Layout,
): TimeScale {
  const { low, high } = range;
  const zone = zoneName(instants.at(-1) ?? 0, timeZone);
  const rightmost = WIDTH - MARGIN - textWidth(zone, LABEL_SIZE) - LABEL_GAP;
  const ticks: { at: number; text: string }[] = [];
  let takenTo = 0;
  for (const { index, text } of timeTicks(instants, timeZone, MOST_TICKS)) {
    const at = place(index);
    const x = layout.left + ((at - low) / (high - low)) * (layout.right - layout.left);
    const half = textWidth(text, LABEL_SIZE) / 2;
    if (x - half < takenTo || x + half > rightmost) continue;
    ticks.push({ at, text });
    takenTo = x + half + LABEL_GAP;
  }
  const corner =
    `<text x="${WIDTH - MARGIN}" y="${layout.height - 22}" text-anchor="end" fill="${palette.quiet}">` +
    `${escaped(zone)}</text>`;
  return { low, high, ticks, corner };
}
