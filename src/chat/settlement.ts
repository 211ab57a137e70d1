/** The end of handling one message: answer, journal and the mark that it was handled, in one transaction. */

import type { Tx } from "../../db/database.ts";
import { finishInbox } from "../../db/inbox.ts";
import { accountPerson } from "../../db/people.ts";
import { answerQuestion } from "../../db/questions.ts";
import type { Actor } from "../core/actor.ts";
import { CountersignError } from "../core/errors.ts";
import type { AuditEvent } from "../core/event.ts";
import type { NeededRole } from "./command.ts";
import type { Card } from "./message.ts";
import type { Incoming } from "./platform.ts";
import { mayUse } from "./registry.ts";
import { type Replaced, sendLater } from "./stored-card.ts";

/** A message that was taken in and is not handled yet. */
export interface Taken {
  readonly inboxId: number;
  readonly incoming: Incoming;
  /** When it became durable here, epoch ms: what deadlines are measured by. */
  readonly receivedAt: number;
}

export interface Ending {
  /** What the journal says. */
  readonly outcome: "run" | "denied" | "refused" | "asked" | "confirmed" | "canceled" | "expired" | "failed";
  readonly summary: string;
  readonly facts: AuditEvent["facts"];
  readonly actor: Actor;
  /** Null when nobody is told. */
  readonly reply: Card | null;
  readonly command: string | null;
  readonly replaces: Replaced | null;
  readonly nonce: string;
  /** The question this answers; it must still be open. */
  readonly question: { readonly nonce: string; readonly status: "confirmed" | "canceled" | "expired" } | null;
}

/** Thrown inside the transaction, so that the changes go with it: meanwhile the message was handled, the question answered, or the role taken. */
export class NoLongerAllowed extends CountersignError {}

/** The id of the answer's delivery, null without an answer. */
export function settleMessage(
  tx: Tx,
  { inboxId, incoming, receivedAt }: Taken,
  ending: Ending,
): number | null {
  const isDenied = ending.outcome === "denied";
  if (!finishInbox(tx, inboxId, isDenied ? "refused" : "handled")) {
    throw new NoLongerAllowed("already_handled", "This message was handled already.");
  }
  if (
    ending.question !== null &&
    !answerQuestion(tx, ending.question.nonce, ending.question.status, receivedAt)
  ) {
    throw new NoLongerAllowed("already_answered", "This question was answered already.");
  }
  tx.audit({
    category: "chat",
    type: `command_${ending.outcome}`,
    actor: ending.actor,
    summary: ending.summary,
    facts: { ...ending.facts, inbox: inboxId },
  });
  if (ending.reply === null) return null;
  return sendLater(tx, {
    chat: incoming.chat,
    inboxId,
    card: ending.reply,
    nonce: ending.nonce,
    command: ending.command,
    replaces: ending.replaces,
    answers: incoming.updateId,
    dueAt: receivedAt,
  });
}

/** Throws when the person no longer holds the role: it may have been taken while the command was under way. */
export function assertStillMay(tx: Tx, { platform, sender }: Incoming, needed: NeededRole): void {
  const person = accountPerson(tx, platform, sender.accountId);
  if (person !== null && person.role !== null && mayUse(person.role, needed)) return;
  throw new NoLongerAllowed("role_lost", "Your role changed meanwhile; nothing was done.");
}
