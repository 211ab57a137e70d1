/** What a critical alert's card adds to its words: the button that acknowledges it, that it was told twice, or who has seen it. */
import type { StoredNotice } from "../../db/notices.ts";
import type { Format } from "./format.ts";
import { type Card, commandButton, text } from "./message.ts";

export interface AnswerReading {
  readonly format: Format;
  readonly nameOf: (actorLabel: string) => string;
}

type Answered = Pick<
  StoredNotice,
  "id" | "at" | "level" | "acknowledgedAt" | "acknowledgedBy" | "repeatedAt"
>;

export function withAnswer(told: Card, notice: Answered, { format, nameOf }: AnswerReading): Card {
  const { acknowledgedAt, acknowledgedBy, at, id, level, repeatedAt } = notice;
  if (level !== "critical") return told;
  if (acknowledgedAt !== null) {
    const who = acknowledgedBy === null ? "" : ` by ${nameOf(acknowledgedBy)}`;
    return { ...told, footer: `Acknowledged${who}, ${format.instant(acknowledgedAt)}.` };
  }
  const buttons = [[commandButton("Acknowledge", `ack ${id}`, "good")], ...told.buttons];
  if (repeatedAt === null) return { ...told, buttons };
  const reminder = text(
    `Nobody has acknowledged this alert of ${format.instant(at)}. Press Acknowledge, or trading is paused.`,
  );
  return { ...told, title: `Again: ${told.title ?? "alert"}`, body: [reminder, ...told.body], buttons };
}
