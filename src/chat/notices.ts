/** Turns each waiting notice into one delivery for every chat that hears its topic, in one transaction. */
import { chatsByTopic } from "../../db/chats.ts";
import { insertDelivery } from "../../db/deliveries.ts";
import { markExpanded, type StoredNotice, waitingNotices } from "../../db/notices.ts";
import type { PlatformName } from "../core/actor.ts";
import type { SystemState } from "../core/state.ts";
import { formatFor } from "./format.ts";
import { type Card, card, verbatim } from "./message.ts";
import { noticeCard, type Reading } from "./notice-cards.ts";
import { positionSentence } from "./position-words.ts";
import { storedJson } from "./stored-card.ts";
import { type House, newNonce } from "./turn.ts";

const NOTICES_AT_ONCE = 100;

/** How many notices were expanded. */
export function expandNotices(house: House): number {
  const { capabilities, clock, database } = house;
  const now = clock.now();
  if (database.read((reader) => waitingNotices(reader, 1)).length === 0) return 0;
  const { account, market, people, state } = capabilities;
  const instrument = market.instrument();
  return database.transact(now, (tx) => {
    const waiting = waitingNotices(tx, NOTICES_AT_ONCE);
    for (const notice of waiting) {
      if (!markExpanded(tx, notice.id)) continue;
      // A chat of a platform that this process does not run would only pile up.
      for (const chat of chatsByTopic(tx, notice.topic)) {
        if (!house.platforms.has(chat.platform) || isTheirOwn(notice, chat.platform)) continue;
        const format = formatFor(instrument, chat.timeZone ?? house.timeZone, now);
        const reading = {
          nameOf: (actor: string) => people.nameOf(actor),
          positionSentence: (entering: SystemState) =>
            positionSentence(account.position(), state.policy(), entering, format),
        };
        insertDelivery(tx, {
          platform: chat.platform,
          chatId: chat.chatId,
          threadId: chat.threadId,
          noticeId: notice.id,
          inboxId: null,
          level: notice.level,
          body: storedJson({
            card: cardOf(house, notice, { format, ...reading }),
            nonce: newNonce(house),
            command: null,
            replaces: null,
          }),
          dueAt: now,
        });
      }
    }
    return waiting.length;
  });
}

/** The terminal has one person, who has just had the answer to what they did: the same again would only push it away. */
const isTheirOwn = ({ facts }: StoredNotice, platform: PlatformName): boolean =>
  platform === "console" && typeof facts["actor"] === "string" && facts["actor"].endsWith("@console");

/** A notice whose facts its kind does not expect is still told. */
function cardOf(house: House, notice: StoredNotice, reading: Omit<Reading, "facts">): Card {
  try {
    return noticeCard(notice, reading);
  } catch (error) {
    house.report(error, { notice: notice.id });
    return card({
      title: notice.kind.replaceAll("_", " "),
      body: [verbatim(JSON.stringify(notice.facts, null, 1))],
    });
  }
}
