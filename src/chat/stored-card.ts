/** A card as it waits in the outbox: what its buttons do stays here, only their names travel. */
import type { JsonValue } from "../core/event.ts";
import type { NoticeLevel } from "../core/notice.ts";
import { type ButtonName, encodeButton } from "./button.ts";
import type { ButtonAction, Card } from "./message.ts";
import type { Outgoing } from "./platform.ts";

/** The message a card takes the place of: one of ours by its delivery, or by the platform's own id. */
export type Replaced = { readonly delivery: number } | { readonly message: string };

export interface StoredCard {
  readonly card: Card;
  /** Of this card alone; every payload of it carries it. */
  readonly nonce: string;
  /** The command that made it, so that a press of the same command redraws it in place. */
  readonly command: string | null;
  readonly replaces: Replaced | null;
}

/** Plain data all through. */
export const storedJson = (stored: StoredCard): JsonValue => stored as unknown as JsonValue;
export const storedCardOf = (body: JsonValue): StoredCard => body as unknown as StoredCard;

/** The card as a platform draws it, with a payload for each button. */
export function outgoingOf(deliveryId: number, { card, nonce }: StoredCard, level: NoticeLevel): Outgoing {
  let place = 0;
  const buttons = card.buttons.map((row) =>
    row.map(({ label, style }) => ({
      label,
      style,
      payload: encodeButton({ deliveryId, nonce, place: place++ }),
    })),
  );
  return { title: card.title, tone: card.tone, body: card.body, buttons, footer: card.footer, level };
}

/** What a press on this card does; null when the name is not of this card. */
export function actionOf({ card, nonce }: StoredCard, name: ButtonName): ButtonAction | null {
  if (name.nonce !== nonce) return null;
  return card.buttons.flat()[name.place]?.action ?? null;
}
