/** Questions before harm: Cancel first, one minute to answer, bound to the person and the chat, answered once. */
import type { Tx } from "../../db/database.ts";
import {
  answerQuestion,
  expiredQuestions,
  insertQuestion,
  openQuestions,
  questionByNonce,
  type StoredQuestion,
} from "../../db/questions.ts";
import type { Actor } from "../core/actor.ts";
import { InvariantError } from "../core/errors.ts";
import { withoutCodes } from "./codes-masked.ts";
import type { Command, Question } from "./command.ts";
import { contextFor, type Doing } from "./command-context.ts";
import { endWithFailure } from "./failures.ts";
import { durationText } from "./format.ts";
import { type ButtonAction, type Card, card, say, text } from "./message.ts";
import { settleMessage } from "./settlement.ts";
import { sendLater } from "./stored-card.ts";
import { endEarly, type House, type Invocation, newNonce, type Turn } from "./turn.ts";

const LASTS_MS = 60_000;

/** Asks when the command wants a confirmation; whether the message is settled with that. */
export function askQuestion(house: House, turn: Turn, invocation: Invocation): boolean {
  const { command, args } = invocation;
  try {
    const question = command.confirm?.(args, contextFor(house, turn, NOTHING_MAY_CHANGE)) ?? null;
    if (question === null) return false;
    ask(house, turn, invocation, question);
  } catch (error) {
    endWithFailure(house, turn, command.name, error);
  }
  return true;
}

function refuseChange(): never {
  throw new InvariantError("confirm_changes", "A command tried to change something before it was confirmed.");
}

const NOTHING_MAY_CHANGE: Doing = {
  transact: refuseChange,
  settle: refuseChange,
  progress: refuseChange,
  cancelQuestions: refuseChange,
};

function ask(house: House, turn: Turn, { command, tail }: Invocation, question: Question): void {
  const { taken, asker, actor, replaces } = turn;
  const { platform, chat } = taken.incoming;
  const nonce = newNonce(house);
  const lastsMs = question.lastsMs ?? LASTS_MS;
  const expiresAt = house.clock.now() + lastsMs;
  house.database.transact(house.marketClock.now(), (tx) => {
    const deliveryId = settleMessage(tx, taken, {
      outcome: "asked",
      summary: `${asker.label} is asked to confirm /${command.name}.`,
      facts: { command: command.name, args: withoutCodes(command.name, tail) },
      actor,
      reply: questionCard(question, nonce, lastsMs),
      command: command.name,
      replaces,
      nonce: newNonce(house),
      question: null,
    });
    insertQuestion(tx, {
      nonce,
      personId: asker.personId,
      platform,
      chatId: chat.chatId,
      command: command.name,
      args: { tail, deliveryId, threadId: chat.threadId },
      prompt: question.text,
      expiresAt,
    });
  });
  house.wake();
  expireLater(house, lastsMs);
}

/** A timer left over would keep the process alive after its end. */
function expireLater(house: House, lastsMs: number): void {
  const { clock, closed } = house;
  if (closed.aborted) return;
  const cancel = clock.after(lastsMs, () => {
    closed.removeEventListener("abort", cancel);
    expireQuestions(house);
  });
  closed.addEventListener("abort", cancel, { once: true });
}

const questionCard = ({ text: sentence, confirm }: Question, nonce: string, lastsMs: number): Card =>
  card({
    tone: "warning",
    body: [text(sentence)],
    buttons: [
      [
        { label: "Cancel", style: "plain", action: { do: "answer", question: nonce, choice: "cancel" } },
        { label: confirm, style: "danger", action: { do: "answer", question: nonce, choice: "confirm" } },
      ],
    ],
    footer: `Answer within ${durationText(lastsMs)}.`,
  });

export interface Confirmed {
  readonly turn: Turn;
  readonly command: Command;
  readonly tail: string;
}

/** What to run now; null when the press was settled otherwise (canceled, expired, answered before, not theirs). */
export function readAnswer(
  house: House,
  turn: Turn,
  { question: nonce, choice }: Extract<ButtonAction, { do: "answer" }>,
  deliveryId: number,
): Confirmed | null {
  const { taken, asker } = turn;
  const question = house.database.read((reader) => questionByNonce(reader, nonce));
  const command = question === null ? null : house.registry.find(question.command);
  const replaces = { delivery: deliveryId };
  const stop = (
    outcome: "denied" | "refused" | "canceled" | "expired",
    code: string,
    sentence: string,
  ): null => {
    const isAnswer = outcome === "canceled" || outcome === "expired";
    endEarly(house, turn, {
      outcome,
      code,
      sentence,
      ...(command && { command: command.name }),
      ...(isAnswer && { replaces, question: { nonce, status: outcome } }),
    });
    return null;
  };
  if (question === null || command === null)
    return stop("denied", "bad_button", "This question is not known any more.");
  if (question.personId !== asker.personId || question.chatId !== taken.incoming.chat.chatId) {
    return stop("denied", "not_their_question", "Only the person who was asked can answer this.");
  }
  if (question.status !== "open") return stop("refused", "already_answered", whatHappened(house, question));
  if (taken.receivedAt >= question.expiresAt) {
    return stop(
      "expired",
      "question_expired",
      `Too late: this question has expired. Send /${command.name} again.`,
    );
  }
  if (choice === "cancel")
    return stop("canceled", "canceled", `/${command.name} was canceled; nothing was done.`);
  const confirmed = { ...turn, via: "button", replaces, question: nonce } as const;
  return { turn: confirmed, command, tail: partsOf(question).tail };
}

function whatHappened({ clock }: House, { status, answeredAt, command }: StoredQuestion): string {
  const age = answeredAt === null ? "" : ` ${durationText(clock.now() - answeredAt)} ago`;
  return `/${command} was ${status === "expired" ? "not answered in time and expired" : `already ${status}`}${age}.`;
}

interface QuestionParts {
  readonly tail: string;
  readonly deliveryId: number | null;
  readonly threadId: string;
}

const partsOf = (question: StoredQuestion): QuestionParts => question.args as unknown as QuestionParts;

/** Ends every open question whose time has passed, and takes its buttons away. */
export function expireQuestions(house: House): void {
  const now = house.clock.now();
  if (house.database.read((reader) => expiredQuestions(reader, now)).length === 0) return;
  house.database.transact(house.marketClock.now(), (tx) => {
    for (const question of expiredQuestions(tx, now)) {
      // A confirmation under way settles by itself.
      if (house.underWay.has(question.nonce) || !answerQuestion(tx, question.nonce, "expired", now)) continue;
      tx.audit({
        category: "chat",
        type: "command_expired",
        actor: EXPIRY,
        summary: `Nobody confirmed /${question.command} in time.`,
        facts: { command: question.command, person: question.personId },
      });
      redraw(tx, house, question, say(`/${question.command} was not confirmed in time; nothing was done.`));
    }
  });
  house.wake();
}

const EXPIRY: Actor = { kind: "system", name: "chat" };

/** Withdraws the asker's open questions in this chat; how many there were. */
export function cancelQuestions(tx: Tx, house: House, { asker, taken }: Turn): number {
  const { platform, chat } = taken.incoming;
  const open = openQuestions(tx).filter(
    (question) =>
      question.personId === asker.personId &&
      question.platform === platform &&
      question.chatId === chat.chatId,
  );
  for (const question of open) {
    if (answerQuestion(tx, question.nonce, "canceled", taken.receivedAt)) {
      redraw(tx, house, question, say(`/${question.command} was canceled; nothing was done.`));
    }
  }
  return open.length;
}

function redraw(tx: Tx, house: House, question: StoredQuestion, shown: Card): void {
  const { deliveryId, threadId } = partsOf(question);
  if (deliveryId === null) return;
  sendLater(tx, {
    chat: { platform: question.platform, chatId: question.chatId, threadId },
    card: shown,
    nonce: newNonce(house),
    replaces: { delivery: deliveryId },
    dueAt: house.clock.now(),
  });
}
