/** The emoji that cards use, drawn: a machine without an emoji font makes the same pictures. Throws for one it does not know. */
const circle = (colour: string): string => `<circle cx="8" cy="8" r="7" fill="${colour}"/>`;

const DRAWINGS: Readonly<Record<string, string>> = {
  "🟢": circle("#78b159"),
  "🟡": circle("#fdcb58"),
  "🔴": circle("#dd2e44"),
  "🚨": '<rect x="2" y="12" width="12" height="3" rx="1" fill="#99aab5"/><path d="M3.5 12V9a4.5 4.5 0 0 1 9 0v3z" fill="#dd2e44"/><path d="M8 3V.5M2.5 5 1 3.5M13.5 5 15 3.5" stroke="#ffac33" stroke-width="1.3" stroke-linecap="round"/>',
  "✅": '<rect x="1" y="1" width="14" height="14" rx="3" fill="#77b255"/><path d="m4.5 8.3 2.5 2.5 4.7-5.6" fill="none" stroke="#fff" stroke-width="1.8"/>',
  "❌": '<path d="m3 3 10 10M13 3 3 13" stroke="#dd2e44" stroke-width="3" stroke-linecap="round"/>',
  "🔔": '<path d="M8 1.5a4.3 4.3 0 0 0-4.3 4.300c0 4-1.7 4.7-1.7 6.200h12c0-1.5-1.7-2.2-1.7-6.200A4.3 4.3 0 0 0 8 1.500z" fill="#ffac33"/><circle cx="8" cy="13.5" r="1.6" fill="#ffac33"/>',
  "🔕": '<path d="M8 1.500a4.3 4.3 0 0 0-4.3 4.300c0 4-1.7 4.7-1.7 6.200h12c0-1.5-1.7-2.2-1.7-6.200A4.3 4.3 0 0 0 8 1.500z" fill="#ffac33"/><circle cx="8" cy="13.5" r="1.6" fill="#ffac33"/><path d="M2 2l12 12" stroke="#dd2e44" stroke-width="1.8"/>',
  "🔒": '<path d="M4.5 8V5a3.5 3.5 0 0 1 7 0v3" fill="none" stroke="#aab8c2" stroke-width="1.8"/><rect x="2.5" y="7" width="11" height="8" rx="1.5" fill="#ffac33"/>',
  "▫️": '<rect x="5" y="5" width="6" height="6" rx="1" fill="#e1e8ed"/>',
};

const EMOJI = /\p{Emoji_Presentation}|\p{Emoji}\uFE0F/gu;

export const withDrawnEmoji = (html: string): string =>
  html.replace(EMOJI, (emoji) => {
    const drawing = DRAWINGS[emoji];
    if (drawing === undefined) throw new Error(`${emoji} has no drawing in scripts/pictures/emoji.ts.`);
    return `<svg class="emoji" viewBox="0 0 16 16">${drawing}</svg>`;
  });
