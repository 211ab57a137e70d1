/** The one thing a stranger can do: become a known person's second account, with that person's code, in private. */
import { finishInbox, receiveUpdate } from "../../db/inbox.ts";
import { accountPerson } from "../../db/people.ts";
import type { Actor } from "../core/actor.ts";
import type { JsonValue } from "../core/event.ts";
import { card, commandButton, text } from "./message.ts";
import type { Incoming } from "./platform.ts";
import { sendLater } from "./stored-card.ts";
import { type House, newNonce } from "./turn.ts";

/** Nothing else is even looked up, so that nothing else can be guessed. */
const LINK = /^\/?link(?:@\w+)?\s+([0-9a-z]{5}[- ]?[0-9a-z]{5})$/i;

/** Whether the message linked its account and is settled with that; anything short of it leaves no trace. */
export function linkStranger(house: House, incoming: Incoming): boolean {
  const code = codeIn(incoming);
  if (code === null) return false;
  const { platform, sender } = incoming;
  const account = { platform, accountId: sender.accountId };
  // Somebody whose role was taken is given one by an admin, not by a friend.
  if (house.database.read((reader) => accountPerson(reader, platform, sender.accountId)) !== null)
    return false;
  const actor: Actor = { kind: "stranger", ...account };
  const isLinked = house.database.transact(house.clock.now(), (tx) => {
    const linked = house.capabilities.links.redeem(tx, actor, account, code);
    if (!linked.ok) return false;
    const { label, role } = linked.value;
    // Kept as handled, for the platform may hand the same update over again.
    const { updateId, chat } = incoming;
    const body = incoming as unknown as JsonValue;
    const { id } = receiveUpdate(tx, { ...account, updateId, chatId: chat.chatId, body });
    finishInbox(tx, id, "handled");
    sendLater(tx, {
      chat,
      inboxId: id,
      card: card({
        title: `You are ${label} here now`,
        tone: "good",
        body: [text(`This account may do all that ${label} may: the role is ${role}.`)],
        buttons: [[commandButton("Menu", "menu"), commandButton("What I can do", "help")]],
      }),
      nonce: newNonce(house),
      answers: updateId,
      dueAt: house.clock.now(),
    });
    return true;
  });
  if (isLinked) house.wake();
  return isLinked;
}

function codeIn({ chat, content, oddities }: Incoming): string | null {
  if (!chat.isPrivate || oddities.length > 0 || content.kind !== "line") return null;
  return LINK.exec(content.text.trim())?.[1] ?? null;
}
