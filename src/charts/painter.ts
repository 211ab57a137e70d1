/** The port through which the rooms that show pictures have them drawn. */
import type { Chart, Picture } from "../core/picture.ts";

export interface Painter {
  /** The picture as PNG; null when it cannot be drawn, not within the time limit, or too many are waiting. Never rejects. */
  png(picture: Picture): Promise<Uint8Array | null>;
  /** The chart as SVG fit for inlining under a strict policy; null as for `png`. Never rejects. */
  svg(chart: Chart): Promise<string | null>;
  /** Ends drawing; what is waiting and what is asked later is null. A second call does nothing. */
  close(): void;
}
