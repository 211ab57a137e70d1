/** Draws a card as Discord messages: an embed in the tone's colour each, the buttons and the picture on the last. */
import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIEmbed,
  ButtonStyle,
  ComponentType,
} from "discord.js";
import type { Tone } from "../../chat/message.ts";
import type { Outgoing, OutgoingButton } from "../../chat/platform.ts";
import { readable } from "../../chat/readable.ts";
import { drawBlocks, type Section } from "./draw-blocks.ts";
import { escaped } from "./markdown.ts";
import { paginate } from "./paginate.ts";

export interface Drawn {
  readonly content: string;
  readonly embeds: readonly APIEmbed[];
  readonly components: readonly APIActionRowComponent<APIButtonComponentWithCustomId>[];
  readonly picture: { readonly bytes: Uint8Array; readonly description: string } | null;
  readonly isSilent: boolean;
}

export const PICTURE_NAME = "card.png";

const LONGEST = {
  title: 256,
  description: 4_096,
  /** Discord takes 2,048, but 6,000 in a whole message. */
  footer: 1_024,
  content: 2_000,
  label: 80,
  pictureDescription: 1_024,
} as const;
/** A channel takes five messages in five seconds; what is longer than that is nothing to read in a chat. */
const MOST_MESSAGES = 4;
const MOST_A_ROW = 5;
const MOST_ROWS = 5;

const COLOURS: Readonly<Record<Tone, number>> = {
  neutral: 0x7a8599,
  good: 0x2e9e5b,
  warning: 0xe0a030,
  danger: 0xd64545,
};
const STYLES = {
  plain: ButtonStyle.Secondary,
  good: ButtonStyle.Success,
  danger: ButtonStyle.Danger,
} as const;

/** One message, or several for a body that is too long for one. */
export function renderCard(card: Outgoing): readonly [Drawn, ...Drawn[]] {
  const pages = shortened(paginate(drawBlocks(card.body, card.image !== null), LONGEST.description));
  const last = Math.max(0, pages.length - 1);
  const draw = (place: number): Drawn => ({
    content: "",
    embeds: [embedOf(card, pages[place] ?? "", place === 0, place === last)],
    components: place === last ? rowsOf(card.buttons) : [],
    picture: place === last ? pictureOf(card) : null,
    isSilent: card.isSilent || place > 0,
  });
  return [draw(0), ...pages.slice(1).map((_, index) => draw(index + 1))];
}

/** The same without embed and picture, for when Discord does not take those. */
export function plainly({ embeds, components, isSilent }: Drawn): Drawn {
  const text = embeds
    .flatMap(({ title, description, footer }) => [
      title && `**${title}**`,
      description,
      footer && escaped(footer.text),
    ])
    .filter(Boolean)
    .join("\n");
  const [content = "…"] = paginate([linesOf(text)], LONGEST.content - FENCE_END.length);
  return { content: closed(content), embeds: [], components, picture: null, isSilent };
}

function embedOf(card: Outgoing, description: string, isFirst: boolean, isLast: boolean): APIEmbed {
  const title = isFirst ? titleOf(card) : "";
  const footer = isLast ? shorten(readable(card.footer ?? "").trim(), LONGEST.footer) : "";
  const hasPicture = isLast && card.image !== null;
  const isBare = title === "" && description === "" && !hasPicture;
  return {
    color: COLOURS[card.level === "critical" ? "danger" : card.tone],
    ...(title !== "" && { title }),
    // Discord takes no embed without any text.
    ...((description !== "" || isBare) && { description: description || "…" }),
    ...(footer !== "" && { footer: { text: footer } }),
    ...(hasPicture && { image: { url: `attachment://${PICTURE_NAME}` } }),
  };
}

function titleOf({ title, level }: Outgoing): string {
  const words = escaped(title ?? "").trim();
  if (level !== "critical") return shorten(words, LONGEST.title);
  return shorten(`🚨 ${words || "Critical"}`, LONGEST.title);
}

function pictureOf({ image, body }: Outgoing): Drawn["picture"] {
  if (image === null) return null;
  const block = body.find(({ kind }) => kind === "picture");
  const caption = block?.kind === "picture" ? readable(block.caption) : "";
  return { bytes: image, description: shorten(caption, LONGEST.pictureDescription) };
}

function rowsOf(rows: Outgoing["buttons"]): Drawn["components"] {
  return rows
    .flatMap((row) =>
      Array.from({ length: Math.ceil(row.length / MOST_A_ROW) }, (_, index) =>
        row.slice(index * MOST_A_ROW, (index + 1) * MOST_A_ROW),
      ),
    )
    .slice(0, MOST_ROWS)
    .map((row) => ({ type: ComponentType.ActionRow, components: row.map(buttonOf) }));
}

const buttonOf = ({ label, style, payload }: OutgoingButton): APIButtonComponentWithCustomId => ({
  type: ComponentType.Button,
  style: STYLES[style],
  label: shorten(readable(label).trim(), LONGEST.label) || "…",
  custom_id: payload,
});

/** No more pages than one card may take, and a word where the rest is missing. */
function shortened(pages: readonly string[]): readonly string[] {
  if (pages.length <= MOST_MESSAGES) return pages;
  const rest = "\n… the rest is too long for a chat.";
  const kept = pages.slice(0, MOST_MESSAGES);
  const lastPage = kept.pop() ?? "";
  const room = LONGEST.description - rest.length - FENCE_END.length;
  const [last = ""] = paginate([linesOf(lastPage)], room);
  return [...kept, closed(last) + rest];
}

const linesOf = (text: string): Section => ({
  lines: text.split("\n"),
  isFenced: false,
  standsApart: false,
});

const FENCE_END = "\n```";
/** Closes a fixed-width block that was cut off. */
const closed = (text: string): string => (text.split("```").length % 2 === 0 ? text + FENCE_END : text);

/** Without leaving half an escape or half a letter at the end. */
const shorten = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff\\]+$/, "")}…`;
