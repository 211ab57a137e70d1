/** A card as it waits in the outbox: what its buttons do stays here, only their names travel. */
import type { ChatAddress } from "../../db/chats.ts";
import type { Tx } from "../../db/database.ts";
import { insertDelivery } from "../../db/deliveries.ts";
import type { JsonValue } from "../core/event.ts";
import type { NoticeLevel } from "../core/notice.ts";
import { type ButtonName, encodeButton } from "./button.ts";
import type { ButtonAction, Card, DrawnBlock } from "./message.ts";
import type { Outgoing } from "./platform.ts";

/** The message a card takes the place of: one of ours by its delivery, or by the platform's own id. */
export type Replaced = { readonly delivery: number } | { readonly message: string };

export interface StoredCard {
  /** Null: the message it replaces is deleted. */
  readonly card: Card | null;
  /** Of this card alone; every payload of it carries it. */
  readonly nonce: string;
  /** The command that made it, so that a press of the same command redraws it in place. */
  readonly command: string | null;
  readonly replaces: Replaced | null;
  /** The platform's id of the update that this answers. */
  readonly answers: string | null;
}

/** Plain data all through. */
const storedJson = (stored: StoredCard): JsonValue => stored as unknown as JsonValue;
export const storedCardOf = (body: JsonValue): StoredCard => body as unknown as StoredCard;

export interface Sending extends Partial<Omit<StoredCard, "card" | "nonce">> {
  readonly chat: ChatAddress;
  readonly card: Card | null;
  readonly nonce: string;
  /** By people's clock: the transaction may bear the market's instant. */
  readonly dueAt: number;
  readonly level?: NoticeLevel;
  readonly isSilent?: boolean;
  readonly noticeId?: number;
  readonly inboxId?: number;
}

/** The one way into the outbox: durable with the transaction. The delivery's id. */
export function sendLater(tx: Tx, sending: Sending): number {
  const { chat, card, nonce, dueAt, level = "info", isSilent = false } = sending;
  const { command = null, replaces = null, answers = null, noticeId = null, inboxId = null } = sending;
  return insertDelivery(tx, {
    platform: chat.platform,
    chatId: chat.chatId,
    threadId: chat.threadId,
    ...{ noticeId, inboxId, level, isSilent, dueAt },
    edits: replaces !== null && "delivery" in replaces ? replaces.delivery : null,
    seedOf: card?.body.find((block) => block.kind === "seed")?.personId ?? null,
    body: storedJson({ card, nonce, command, replaces, answers }),
  });
}

export interface Drawn {
  readonly deliveryId: number;
  readonly nonce: string;
  readonly level: NoticeLevel;
  readonly isSilent: boolean;
  readonly answers: string | null;
  /** The card's body with every seed put in. */
  readonly body: readonly DrawnBlock[];
  readonly image: Uint8Array | null;
}

/** The card as a platform draws it, with a payload for each button. */
export function outgoingOf(card: Card, { deliveryId, nonce, ...drawn }: Drawn): Outgoing {
  let place = 0;
  const buttons = card.buttons.map((row) =>
    row.map(({ label, style }) => ({
      label,
      style,
      payload: encodeButton({ deliveryId, nonce, place: place++ }),
    })),
  );
  return { title: card.title, tone: card.tone, buttons, footer: card.footer, ...drawn };
}

/** What a press on this card does; null when the name is not of this card. */
export function actionOf({ card, nonce }: StoredCard, name: ButtonName): ButtonAction | null {
  if (name.nonce !== nonce) return null;
  return card?.buttons.flat()[name.place]?.action ?? null;
}
