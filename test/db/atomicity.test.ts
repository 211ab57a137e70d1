// Every write path, failed at its first, second, … statement until none is left: nothing of it may stay, neither row nor event.
import { describe, expect, test } from "bun:test";
import { openAccount } from "../../db/accounts.ts";
import { appendEvent } from "../../db/audit.ts";
import { acceptChainBreaks } from "../../db/audit-chain.ts";
import { recordGap, upsertCandles } from "../../db/candles.ts";
import { enrolChat, moveChat, removeChat, setChatTimeZone } from "../../db/chats.ts";
import { activate, insertVersion } from "../../db/config-versions.ts";
import type { Tx } from "../../db/database.ts";
import { insertDecision } from "../../db/decisions.ts";
import { insertDelivery, markDead, markSent, rescheduleDelivery } from "../../db/deliveries.ts";
import { saveMemory } from "../../db/engine-memory.ts";
import { insertFill } from "../../db/fills.ts";
import { finishInbox, receiveUpdate } from "../../db/inbox.ts";
import { saveInstrument } from "../../db/instruments.ts";
import { markJobFinished, markJobStarted, registerJob, setJobEnabled } from "../../db/jobs.ts";
import { addLock, liftLocks } from "../../db/locks.ts";
import { insertNotice, markExpanded } from "../../db/notices.ts";
import { enrolSeed, recordCodeFailure, removeEnrolment, spendCounter } from "../../db/one-time-codes.ts";
import { recordAttempt, recordAttemptOutcome } from "../../db/order-attempts.ts";
import { setOrderStatus } from "../../db/orders.ts";
import { addAccount, insertPerson, setRole } from "../../db/people.ts";
import { savePosition } from "../../db/positions.ts";
import { answerQuestion, insertQuestion } from "../../db/questions.ts";
import { insertEquity, insertMetrics } from "../../db/snapshots.ts";
import { enterState, initialiseState } from "../../db/system-state.ts";
import { OutsideError } from "../../src/core/errors.ts";
import { CANDLE, CHAT, DECISION, DELIVERY, FILL, INSTRUMENT } from "./samples.ts";
import { ADA, dumpOf, intended, JOB, memoryDatabase, NOW, PAPER, withAccount } from "./test-database.ts";

const question = (nonce: string, expiresAt: number) => ({
  ...({
    nonce,
    personId: 1,
    platform: "telegram",
    chatId: "5",
    command: "flatten",
    args: {},
    prompt: "Sure?",
  } as const),
  expiresAt,
});
const update = (updateId: string) =>
  ({ platform: "telegram", updateId, chatId: "5", accountId: "1001", body: {} }) as const;
const lock = (cause: string) => ({
  ...{ accountId: 1, kind: "cooldown", reason: "After an exit.", cause, fromAt: NOW, untilAt: null },
});
const notice = { kind: "message", level: "info", topic: "reports", facts: {} } as const;

/** Something of everything, so that each path below finds what it works on. */
function prepare() {
  const database = memoryDatabase();
  withAccount(database);
  database.transact(NOW, (tx) => {
    initialiseState(tx, JOB);
    activate(tx, 1, JOB);
    intended(tx, 1);
    intended(tx, 1);
    recordAttempt(tx, 2, JOB);
    addLock(tx, lock("first"), JOB);
    registerJob(tx, "cycle", true);
    insertPerson(
      tx,
      { label: "Ada", role: "admin", account: { platform: "telegram", accountId: "1001" } },
      JOB,
    );
    insertPerson(
      tx,
      { label: "Grace", role: "admin", account: { platform: "discord", accountId: "2002" } },
      JOB,
    );
    enrolSeed(tx, 1, new Uint8Array([1]), ADA);
    enrolChat(tx, { ...CHAT, topics: ["alerts"] }, ADA);
    insertQuestion(tx, question("first", NOW + 60_000));
    insertQuestion(tx, question("late", NOW));
    insertNotice(tx, notice);
    receiveUpdate(tx, update("1"));
    insertDelivery(tx, DELIVERY);
  });
  return database;
}

const PATHS: Readonly<Record<string, (tx: Tx) => unknown>> = {
  openAccount: (tx) => openAccount(tx, PAPER, ADA),
  insertDecision: (tx) => insertDecision(tx, DECISION, JOB),
  insertIntent: (tx) => intended(tx, 1),
  setOrderStatus: (tx) => setOrderStatus(tx, 1, "filled", 100, "", JOB),
  recordAttempt: (tx) => recordAttempt(tx, 1, JOB),
  recordAttemptOutcome: (tx) => recordAttemptOutcome(tx, 2, "accepted", "", JOB),
  insertFill: (tx) => insertFill(tx, { accountId: 1, orderId: 1, tradeId: "1", fill: FILL }, JOB),
  savePosition: (tx) =>
    savePosition(
      tx,
      1,
      { lots: 1, costUnits: 1, realisedUnits: -1, feesUnits: 1, openedAt: NOW },
      { BTC: 1_000, USDT: 5 },
    ),
  saveMemory: (tx) => saveMemory(tx, 1, { streak: 2 }),
  insertEquity: (tx) =>
    insertEquity(tx, {
      accountId: 1,
      at: NOW,
      markTicks: 1,
      lots: 0,
      cashUnits: 1,
      equityUnits: 1,
      peakUnits: 1,
    }),
  insertMetrics: (tx) => insertMetrics(tx, { accountId: 1, at: NOW, metrics: { sharpe: null } }),
  addLock: (tx) => addLock(tx, lock("second"), JOB),
  liftLocks: (tx) => liftLocks(tx, 1, "all", ADA),
  insertVersion: (tx) => insertVersion(tx, { baseVersion: 1, source: "test", tunables: {} }, ADA),
  activate: (tx) => activate(tx, 1, ADA),
  enterState: (tx) => enterState(tx, { by: "safety", cause: "equity_stop" }, "Fell.", JOB),
  upsertCandles: (tx) =>
    upsertCandles(tx, "BTCUSDT", "1h", [CANDLE, { ...CANDLE, openAt: CANDLE.openAt + 3_600_000 }]),
  recordGap: (tx) => recordGap(tx, "BTCUSDT", "1h", { fromAt: 1, toAt: 2 }),
  saveInstrument: (tx) => saveInstrument(tx, INSTRUMENT, JOB),
  registerJob: (tx) => registerJob(tx, "sync", true),
  markJobStarted: (tx) => markJobStarted(tx, "cycle"),
  markJobFinished: (tx) => markJobFinished(tx, "cycle", { status: "failed", error: "no", nextRunAt: null }),
  setJobEnabled: (tx) => setJobEnabled(tx, "cycle", false, ADA),
  insertPerson: (tx) =>
    insertPerson(tx, { label: "Alan", role: null, account: { platform: "discord", accountId: "3" } }, ADA),
  setRole: (tx) => setRole(tx, 2, null, ADA),
  addAccount: (tx) => addAccount(tx, 1, { platform: "discord", accountId: "2002" }, ADA),
  enrolSeed: (tx) => enrolSeed(tx, 2, new Uint8Array([2]), ADA),
  spendCounter: (tx) => spendCounter(tx, 1, 5, ADA),
  recordCodeFailure: (tx) => recordCodeFailure(tx, 1, { mostFailures: 1, lockMs: 1 }, ADA),
  removeEnrolment: (tx) => removeEnrolment(tx, 1, ADA),
  enrolChat: (tx) => enrolChat(tx, { ...CHAT, chatId: "6", topics: ["reports"] }, ADA),
  removeChat: (tx) => removeChat(tx, CHAT, ADA),
  setChatTimeZone: (tx) => setChatTimeZone(tx, CHAT, "Europe/Rome", ADA),
  moveChat: (tx) => moveChat(tx, { platform: "telegram", fromChatId: "5", toChatId: "-100" }, ADA),
  insertQuestion: (tx) => insertQuestion(tx, question("second", NOW + 1)),
  answerQuestion: (tx) => answerQuestion(tx, "first", "confirmed"),
  expireQuestion: (tx) => answerQuestion(tx, "late", "expired"),
  insertNotice: (tx) => insertNotice(tx, notice),
  markExpanded: (tx) => markExpanded(tx, 1),
  receiveUpdate: (tx) => receiveUpdate(tx, update("2")),
  finishInbox: (tx) => finishInbox(tx, 1, "handled"),
  insertDelivery: (tx) => insertDelivery(tx, DELIVERY),
  markSent: (tx) => markSent(tx, 1, "m1"),
  rescheduleDelivery: (tx) => rescheduleDelivery(tx, 1, NOW + 1, "later"),
  markDead: (tx) => markDead(tx, 1, "never"),
  acceptChainBreaks: (tx) => acceptChainBreaks(tx, [], "none", ADA),
};

/** From its n-th statement on the disk refuses to be written. */
function failingFrom(tx: Tx, nth: number): Tx {
  let count = 0;
  const counted = <T>(ask: () => T): T => {
    if (++count === nth) tx.all("PRAGMA query_only = ON");
    return ask();
  };
  const failing: Tx = {
    now: tx.now,
    get: (sql, params) => counted(() => tx.get(sql, params)),
    all: (sql, params) => counted(() => tx.all(sql, params)),
    iterate: (sql, params) => counted(() => tx.iterate(sql, params)),
    values: (sql, params) => counted(() => tx.values(sql, params)),
    run: (sql, params) => counted(() => tx.run(sql, params)),
    audit: (event) => appendEvent(failing, event),
  };
  return failing;
}

describe("when the disk refuses a statement, nothing stays of", () => {
  test.each(Object.keys(PATHS))("%s", (name) => {
    const database = prepare();
    const before = database.read(dumpOf);
    let failures = 0;
    for (let nth = 1; nth <= 30; nth++) {
      let error: unknown = null;
      try {
        database.transact(NOW + 1, (tx) => PATHS[name]!(failingFrom(tx, nth)));
      } catch (thrown) {
        error = thrown;
      }
      database.read((reader) => reader.all("PRAGMA query_only = OFF"));
      if (error === null) break;
      failures++;
      expect(error).toBeInstanceOf(OutsideError);
      expect((error as OutsideError).code).toBe("database_write_failed");
      expect(database.read(dumpOf)).toBe(before);
    }
    expect(failures).toBeGreaterThan(0);
    expect(database.read(dumpOf)).not.toBe(before);
  });
});

describe("when the disk is full, nothing stays of", () => {
  test.each(Object.keys(PATHS))("%s", (name) => {
    const database = prepare();
    const before = database.read(dumpOf);
    const error = ((): OutsideError | undefined => {
      try {
        database.transact(NOW + 1, (tx) => {
          PATHS[name]!(tx);
          const { page_count: pages } = tx.get<{ page_count: number }>("PRAGMA page_count")!;
          tx.all(`PRAGMA max_page_count = ${pages}`);
          for (;;) {
            tx.audit({
              category: "system",
              type: "filler",
              actor: JOB,
              summary: "x".repeat(2_000),
              facts: {},
            });
          }
        });
      } catch (thrown) {
        return thrown as OutsideError;
      }
      return undefined;
    })();
    expect([error?.code, error?.facts]).toEqual(["database_write_failed", { sqlite: "SQLITE_FULL" }]);
    expect(database.read(dumpOf)).toBe(before);
  });
});
