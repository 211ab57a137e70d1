// Cards to draw on Discord, and what Discord has against a drawn one.
import { type CardParts, card, type DrawnBlock } from "../../../src/chat/message.ts";
import type { Outgoing } from "../../../src/chat/platform.ts";
import { type Drawn, renderCard } from "../../../src/platforms/discord/render.ts";
import { schemaErrors } from "../../support/discord/form-schemas.ts";
import type { MessageBody, SentFile } from "../../support/discord/message-body.ts";
import { messageErrors } from "../../support/discord/message-rules.ts";

export type Parts = CardParts & { readonly body?: readonly DrawnBlock[] };

export const outgoing = (parts: Parts, more: Partial<Outgoing> = {}): Outgoing => {
  const made = card(parts);
  let place = 0;
  const buttons = made.buttons.map((row) =>
    row.map(({ label, style }) => ({ label, style, payload: `b1.1.${place++}.0123456789abcdef` })),
  );
  return {
    ...made,
    body: parts.body ?? [],
    buttons,
    level: "info",
    image: null,
    isSilent: false,
    answers: null,
    ...more,
  };
};

/** The text under the title of a card that fits one message. */
export const description = (parts: Parts, more: Partial<Outgoing> = {}): string | undefined => {
  const [page, ...others] = renderCard(outgoing(parts, more));
  if (others.length > 0) throw new Error("the card took several messages");
  return page.embeds[0]?.description;
};

/** Empty when Discord would take it. */
export function objections({ content, embeds, components, picture }: Drawn): readonly string[] {
  const attachments = picture === null ? [] : [{ id: "0", filename: "card.png" }];
  const body = { content, embeds, components, attachments } as unknown as MessageBody;
  const file: SentFile[] = picture
    ? [{ filename: "card.png", contentType: "image/png", bytes: picture.bytes }]
    : [];
  const files = new Map(file.map((one) => ["0", one]));
  const isEmpty = content === "" && embeds.length + components.length + file.length === 0;
  return [...schemaErrors("MessageCreateRequestSchema", body), ...messageErrors(body, files)]
    .map(({ path, message }) => `${path.join(".")}: ${message}`)
    .concat(isEmpty ? ["an empty message"] : []);
}
