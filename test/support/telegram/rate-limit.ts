/** The rate Telegram allows: one message a second a chat, twenty a minute a group, thirty a second overall. */
import type { TimeSource } from "./server-time.ts";

interface Allowance {
  readonly most: number;
  readonly windowMs: number;
}

const A_CHAT: Allowance = { most: 1, windowMs: 1_000 };
const A_GROUP: Allowance = { most: 20, windowMs: 60_000 };
const OVERALL: Allowance = { most: 30, windowMs: 1_000 };
/** Two clocks that round never agree to the millisecond: a client exactly on time is not early. */
const TOLERANCE = 0.01;

export class RateLimit {
  isOn = true;
  readonly #time: TimeSource;
  readonly #sentAt = new Map<string, number[]>();

  constructor(time: TimeSource) {
    this.#time = time;
  }

  /** Whole seconds to wait before a message to this chat is allowed; 0 when it is allowed now. */
  retryAfter(chatId: number): number {
    if (!this.isOn) return 0;
    const waits = this.#buckets(chatId).map(([key, allowance]) => this.#waitMs(key, allowance));
    return Math.ceil(Math.max(...waits) / 1000);
  }

  note(chatId: number): void {
    const now = this.#time.now();
    for (const [key, { most }] of this.#buckets(chatId)) {
      const sentAt = [...(this.#sentAt.get(key) ?? []), now];
      this.#sentAt.set(key, sentAt.slice(-most));
    }
  }

  /** Groups, supergroups and channels have negative ids. */
  #buckets(chatId: number): [string, Allowance][] {
    const buckets: [string, Allowance][] = [
      ["overall", OVERALL],
      [`chat ${chatId}`, A_CHAT],
    ];
    if (chatId < 0) buckets.push([`group ${chatId}`, A_GROUP]);
    return buckets;
  }

  #waitMs(key: string, { most, windowMs }: Allowance): number {
    const sentAt = this.#sentAt.get(key) ?? [];
    if (sentAt.length < most) return 0;
    const waitMs = sentAt[0]! + windowMs * (1 - TOLERANCE) - this.#time.now();
    return Math.max(0, waitMs);
  }
}
