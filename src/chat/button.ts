/**
 * What travels in a button: version, the delivery it was shown by, its place on that card, and the card's nonce.
 * What the press does stands in the stored card, so a payload can only ever name a button that we showed in that chat.
 */
export interface ButtonName {
  readonly deliveryId: number;
  /** Counted over all rows, from 0. */
  readonly place: number;
  readonly nonce: string;
}

/** Telegram allows 64 bytes, Discord 100 characters. */
export const LONGEST_PAYLOAD_BYTES = 64;
export const NONCE_LENGTH = 16;
/** Five rows of five, Discord's limit. */
export const MOST_BUTTONS = 25;

const PAYLOAD = /^b1\.([1-9][0-9]{0,14})\.(0|[1-9]|1[0-9]|2[0-4])\.([0-9a-hjkmnp-tv-z]{16})$/;

export const encodeButton = ({ deliveryId, place, nonce }: ButtonName): string =>
  `b1.${deliveryId}.${place}.${nonce}`;

/** Null for anything that `encodeButton` did not make. */
export function decodeButton(payload: string): ButtonName | null {
  if (payload.length > LONGEST_PAYLOAD_BYTES) return null;
  const [, deliveryId, place, nonce] = PAYLOAD.exec(payload) ?? [];
  if (deliveryId === undefined || place === undefined || nonce === undefined) return null;
  return { deliveryId: Number(deliveryId), place: Number(place), nonce };
}
