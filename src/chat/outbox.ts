/**
 * Sends what waits, one message at a time on each platform: critical first, else in order within a chat. Delivered at
 * least once; a failing message is tried again with growing pauses and given up in the end, so that the next may go.
 */
import { moveChat } from "../../db/chats.ts";
import type { Database, Tx } from "../../db/database.ts";
import {
  type Delivery,
  deliveryById,
  dueDeliveries,
  markDead,
  markSent,
  nextDueAt,
  rescheduleDelivery,
} from "../../db/deliveries.ts";
import type { Actor, PlatformName } from "../core/actor.ts";
import type { Clock } from "../core/clock.ts";
import type { ChatRef } from "./house-capabilities.ts";
import { type Card, card } from "./message.ts";
import { DeliveryError, type DeliveryFailure, type Outgoing, type Platform } from "./platform.ts";
import { outgoingOf, type StoredCard, storedCardOf } from "./stored-card.ts";
import type { Report } from "./turn.ts";

/** Tries that the message itself may be to blame for: 1 + 2 + 4 + … s, about a minute together. */
const MOST_ATTEMPTS = 7;
const FIRST_PAUSE_MS = 1_000;
/** A platform that cannot be reached is asked again this often at least. */
const LONGEST_PAUSE_MS = 60_000;
/** A send that has no answer by then counts as unreachable; the message may then arrive twice. */
const SEND_TIMEOUT_MS = 30_000;
const HEADS_AT_ONCE = 50;

const OUTBOX: Actor = { kind: "system", name: "outbox" };

export interface OutboxOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly platforms: readonly Platform[];
  readonly report: Report;
}

export class Outbox {
  readonly #lanes: readonly Lane[];

  constructor(options: OutboxOptions) {
    this.#lanes = options.platforms.map((platform) => new Lane(platform, options));
  }

  /** Something may have become due. */
  wake(): void {
    for (const lane of this.#lanes) void lane.flush();
  }

  /** Resolves when nothing more can be sent right now, on one platform or on all. */
  async flush(only?: PlatformName): Promise<void> {
    const lanes = this.#lanes.filter(({ platform }) => only === undefined || platform.name === only);
    await Promise.all(lanes.map((lane) => lane.flush()));
  }

  /** A passing state, sent at most once; the message's id, or null when it could not be shown. */
  async showNow(chat: ChatRef, message: string | null, shown: Card): Promise<string | null> {
    const lane = this.#lanes.find(({ platform }) => platform.name === chat.platform);
    return (await lane?.showNow(chat, message, shown)) ?? null;
  }

  /** Lets the sends under way end; nothing is sent afterwards. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }
}

/** The way to one platform: what happens to another one does not slow it. */
class Lane {
  readonly platform: Platform;
  readonly #options: OutboxOptions;
  #pumping: Promise<void> | null = null;
  #isWokenAgain = false;
  #isClosed = false;
  #cancelTimer: () => void = () => {};
  /** Until when the whole platform, or one of its chats by id, is left alone. */
  readonly #pausedUntil = new Map<string, number>();
  #failuresInARow = 0;

  constructor(platform: Platform, options: OutboxOptions) {
    this.platform = platform;
    this.#options = options;
  }

  flush(): Promise<void> {
    if (this.#isClosed) return this.#pumping ?? Promise.resolve();
    this.#isWokenAgain = true;
    this.#pumping ??= this.#pump();
    return this.#pumping;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer();
    await this.#pumping;
  }

  async showNow(chat: ChatRef, message: string | null, shown: Card): Promise<string | null> {
    if (this.#isClosed || this.#pauseEnd(chat.chatId) > this.#options.clock.now()) return null;
    const outgoing = outgoingOf(
      0,
      { card: card({ ...shown, buttons: [] }), nonce: "", command: null, replaces: null },
      "info",
    );
    try {
      if (message === null) return await this.platform.send(chat, outgoing);
      await this.platform.edit(chat, message, outgoing);
      return message;
    } catch (error) {
      if (!(error instanceof DeliveryError)) this.#options.report(error, { platform: this.platform.name });
      return null;
    }
  }

  async #pump(): Promise<void> {
    // A microtask's wait: a caller inside a transaction's end must not find us reading.
    await Promise.resolve();
    this.#cancelTimer();
    try {
      while (this.#isWokenAgain && !this.#isClosed) {
        this.#isWokenAgain = false;
        for (let next = this.#next(); next !== null && !this.#isClosed; next = this.#next())
          await this.#deliver(next);
      }
      this.#setTimer();
    } catch (error) {
      // The database failed; what waits stays there, and the next wake tries again.
      this.#options.report(error, { platform: this.platform.name });
    } finally {
      // In the same breath as the last look: a wake after it starts anew.
      this.#pumping = null;
    }
  }

  #next(): Delivery | null {
    const { clock, database } = this.#options;
    const now = clock.now();
    const heads = database.read((reader) => dueDeliveries(reader, this.platform.name, now, HEADS_AT_ONCE));
    return heads.find(({ chatId }) => this.#pauseEnd(chatId) <= now) ?? null;
  }

  #pauseEnd(chatId: string): number {
    return Math.max(this.#pausedUntil.get("") ?? 0, this.#pausedUntil.get(chatId) ?? 0);
  }

  #setTimer(): void {
    if (this.#isClosed) return;
    const { clock, database } = this.#options;
    const now = clock.now();
    const dueAt = database.read((reader) => nextDueAt(reader, this.platform.name));
    if (dueAt === null) return;
    // What is due and was not sent waits for a chat's pause to end.
    const at = Math.max(this.#pauseEnd(""), dueAt > now ? dueAt : now + FIRST_PAUSE_MS);
    this.#cancelTimer = clock.after(at - now, () => void this.flush());
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const stored = storedCardOf(delivery.body);
    const outgoing = outgoingOf(delivery.id, stored, delivery.level);
    let externalId: string;
    try {
      externalId = await this.#within(this.#place(delivery, stored, outgoing));
    } catch (error) {
      return this.#failed(delivery, error);
    }
    this.#failuresInARow = 0;
    this.#write((tx) => markSent(tx, delivery.id, externalId));
  }

  /** Edits the message it takes the place of, or sends it anew where that is not possible. */
  async #place(delivery: Delivery, { replaces }: StoredCard, outgoing: Outgoing): Promise<string> {
    const message =
      replaces === null ? null : "message" in replaces ? replaces.message : this.#sentAs(replaces.delivery);
    if (message !== null) {
      try {
        await this.platform.edit(delivery, message, outgoing);
        return message;
      } catch (error) {
        if (!(error instanceof DeliveryError) || error.failure.kind !== "not_editable") throw error;
      }
    }
    return this.platform.send(delivery, outgoing);
  }

  #sentAs(deliveryId: number): string | null {
    return this.#options.database.read((reader) => deliveryById(reader, deliveryId))?.externalId ?? null;
  }

  #within(sending: Promise<string>): Promise<string> {
    return new Promise((resolve, reject) => {
      const cancel = this.#options.clock.after(SEND_TIMEOUT_MS, () =>
        reject(new DeliveryError({ kind: "unreachable" }, "The platform did not answer in time.")),
      );
      sending.then(resolve, reject).finally(cancel);
    });
  }

  #failed(delivery: Delivery, error: unknown): void {
    const { clock, report } = this.#options;
    const isKnown = error instanceof DeliveryError;
    if (!isKnown) report(error, { delivery: delivery.id, platform: this.platform.name });
    const failure: DeliveryFailure = isKnown ? error.failure : { kind: "later", afterMs: null };
    const reason = isKnown ? error.message : "unexpected error";
    switch (failure.kind) {
      case "unreachable":
        this.#failuresInARow += 1;
        this.#pausedUntil.set("", clock.now() + pauseMs(this.#failuresInARow));
        return;
      case "moved":
        if (failure.chatId === delivery.chatId) this.#again(delivery, reason);
        else this.#move(delivery.chatId, failure.chatId);
        return;
      case "unacceptable":
      case "not_editable":
        this.#write((tx) => markDead(tx, delivery.id, reason));
        return;
      case "later":
        if (failure.afterMs === null) this.#again(delivery, reason);
        else this.#pausedUntil.set(delivery.chatId, clock.now() + failure.afterMs);
    }
  }

  #again({ id, attempts }: Delivery, reason: string): void {
    const tries = attempts + 1;
    const dueAt = this.#options.clock.now() + pauseMs(tries);
    this.#write((tx) =>
      tries >= MOST_ATTEMPTS ? markDead(tx, id, reason) : rescheduleDelivery(tx, id, dueAt, reason),
    );
  }

  #move(fromChatId: string, toChatId: string): void {
    const platform: PlatformName = this.platform.name;
    this.#write((tx) => moveChat(tx, { platform, fromChatId, toChatId }, OUTBOX));
  }

  #write(change: (tx: Tx) => unknown): void {
    const { clock, database } = this.#options;
    database.transact(clock.now(), (tx) => void change(tx));
  }
}

const pauseMs = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
