/** A card as the paragraphs of a Telegram message: what it is about in bold, its body, and small print at the end. */
import type { Tone } from "../../chat/message.ts";
import type { Outgoing } from "../../chat/platform.ts";
import { blockText } from "./block-text.ts";
import { type Paragraph, proseOf } from "./paragraph.ts";
import { bold, italic, phrase, plainly, type Written } from "./written.ts";

const MARKS: Readonly<Record<Tone, string>> = { neutral: "", good: "🟢 ", warning: "🟡 ", danger: "🔴 " };

export function cardText(message: Outgoing): readonly Paragraph[] {
  const body = message.body
    .flatMap((block) => blockText(block, message.image !== null))
    .filter(({ lines }) => lines.some(({ plain }) => plain !== ""));
  const paragraphs = headed(message, body);
  const footer = message.footer === null ? [] : [proseOf(italic(message.footer))];
  return [...paragraphs, ...footer];
}

/** The heading stands right above what it heads; without a title, the mark stands before the first words. */
function headed(message: Outgoing, body: readonly Paragraph[]): readonly Paragraph[] {
  const { level, title, tone } = message;
  const heading = headingOf(message);
  const [first, ...rest] = body;
  if (first === undefined || first.isBox) return heading === null ? body : [proseOf(heading), ...body];
  if (title === null && level !== "critical" && tone !== "neutral") {
    const [opening = plainly(""), ...lines] = first.lines;
    return [proseOf(phrase(MARKS[tone], opening), ...lines), ...rest];
  }
  return heading === null ? body : [proseOf(heading, ...first.lines), ...rest];
}

function headingOf({ level, title, tone }: Outgoing): Written | null {
  if (level === "critical") return phrase("🚨 ", bold(title === null ? "CRITICAL" : `CRITICAL: ${title}`));
  if (title === null) return MARKS[tone] === "" ? null : plainly(MARKS[tone].trim());
  return phrase(MARKS[tone], bold(title));
}
