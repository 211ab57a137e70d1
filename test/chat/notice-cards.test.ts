import { describe, expect, test } from "bun:test";
import { formatFor } from "../../src/chat/format.ts";
import type { Block } from "../../src/chat/message.ts";
import { noticeCard, type ToldKind } from "../../src/chat/notice-cards.ts";
import { isReport } from "../../src/chat/report-cards.ts";
import type { Facts } from "../../src/core/errors.ts";
import { NOTICE_KINDS } from "../../src/core/notice.ts";
import { REPLAY_INSTRUMENT } from "../../src/market/replay-instrument.ts";
import { plainSpaces } from "../support/plain-spaces.ts";

const NOON = Date.UTC(2026, 2, 3, 12);
const reading = {
  format: formatFor(REPLAY_INSTRUMENT, "UTC", NOON),
  nameOf: (label: string) => `<${label}>`,
  positionSentence: () => "The stop stays active.",
  symbol: "BTCUSDT",
  equityUnits: () => 977_300_000_000,
  markTicks: () => 7_001_250,
};

function cardOf(kind: ToldKind, facts: Facts, level: "info" | "warning" | "critical" = "info") {
  const { title, tone, body, buttons } = noticeCard({ kind, level, facts }, reading);
  const words = plainSpaces(body.flatMap((block: Block) => JSON.stringify(block)).join(" "));
  return { title: plainSpaces(title ?? ""), tone, words, buttons: buttons.flat().map(({ label }) => label) };
}

describe("a notice reads", () => {
  test("as the move it tells, with who made it, why, and what becomes of the position", () => {
    const facts = { from: "RUNNING", to: "EMERGENCY_STOP", reason: "too wild", actor: "person:1@console" };
    const card = cardOf("state_changed", facts, "critical");
    expect(card.title).toBe("EMERGENCY_STOP");
    expect(card.tone).toBe("danger");
    for (const word of ["Before", "RUNNING", "too wild", "<person:1@console>", "The stop stays active."])
      expect(card.words).toContain(word);
    expect(card.buttons).toEqual(["Status", "Recover"]);
    expect(cardOf("state_changed", { ...facts, to: "RUNNING" }).tone).toBe("good");
  });

  test("as a fill with price, fee and, for an exit, its result", () => {
    const facts = {
      orderId: 7,
      side: "sell",
      purpose: "stop_loss",
      quantity: 0.0012,
      price: 40_000.5,
      fee: "0.05",
      pnl: "-1.25",
    };
    const card = cardOf("order_filled", facts);
    expect(card.title).toBe("Sold 0.00120 BTC: −1.25 USDT");
    expect(card.tone).toBe("warning");
    for (const word of ["40,000.50 USDT", "stop loss", "0.05 USDT"]) expect(card.words).toContain(word);
    expect(card.buttons).toEqual(["Position", "Why"]);
    expect(cardOf("order_filled", { ...facts, side: "buy", pnl: null }).title).toBe(
      "Bought 0.00120 BTC at 40,000.50",
    );
    expect(cardOf("order_filled", { ...facts, pnl: "1.25" }).tone).toBe("good");
  });

  test("as a lock with its end, or that only a person lifts it", () => {
    const lock = { kind: "stop_loss_guard", reason: "3 losing stops", untilAt: NOON + 3_600_000 };
    expect(cardOf("entry_lock", lock).words).toContain("13:00");
    expect(cardOf("entry_lock", { ...lock, untilAt: null }).words).toContain("lifted by hand");
  });

  test("as an equity stop with the state, the fall, what is left, what becomes of the position, and the way out", () => {
    const card = cardOf("equity_stop", { drawdown: 0.0227, limit: 0.02 }, "critical");
    for (const word of ["EMERGENCY_STOP", "2.27 %, limit 2.00 %", "9,773.00 USDT", "The stop stays active."])
      expect(card.words).toContain(word);
    expect(card.buttons).toEqual(["Status", "Position", "Recover"]);
  });

  test("as stale data with its age", () => {
    const card = cardOf("data_stale", { ageMs: 240_000, fault: "The exchange does not answer." }, "warning");
    expect(card.tone).toBe("warning");
    for (const word of ["4 min", "does not answer"]) expect(card.words).toContain(word);
  });

  test("as the day's loss limit, with the figures it was reached at", () => {
    expect(
      cardOf("daily_loss_reached", { realised: "-210.00", opening: "10000.00" }, "warning").words,
    ).toContain("-210.00");
  });

  test("as a price that was touched, with who asked for it", () => {
    const facts = { direction: "above", price: 70_000, askedBy: "Ada", createdAt: NOON };
    const card = cardOf("price_alert", facts);
    expect(card.title).toBe("BTCUSDT is up to 70,000.00 USDT");
    expect(card.words).toContain("70,012.50 USDT");
    expect(card.words).toContain("Asked by Ada, 3 Mar 12:00.");
    expect(cardOf("price_alert", { ...facts, direction: "below" }).title).toContain("down to");
  });

  test("as a failed job by its name and error", () => {
    const card = cardOf("job_failed", { job: "data_sync", error: "no route" }, "warning");
    expect(card.title).toBe("Job failed: data_sync");
    expect(card.words).toContain("no route");
  });

  test.each(NOTICE_KINDS.filter((kind): kind is ToldKind => !isReport(kind)))(
    "%s never shows an undefined or broken fact, whatever facts it has",
    (kind) => {
      const facts: Facts = { some: true, other: null, cause: "x", startedAt: NOON, tookMs: 1500 };
      for (const card of [cardOf(kind, {}), cardOf(kind, facts)]) {
        expect(card.title?.length).toBeGreaterThan(0);
        expect(card.words).not.toMatch(/undefined|NaN|\[object/);
      }
    },
  );
});
