import { describe, expect, test } from "bun:test";
import { insertPerson } from "../../db/people.ts";
import {
  answerQuestion,
  expiredQuestions,
  insertQuestion,
  type NewQuestion,
  openQuestions,
  questionByNonce,
} from "../../db/questions.ts";
import { ADA, memoryDatabase, NOW } from "./test-database.ts";

const QUESTION: NewQuestion = {
  nonce: "n1",
  personId: 1,
  platform: "telegram",
  chatId: "5",
  command: "flatten",
  args: { tail: "now" },
  prompt: "Close all?",
  expiresAt: NOW + 60_000,
};

function asked() {
  const database = memoryDatabase();
  database.transact(NOW, (tx) => {
    insertPerson(tx, { label: "Ada", role: "admin" }, ADA);
    insertQuestion(tx, QUESTION);
  });
  const answer = (to: Parameters<typeof answerQuestion>[2], now: number, pressedAt?: number) =>
    database.transact(now, (tx) => answerQuestion(tx, "n1", to, pressedAt));
  const status = () => database.read((reader) => questionByNonce(reader, "n1"))?.status;
  return { database, answer, status };
}

describe("a question", () => {
  test("reads back open, as it was asked", () => {
    const { database } = asked();
    const open = { ...QUESTION, id: 1, askedAt: NOW, status: "open", answeredAt: null } as const;
    database.read((reader) => {
      expect(questionByNonce(reader, "n1")).toEqual(open);
      expect(questionByNonce(reader, "n2")).toBeNull();
      expect(openQuestions(reader)).toEqual([open]);
    });
  });

  test.each(["confirmed", "canceled"] as const)("is %s once; a second press changes nothing", (first) => {
    const { answer, status } = asked();
    expect(answer(first, NOW + 1)).toBeTrue();
    for (const second of ["confirmed", "canceled", "expired"] as const)
      expect(answer(second, NOW + 70_000, NOW)).toBeFalse();
    expect(status()).toBe(first);
  });

  test("is answered to the last millisecond and not at its deadline, whatever a timer has done", () => {
    const late = asked();
    expect([late.answer("confirmed", NOW + 60_000), late.status()]).toEqual([false, "open"]);
    const inTime = asked();
    expect([inTime.answer("confirmed", NOW + 59_999), inTime.status()]).toEqual([true, "confirmed"]);
  });

  test("counts the press, not the end of a command that took longer", () => {
    const { answer } = asked();
    expect(answer("confirmed", NOW + 90_000, NOW + 59_999)).toBeTrue();
  });

  test("expires at its deadline, not before", () => {
    const { database, answer, status } = asked();
    const expired = (now: number) => database.read((reader) => expiredQuestions(reader, now)).length;
    expect([expired(NOW + 59_999), expired(NOW + 60_000)]).toEqual([0, 1]);
    expect([answer("expired", NOW + 59_999), answer("expired", NOW + 60_000), status()]).toEqual([
      false,
      true,
      "expired",
    ]);
    expect(expired(NOW + 60_000)).toBe(0);
  });
});
