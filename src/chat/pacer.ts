/** When the next message may go: at most so many in any stretch of time, over the whole platform and in each chat. */
import type { ChatRef } from "./house-capabilities.ts";
import type { Pace, Platform } from "./platform.ts";

/** Chats that were quiet for longer are forgotten, so that the table stays as small as what is under way. */
const MOST_CHATS = 500;

export class Pacer {
  readonly #pace: Platform["pace"];
  readonly #overall: Stamp[] = [];
  readonly #chats = new Map<string, Stamp[]>();
  #seenAt = 0;

  constructor(pace: Platform["pace"]) {
    this.#pace = pace;
  }

  /** The earliest instant at which a message may go to the chat, epoch ms; never later than needed. */
  readyAt(chat: ChatRef, now: number): number {
    this.#follow(now);
    const own = readyAt(this.#chats.get(chat.chatId) ?? [], this.#pace.perChat(chat), now);
    return Math.max(own, readyAt(this.#overall, this.#pace.overall, now));
  }

  /** Counts a message that goes now. */
  begin(chat: ChatRef, now: number): Sending {
    this.#seenAt = Math.max(this.#seenAt, now);
    const stamp: Stamp = { at: now, isUnderWay: true };
    const own = this.#chats.get(chat.chatId) ?? [];
    this.#chats.delete(chat.chatId);
    this.#chats.set(chat.chatId, own);
    keep(own, stamp, this.#pace.perChat(chat));
    keep(this.#overall, stamp, this.#pace.overall);
    for (const [chatId] of this.#chats) {
      if (this.#chats.size <= MOST_CHATS) break;
      this.#chats.delete(chatId);
    }
    return {
      ended(at) {
        stamp.at = Math.max(stamp.at, at);
        stamp.isUnderWay = false;
      },
      undone: () => {
        for (const stamps of [own, this.#overall]) {
          const place = stamps.indexOf(stamp);
          if (place >= 0) stamps.splice(place, 1);
        }
      },
    };
  }

  /** A clock that was set back must not hold messages until it has caught up. */
  #follow(now: number): void {
    if (now < this.#seenAt) {
      for (const stamps of [this.#overall, ...this.#chats.values()])
        for (const stamp of stamps) stamp.at = Math.min(stamp.at, now);
    }
    this.#seenAt = now;
  }
}

/** A message on its way. */
export interface Sending {
  /** Its answer came: the platform may have counted it as late as that, and the next keeps its distance from there. */
  ended(now: number): void;
  /** It never left: it does not count. */
  undone(): void;
}

interface Stamp {
  at: number;
  /** The platform may count it any moment. */
  isUnderWay: boolean;
}

/** Twice as many as are ever looked at: some may turn out never to have left. */
function keep(stamps: Stamp[], stamp: Stamp, paces: readonly Pace[]): void {
  const most = 2 * Math.max(0, ...paces.map(({ count }) => count));
  if (most === 0) return;
  stamps.push(stamp);
  if (stamps.length > most) stamps.shift();
}

/** A message may go when the `count`-th latest before it has left the stretch. */
function readyAt(stamps: readonly Stamp[], paces: readonly Pace[], now: number): number {
  const latest = stamps
    .map(({ at, isUnderWay }) => (isUnderWay ? Math.max(at, now) : at))
    .sort((a, b) => b - a);
  return Math.max(
    0,
    ...paces.map(({ count, perMs }) => {
      const before = latest[count - 1];
      return before === undefined ? 0 : before + perMs;
    }),
  );
}
