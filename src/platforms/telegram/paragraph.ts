/** A stretch of a card between two gaps; a page ends between its lines when it must. */
import { plainly, type Written } from "./written.ts";

export interface Paragraph {
  /** Its lines stand in one box of fixed width, and hold no other markup. */
  readonly isBox: boolean;
  readonly lines: readonly Written[];
}

export const proseOf = (...lines: readonly Written[]): Paragraph => ({ isBox: false, lines });

export const boxOf = (lines: readonly string[]): Paragraph => ({ isBox: true, lines: lines.map(plainly) });
