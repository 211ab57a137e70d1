/** Questions a person must answer with a button before they expire; each is answered once. */
import type { PlatformName } from "../src/core/actor.ts";
import { canonicalJson } from "../src/core/canonical-json.ts";
import type { JsonValue } from "../src/core/event.ts";
import type { Reader, Tx } from "./transaction.ts";

export type QuestionAnswer = "confirmed" | "canceled" | "expired";

export interface NewQuestion {
  /** Of this question alone; it travels in the button. */
  readonly nonce: string;
  readonly personId: number;
  readonly platform: PlatformName;
  readonly chatId: string;
  /** The command that runs when it is confirmed, and with what. */
  readonly command: string;
  readonly args: JsonValue;
  readonly prompt: string;
  readonly expiresAt: number;
}

export interface StoredQuestion extends NewQuestion {
  readonly id: number;
  readonly askedAt: number;
  readonly status: "open" | QuestionAnswer;
  readonly answeredAt: number | null;
}

/** No audit event of its own: the command that asks journals it in the same transaction. */
export function insertQuestion(tx: Tx, question: NewQuestion): number {
  const { nonce, personId, platform, chatId, command, prompt, expiresAt } = question;
  return tx.run(
    `INSERT INTO questions (nonce, person_id, platform, chat_id, command, args, prompt, asked_at, expires_at, status)
     VALUES ($nonce, $personId, $platform, $chatId, $command, $args, $prompt, $now, $expiresAt, 'open')`,
    {
      ...{ nonce, personId, platform, chatId, command, prompt, expiresAt },
      args: canonicalJson(question.args),
      now: tx.now,
    },
  ).lastId;
}

/**
 * True once: for the first answer while the question is open and its time had not passed when the person pressed
 * (`pressedAt`; a confirmed command may take longer than the question lasts), whatever a timer has done by then.
 */
export function answerQuestion(
  tx: Tx,
  nonce: string,
  answer: QuestionAnswer,
  pressedAt: number = tx.now,
): boolean {
  const { changes } = tx.run(
    `UPDATE questions SET status = $answer, answered_at = $pressedAt
     WHERE nonce = $nonce AND status = 'open'
       AND CASE $answer WHEN 'expired' THEN expires_at <= $pressedAt ELSE expires_at > $pressedAt END`,
    { nonce, answer, pressedAt },
  );
  return changes === 1;
}

const COLUMNS = `id, nonce, person_id AS personId, platform, chat_id AS chatId, command, args, prompt,
  asked_at AS askedAt, expires_at AS expiresAt, status, answered_at AS answeredAt`;

type StoredRow = Omit<StoredQuestion, "args"> & { readonly args: string };
const questionFrom = (row: StoredRow): StoredQuestion => ({
  ...row,
  args: JSON.parse(row.args) as JsonValue,
});

/** Whatever its status, so that a late press can be told what happened. */
export function questionByNonce(reader: Reader, nonce: string): StoredQuestion | null {
  const row = reader.get<StoredRow>(`SELECT ${COLUMNS} FROM questions WHERE nonce = $nonce`, { nonce });
  return row === null ? null : questionFrom(row);
}

/** Oldest first. */
export const openQuestions = (reader: Reader): StoredQuestion[] =>
  reader
    .all<StoredRow>(`SELECT ${COLUMNS} FROM questions WHERE status = 'open' ORDER BY id`)
    .map(questionFrom);

/** Open ones whose time has passed, oldest first. */
export const expiredQuestions = (reader: Reader, now: number): StoredQuestion[] =>
  reader
    .all<StoredRow>(
      `SELECT ${COLUMNS} FROM questions WHERE status = 'open' AND expires_at <= $now ORDER BY expires_at, id`,
      { now },
    )
    .map(questionFrom);
