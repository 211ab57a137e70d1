/** Text in a picture: escaped, cut to its room, its width known before it is drawn. Pure. */

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** XML allows few control characters and no half of a surrogate pair. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\ufffe\uffff]+/g;

export const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(FORBIDDEN, " ")
    .replace(/[&<>"']/g, (character) => ESCAPES[character]!);

/** Widths of Inter's characters in ems, rounded up. */
const WIDTHS: readonly { readonly of: RegExp; readonly ems: number }[] = [
  { of: /[\s.,:;·|'iIjl!]/, ems: 0.3 },
  { of: /[1ftr()[\]/-]/, ems: 0.43 },
  { of: /[\da-ln-vx-zEFJLST]/, ems: 0.63 },
  { of: /[A-LN-VX-Z+−]/, ems: 0.74 },
  { of: /[mMwW]/, ems: 0.95 },
];
const WIDEST_EMS = 1.02;

export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text) ems += WIDTHS.find(({ of }) => of.test(character))?.ems ?? WIDEST_EMS;
  return ems * fontSize;
}

/** The text, or as much of its beginning as fits followed by an ellipsis. */
export function fitted(text: string, fontSize: number, width: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  const kept = [...text];
  while (kept.length > 0 && textWidth(`${kept.join("")}…`, fontSize) > width) kept.pop();
  return `${kept.join("").trimEnd()}…`;
}
