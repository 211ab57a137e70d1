/** Which characters a person can see: no control characters, none that hide, reorder or half-make text. */

/** But the line break and the tab; of the format characters the two joiners stay, which emoji and many scripts need. */
const UNREADABLE = /(?![\n\t])\p{Cc}|(?![\u{200c}\u{200d}])\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}|[\u{fff9}-\u{ffff}]/u;
const EVERY_UNREADABLE = new RegExp(UNREADABLE, "gu");

export const isReadable = (text: string): boolean => !UNREADABLE.test(text);

/** The text without what cannot be seen: for showing words that came from outside. */
export const readable = (text: string): string => text.replace(EVERY_UNREADABLE, "");
