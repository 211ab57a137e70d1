/** What a command answers: a card in plain words and numbers, without any platform's markup; each platform draws it in its own idiom. */
import type { Picture } from "../core/picture.ts";

export type Tone = "neutral" | "good" | "warning" | "danger";

/** What a press does. Commands name these; the outbox turns each into an unforgeable payload of at most 64 bytes. */
export type ButtonAction =
  /** Sends a command line as if it had been typed, such as `orders 10 2`. A command that may do harm asks first. */
  | { readonly do: "command"; readonly line: string }
  /**
   * Asks for a few words first, then sends the line with each `{name}` in it replaced by what was typed: a modal, a
   * short dialogue or lines at the terminal, as the platform has it.
   */
  | { readonly do: "prompt"; readonly line: string; readonly prompt: Prompt }
  /** Answers an open question; made by `confirmations.ts` alone. */
  | { readonly do: "answer"; readonly question: string; readonly choice: "confirm" | "cancel" };

/** One to five fields, asked in this order; five is what a Discord modal holds. */
export interface Prompt {
  /** At most 45 characters, as every label here. */
  readonly title: string;
  readonly fields: readonly PromptField[];
}

export interface PromptField {
  readonly name: string;
  readonly label: string;
  /** What to type, such as `six digits`. */
  readonly hint: string;
  readonly longest: number;
  readonly isOptional: boolean;
}

export interface Button {
  readonly label: string;
  readonly action: ButtonAction;
  readonly style: "plain" | "good" | "danger";
}

export interface Field {
  readonly label: string;
  readonly value: string;
}

export interface Column {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly align: "left" | "right";
}

/** A piece of a card's body. All texts are already formatted (`format.ts`); a line break inside a text is kept. */
export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "fields"; readonly title: string | null; readonly fields: readonly Field[] }
  | {
      readonly kind: "table";
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly string[])[];
    }
  /** Figures over time, oldest first, drawn as a small line; the caption names first, last and unit. */
  | { readonly kind: "series"; readonly values: readonly number[]; readonly caption: string }
  /** Items with a mark: done, failed, or neither. `note` says how to mend it. */
  | { readonly kind: "checklist"; readonly items: readonly ChecklistItem[] }
  /** How far a long command is: `share` from 0 to 1. */
  | { readonly kind: "progress"; readonly label: string; readonly share: number }
  /** At most one a card; the caption says the same in words, where pictures cannot be shown. */
  | { readonly kind: "picture"; readonly picture: Picture; readonly caption: string }
  /** Something to copy whole with one tap. */
  | { readonly kind: "copy"; readonly label: string; readonly text: string }
  /** Stands for the person's one-time-code seed: put in when the card is sent, so that no seed waits anywhere in clear. */
  | { readonly kind: "seed"; readonly personId: number }
  /** Log lines and the like, kept as they are in a fixed-width font. */
  | { readonly kind: "verbatim"; readonly text: string };

/** What a platform is handed: a seed is a card's own words by then. */
export type DrawnBlock = Exclude<Block, { kind: "seed" }>;

export interface ChecklistItem {
  readonly ok: boolean | null;
  readonly label: string;
  readonly note: string | null;
}

export interface Card {
  readonly title: string | null;
  readonly tone: Tone;
  readonly body: readonly Block[];
  /** Rows of buttons; at most five a row and five rows, so that every platform can show them. */
  readonly buttons: readonly (readonly Button[])[];
  readonly footer: string | null;
}
export type Reply = Card;

export interface CardParts {
  readonly title?: string | null;
  readonly tone?: Tone;
  readonly body?: readonly Block[];
  readonly buttons?: readonly (readonly Button[])[];
  readonly footer?: string | null;
}

export const card = (parts: CardParts): Card => ({
  title: parts.title ?? null,
  tone: parts.tone ?? "neutral",
  body: parts.body ?? [],
  buttons: parts.buttons ?? [],
  footer: parts.footer ?? null,
});

/** A card of one sentence without a title. */
export const say = (sentence: string, tone: Tone = "neutral"): Card => card({ tone, body: [text(sentence)] });

/** One sentence that says what went wrong and what to do. */
export const problem = (sentence: string): Card => say(sentence, "warning");

export const text = (content: string): DrawnBlock => ({ kind: "text", text: content });
export const verbatim = (content: string): DrawnBlock => ({ kind: "verbatim", text: content });
export const checklist = (items: readonly ChecklistItem[]): DrawnBlock => ({ kind: "checklist", items });
export const progress = (label: string, share: number): DrawnBlock => ({ kind: "progress", label, share });
export const copy = (label: string, content: string): DrawnBlock => ({ kind: "copy", label, text: content });
export const picture = (drawn: Picture, caption: string): DrawnBlock => ({
  kind: "picture",
  picture: drawn,
  caption,
});
export const series = (values: readonly number[], caption: string): DrawnBlock => ({
  kind: "series",
  values,
  caption,
});

/** Label and value pairs in the order given; pairs whose value is null are left out. */
export const fields = (
  pairs: readonly (readonly [label: string, value: string | null])[],
  title: string | null = null,
): DrawnBlock => ({
  kind: "fields",
  title,
  fields: pairs.flatMap(([label, value]) => (value === null ? [] : [{ label, value }])),
});

/** Columns as `"Name"` (left) or `">Name"` (right). About 40 characters a row fit a phone. */
export const table = (columns: readonly string[], rows: readonly (readonly string[])[]): DrawnBlock => ({
  kind: "table",
  columns: columns.map((title) =>
    title.startsWith(">") ? { title: title.slice(1), align: "right" } : { title, align: "left" },
  ),
  rows,
});

/** A button that sends a command line, such as `commandButton("Next page", "orders 10 2")`. */
export const commandButton = (label: string, line: string, style: Button["style"] = "plain"): Button => ({
  label,
  action: { do: "command", line },
  style,
});

/** A button that asks for a few words and sends the line with them, such as `promptButton("Recover…", "recover {reason}", …)`. */
export const promptButton = (
  label: string,
  line: string,
  prompt: Prompt,
  style: Button["style"] = "plain",
): Button => ({ label, action: { do: "prompt", line, prompt }, style });
