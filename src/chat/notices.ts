/** Turns each waiting notice into one delivery for every chat that hears it, in one transaction, and brings the cards of an acknowledged alert up to date. */
import { type Chat, type ChatAddress, chatsByTopic, findChat, listChats } from "../../db/chats.ts";
import type { Tx } from "../../db/database.ts";
import { deliveriesOfNotice, wasAnsweredAt } from "../../db/deliveries.ts";
import { markExpanded, type StoredNotice, waitingNotices } from "../../db/notices.ts";
import type { PlatformName } from "../core/actor.ts";
import type { SystemState } from "../core/state.ts";
import { withAnswer } from "./alert-answer.ts";
import { formatFor } from "./format.ts";
import { type Card, card, verbatim } from "./message.ts";
import { noticeCard } from "./notice-cards.ts";
import { positionSentence } from "./position-words.ts";
import { isReport, reportCard } from "./report-cards.ts";
import { sendLater } from "./stored-card.ts";
import { type House, newNonce } from "./turn.ts";

const NOTICES_AT_ONCE = 100;

/** How many notices were expanded. */
export function expandNotices(house: House): number {
  const { clock, database } = house;
  if (database.read((reader) => waitingNotices(reader, 1)).length === 0) return 0;
  return database.transact(clock.now(), (tx) => {
    const waiting = waitingNotices(tx, NOTICES_AT_ONCE);
    for (const notice of waiting) {
      if (!markExpanded(tx, notice.id)) continue;
      if (notice.acknowledgedAt === null || !updateCards(house, tx, notice)) tellChats(house, tx, notice);
    }
    return waiting.length;
  });
}

function tellChats(house: House, tx: Tx, notice: StoredNotice): void {
  const isCritical = notice.level === "critical";
  for (const chat of hearersOf(tx, notice)) {
    const hearing = chat.hearings[notice.kind] ?? "on";
    // A chat of a platform that this process does not run would only pile up.
    if (!house.platforms.has(chat.platform) || isTheirOwn(notice, chat.platform)) continue;
    if (hearing === "off" && !isCritical) continue;
    if (!isCritical && isAnswer(tx, notice, chat)) continue;
    const isMuted = chat.mutedUntil !== null && chat.mutedUntil > tx.now;
    const isSilent = hearing === "silent" || isMuted || notice.kind === "heartbeat";
    sendLater(tx, {
      chat,
      noticeId: notice.id,
      level: notice.level,
      isSilent: isSilent && !isCritical,
      card: cardFor(house, notice, chat.timeZone),
      nonce: newNonce(house),
      dueAt: tx.now,
    });
  }
}

/** Where a person did it they have just read the same as the answer. */
const isAnswer = (tx: Tx, { at, facts }: StoredNotice, chat: Chat): boolean =>
  typeof facts["actor"] === "string" && facts["actor"].startsWith("person:") && wasAnsweredAt(tx, chat, at);

function hearersOf(tx: Tx, { facts, kind, repeatedAt, topic }: StoredNotice): readonly Chat[] {
  if (kind === "delivery_test" || repeatedAt !== null) return listChats(tx);
  if (kind !== "heartbeat") return chatsByTopic(tx, topic);
  const chat = findChat(tx, facts as unknown as ChatAddress);
  return chat === null ? [] : [chat];
}

/** False when no chat was told before it was acknowledged. */
function updateCards(house: House, tx: Tx, notice: StoredNotice): boolean {
  const shown = deliveriesOfNotice(tx, notice.id).filter(({ edits }) => edits === null);
  for (const { chatId, id, level, platform, status, threadId } of shown) {
    if (!house.platforms.has(platform) || status === "dead") continue;
    const chat = { platform, chatId, threadId };
    sendLater(tx, {
      chat,
      noticeId: notice.id,
      // Of the same level, so that it cannot overtake the message it edits.
      level,
      isSilent: true,
      card: cardFor(house, notice, findChat(tx, chat)?.timeZone ?? null),
      nonce: newNonce(house),
      replaces: { delivery: id },
      dueAt: tx.now,
    });
  }
  return shown.length > 0;
}

/** The terminal has one person, who has just had the answer to what they did: the same again would only push it away. */
const isTheirOwn = ({ facts }: StoredNotice, platform: PlatformName): boolean =>
  platform === "console" && typeof facts["actor"] === "string" && facts["actor"].endsWith("@console");

/** A notice whose facts its kind does not expect is still told. */
function cardFor(house: House, notice: StoredNotice, chatTimeZone: string | null): Card {
  const { account, market, people, state } = house.capabilities;
  const timeZone = chatTimeZone ?? house.timeZone;
  const now = house.marketClock.now();
  const format = formatFor(market.instrument(), timeZone, now);
  const nameOf = (actor: string): string => people.nameOf(actor);
  try {
    const { facts, kind, level } = notice;
    if (isReport(kind)) return reportCard({ ...house.capabilities, format, timeZone, now }, kind, facts);
    const told = noticeCard(
      { kind, level, facts },
      {
        format,
        nameOf,
        positionSentence: (entering: SystemState) =>
          positionSentence(account.position(), state.policy(), entering, format),
        symbol: market.instrument().symbol,
        equityUnits: () => account.equity().equityUnits,
        markTicks: () => account.position().markTicks,
      },
    );
    return withAnswer(told, notice, { format, nameOf });
  } catch (error) {
    house.report(error, { notice: notice.id });
    return card({
      title: notice.kind.replaceAll("_", " "),
      body: [verbatim(JSON.stringify(notice.facts, null, 1))],
    });
  }
}
