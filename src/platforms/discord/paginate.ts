/** Parts a long body into pages, between its lines where it can. */
import type { Section } from "./draw-blocks.ts";
import { FENCED_LENGTH, fenced } from "./markdown.ts";

/** Pages of at most `longest` characters; never an empty one. */
export function paginate(sections: readonly Section[], longest: number): readonly string[] {
  const pages: string[] = [];
  let isAfterFence = false;
  for (const section of sections) {
    for (const piece of piecesOf(section, longest)) {
      const isApart = section.standsApart && !isAfterFence;
      const page = pages.at(-1);
      const joined = page === undefined ? piece : `${page}${isApart ? "\n\n" : "\n"}${piece}`;
      if (page === undefined || joined.length > longest) pages.push(piece);
      else pages[pages.length - 1] = joined;
      isAfterFence = section.isFenced;
    }
  }
  return pages;
}

/** The section in one piece, or in as few as its lines allow. */
function piecesOf({ lines, isFenced }: Section, longest: number): readonly string[] {
  const room = longest - (isFenced ? FENCED_LENGTH : 0);
  const pieces: string[] = [];
  for (const line of lines.flatMap((one) => cut(one, room))) {
    const piece = pieces.at(-1);
    if (piece === undefined || piece.length + 1 + line.length > room) pieces.push(line);
    else pieces[pieces.length - 1] = `${piece}\n${line}`;
  }
  return pieces.filter((piece) => piece.trim() !== "").map((piece) => (isFenced ? fenced([piece]) : piece));
}

/** A line that is too long, cut between words, or anywhere but inside an escape or a letter of two halves. */
function cut(line: string, room: number): readonly string[] {
  if (line.length <= room) return [line];
  const space = line.lastIndexOf(" ", room);
  let end = space > room / 2 ? space : room;
  if (end !== space && /[\ud800-\udbff]$|(?<!\\)(?:\\\\)*\\$/.test(line.slice(0, end))) end -= 1;
  return [line.slice(0, end), ...cut(line.slice(end).replace(/^ /, ""), room)];
}
