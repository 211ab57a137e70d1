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
    const own = readyAt(this.#chats.get(chat.chatId) ?? [], this.#pace.perChat(chat));
    return Math.max(own, readyAt(this.#overall, this.#pace.overall));
  }

  /**
   * Counts a message that goes now. `ended` is called with when its answer came: the platform may have counted it as
   * late as that, and a chat's next message keeps its distance from there.
   */
  begin(chat: ChatRef, now: number): { ended(now: number): void } {
    this.#seenAt = Math.max(this.#seenAt, now);
    const stamp: Stamp = { at: now };
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
      ended: (at) => {
        stamp.at = Math.max(stamp.at, at);
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

interface Stamp {
  at: number;
}

/** No more than the largest count is ever looked at. */
function keep(stamps: Stamp[], stamp: Stamp, paces: readonly Pace[]): void {
  const most = Math.max(0, ...paces.map(({ count }) => count));
  if (most === 0) return;
  stamps.push(stamp);
  if (stamps.length > most) stamps.shift();
}

/** A message may go when the one `count` before it has left the stretch. */
function readyAt(stamps: readonly Stamp[], paces: readonly Pace[]): number {
  return Math.max(
    0,
    ...paces.map(({ count, perMs }) => {
      const before = stamps.at(-count);
      return before === undefined ? 0 : before.at + perMs;
    }),
  );
}
