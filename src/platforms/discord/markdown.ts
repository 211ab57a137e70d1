/** Discord's markup. Text from outside stands there as it was written: never as formatting, a link, a mention or an emoji. */
import { readable } from "../../chat/readable.ts";

const ANYWHERE = /[\\*_~|`[\]<>@]/g;
/** A colon before two slashes makes a link out of what stands before it. */
const ADDRESS = /:(?=\/\/)/g;
/** Headings, lists and small print are made at the start of a line. */
const LINE_START = /^(\s*)([#+-])(?=[\s#])/gm;
const NUMBERED = /^(\s*\d+)([.)])(?=\s)/gm;

export const escaped = (text: string): string =>
  readable(text)
    .replace(ANYWHERE, "\\$&")
    .replace(ADDRESS, "\\:")
    .replace(LINE_START, "$1\\$2")
    .replace(NUMBERED, "$1\\$2");

export const bold = (text: string): string => `**${escaped(text)}**`;

const FENCE = "```";

/** Lines for a fixed-width block: nothing in them may end it. */
export const fenceable = (text: string): string => readable(text).replaceAll(FENCE, "'''");

export const fenced = (lines: readonly string[]): string => [FENCE, ...lines, FENCE].join("\n");
/** What `fenced` adds to its lines. */
export const FENCED_LENGTH = 2 * (FENCE.length + 1);

/** Fixed-width inside a line, which a tap copies on a phone; a block where the text cannot stand in a line. */
export const code = (text: string): string =>
  /[`\n]/.test(text) ? `\n${fenced([fenceable(text)])}` : `\`${readable(text)}\``;
