/** Draws one waiting card and puts it where it belongs: a new message, an edit of an old one, or a deletion. */
import type { Database } from "../../db/database.ts";
import { type Delivery, deliveryById, messageShowing } from "../../db/deliveries.ts";
import type { Picture } from "../core/picture.ts";
import { type Block, type Card, card as cardOf, type DrawnBlock, text } from "./message.ts";
import { DeliveryError, type Outgoing, type Platform } from "./platform.ts";
import { outgoingOf, type StoredCard, storedCardOf } from "./stored-card.ts";

export interface Drawing {
  readonly database: Database;
  /** A picture as PNG; null when it cannot be drawn. Never rejects. */
  readonly paint: (picture: Picture) => Promise<Uint8Array | null>;
  /** What is shown of a person's one-time-code seed; put into a card at the moment it is sent, and stored nowhere. */
  readonly seedBlocks: (personId: number) => readonly DrawnBlock[];
}

/** The platform's id of the message that now shows it, null where it was deleted. Throws DeliveryError. */
export async function placeDelivery(
  platform: Platform,
  delivery: Delivery,
  drawing: Drawing,
): Promise<string | null> {
  const stored = storedCardOf(delivery.body);
  const message = messageReplaced(delivery, stored, drawing);
  if (stored.card === null) {
    if (message !== null) await removeIfThere(platform, delivery, message);
    return null;
  }
  const outgoing = await draw(platform, delivery, stored.card, drawing);
  if (message !== null) {
    try {
      return await platform.edit(delivery, message, outgoing);
    } catch (error) {
      if (!isNotEditable(error)) throw error;
    }
  }
  return platform.send(delivery, outgoing);
}

function messageReplaced(
  { edits }: Delivery,
  { replaces }: StoredCard,
  { database }: Drawing,
): string | null {
  if (replaces === null) return null;
  if ("message" in replaces) return replaces.message;
  const first = edits ?? replaces.delivery;
  return database.read((reader) => {
    const shown = messageShowing(reader, first);
    if (shown !== null) return shown;
    // The first delivery was collapsed into this one, which then edits what that one would have edited.
    const root = deliveryById(reader, first);
    const before = root === null ? null : storedCardOf(root.body).replaces;
    return before !== null && "message" in before ? before.message : null;
  });
}

const isNotEditable = (error: unknown): boolean =>
  error instanceof DeliveryError && error.failure.kind === "not_editable";

/** A message too old to be deleted, or gone, is as good as it gets. */
async function removeIfThere(platform: Platform, delivery: Delivery, message: string): Promise<void> {
  try {
    await platform.remove(delivery, message);
  } catch (error) {
    if (!isNotEditable(error)) throw error;
  }
}

async function draw(
  platform: Platform,
  delivery: Delivery,
  shown: Card,
  { database, paint, seedBlocks }: Drawing,
): Promise<Outgoing> {
  const body = withSeeds(shown.body, seedBlocks);
  const pictured = body.find((block) => block.kind === "picture");
  const image = pictured && platform.hasImages ? await paint(pictured.picture) : null;
  const stored = storedCardOf(delivery.body);
  const root =
    delivery.edits === null ? null : database.read((reader) => deliveryById(reader, delivery.edits!));
  return outgoingOf(cardOf(shown), {
    deliveryId: delivery.id,
    nonce: stored.nonce,
    level: delivery.level,
    isSilent: delivery.isSilent,
    // What was collapsed into this one may have been the answer.
    answers: stored.answers ?? (root?.status === "superseded" ? storedCardOf(root.body).answers : null),
    body,
    image,
  });
}

function withSeeds(body: readonly Block[], seedBlocks: Drawing["seedBlocks"]): DrawnBlock[] {
  return body.flatMap((block: Block): DrawnBlock[] => {
    if (block.kind !== "seed") return [block];
    const shown = seedBlocks(block.personId);
    return shown.length > 0 ? [...shown] : [text("This seed is not shown any more; /totp begins anew.")];
  });
}
