/** Every message that shows a person's one-time-code seed goes away: what was sent is deleted, what waits is never sent. */
import type { Tx } from "../../db/database.ts";
import { forgetSeed, markSuperseded, seedDeliveries } from "../../db/deliveries.ts";
import { sendLater } from "./stored-card.ts";

/** `dueAt` by people's clock. */
export function forgetSeeds(tx: Tx, personId: number, dueAt: number): void {
  for (const delivery of seedDeliveries(tx, personId)) {
    const { id, externalId, status } = delivery;
    if (status === "due") markSuperseded(tx, id);
    else if (externalId !== null) {
      // No card, no buttons: nothing needs a nonce.
      sendLater(tx, { chat: delivery, card: null, nonce: "", replaces: { message: externalId }, dueAt });
    }
    forgetSeed(tx, id);
  }
}
