/**
 * The way to one platform: critical messages first, else in order within a chat, several chats at a time, at the pace the
 * platform allows. Delivered at least once; one that fails is tried again with growing pauses and given up in the end.
 */
import { moveChat } from "../../db/chats.ts";
import type { Tx } from "../../db/database.ts";
import {
  type Delivery,
  deliveryById,
  hasNewerEdit,
  markDead,
  markSent,
  markSuperseded,
  type QueueHead,
  queueHeads,
  rescheduleDelivery,
  sentSince,
} from "../../db/deliveries.ts";
import type { Actor, PlatformName } from "../core/actor.ts";
import type { Clock } from "../core/clock.ts";
import type { ChatRef } from "./house-capabilities.ts";
import { type Card, card } from "./message.ts";
import { Pacer } from "./pacer.ts";
import { type Drawing, placeDelivery } from "./place-delivery.ts";
import { DeliveryError, type DeliveryFailure, type Platform } from "./platform.ts";
import { outgoingOf } from "./stored-card.ts";
import type { Report } from "./turn.ts";

/** Tries that the message itself may be to blame for: 1 + 2 + 4 + … s, about a minute together. */
const MOST_ATTEMPTS = 7;
const FIRST_PAUSE_MS = 1_000;
/** A platform that cannot be reached is asked again this often at least. */
const LONGEST_PAUSE_MS = 60_000;
/** Tries of a message that the platform stumbles over: about half an hour, in which its chat alone waits. */
const MOST_TROUBLED_ATTEMPTS = 35;
/** A send that has no answer by then counts as unreachable; the message may then arrive twice. */
const SEND_TIMEOUT_MS = 30_000;
/** The longest stretch in which any platform counts messages. */
const REMEMBERED_MS = 60_000;
const HEADS_AT_ONCE = 200;
/** Chats served at the same moment. */
const MOST_UNDER_WAY = 10;

const OUTBOX: Actor = { kind: "system", name: "outbox" };

export interface LaneOptions extends Drawing {
  readonly clock: Clock;
  readonly report: Report;
  /** Whether messages reach the platform, each time it is known. */
  readonly onReach: (platform: PlatformName, isReached: boolean, detail: string) => void;
}

export class Lane {
  readonly platform: Platform;
  readonly #options: LaneOptions;
  readonly #pacer: Pacer;
  /** One send at a time a chat, by chat id. */
  readonly #underWay = new Map<string, Promise<void>>();
  #pumping: Promise<void> | null = null;
  #wake: () => void = () => {};
  #isClosed = false;
  #cancelTimer: () => void = () => {};
  /** Until when the whole platform, or one of its chats by id, is left alone. */
  readonly #pausedUntil = new Map<string, number>();
  #failuresInARow = 0;

  constructor(platform: Platform, options: LaneOptions) {
    this.platform = platform;
    this.#options = options;
    this.#pacer = new Pacer(platform.pace);
    this.#rememberSent();
  }

  /** The platform goes on counting what the last process sent. One that was killed may have sent one more a chat than it noted. */
  #rememberSent(): void {
    const { clock, database } = this.#options;
    const now = clock.now();
    const sent = database.read((reader) => sentSince(reader, this.platform.name, now - REMEMBERED_MS));
    for (const { sentAt, ...chat } of sent)
      this.#pacer.begin({ platform: this.platform.name, ...chat }, sentAt).ended(sentAt);
  }

  flush(): Promise<void> {
    if (this.#isClosed) return this.#pumping ?? Promise.resolve();
    this.#wake();
    this.#pumping ??= this.#pump();
    return this.#pumping;
  }

  retry(): void {
    this.#pausedUntil.delete("");
    void this.flush();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer();
    this.#wake();
    await this.#pumping;
  }

  /** Waits for the chat's next free moment, and takes it for what is written beside the outbox. */
  async inTurn(chat: ChatRef, write: () => Promise<unknown>): Promise<void> {
    const { clock } = this.#options;
    for (let at = this.#readyAt(chat); at > clock.now(); at = this.#readyAt(chat))
      await clock.sleep(at - clock.now());
    const sending = this.#pacer.begin(chat, clock.now());
    try {
      await write();
    } finally {
      sending.ended(clock.now());
    }
  }

  async showNow(
    chat: ChatRef,
    message: string | null,
    shown: Card,
    answers: string | null,
  ): Promise<string | null> {
    const { clock, report } = this.#options;
    if (this.#isClosed || this.#readyAt(chat) > clock.now()) return null;
    const drawn = { deliveryId: 0, nonce: "", level: "info", isSilent: true, answers, image: null } as const;
    const body = shown.body.filter((block) => block.kind !== "seed");
    const outgoing = outgoingOf(card({ ...shown, buttons: [] }), { ...drawn, body });
    const sending = this.#pacer.begin(chat, clock.now());
    try {
      if (message === null) return await this.platform.send(chat, outgoing);
      return await this.platform.edit(chat, message, outgoing);
    } catch (error) {
      if (!(error instanceof DeliveryError)) report(error, { platform: this.platform.name });
      return null;
    } finally {
      sending.ended(clock.now());
    }
  }

  async #pump(): Promise<void> {
    // A microtask's wait: a caller inside a transaction's end must not find us reading.
    await Promise.resolve();
    this.#cancelTimer();
    try {
      for (;;) {
        const woken = Promise.withResolvers<void>();
        this.#wake = woken.resolve;
        const nextAt = this.#isClosed ? null : this.#startWhatMayGo();
        if (this.#underWay.size === 0) return this.#setTimer(nextAt);
        await Promise.race([woken.promise, ...this.#underWay.values()]);
      }
    } catch (error) {
      // The database failed; what waits stays there, and the next wake tries again.
      this.#options.report(error, { platform: this.platform.name });
    } finally {
      // In the same breath as the last look: a wake after it starts anew.
      this.#pumping = null;
      this.#wake = () => {};
    }
  }

  /** Begins every send that may go now; when the next of the others may, null when none waits. */
  #startWhatMayGo(): number | null {
    const { clock, database } = this.#options;
    const heads = database.read((reader) => queueHeads(reader, this.platform.name, HEADS_AT_ONCE));
    let nextAt: number | null = null;
    for (const head of heads) {
      if (this.#underWay.has(head.chatId)) continue;
      // Nothing is put off for longer: what is due later still was put there before the clock was set back.
      const dueAt = head.dueAt > clock.now() + LONGEST_PAUSE_MS ? 0 : head.dueAt;
      const at = Math.max(dueAt, this.#readyAt(this.#chat(head)));
      if (at > clock.now()) nextAt = Math.min(nextAt ?? at, at);
      else if (this.#underWay.size < MOST_UNDER_WAY) this.#start(head);
    }
    return nextAt;
  }

  #start(head: QueueHead): void {
    const delivering = this.#deliver(head)
      .catch((error: unknown) => this.#lost(error))
      .finally(() => this.#underWay.delete(head.chatId));
    this.#underWay.set(head.chatId, delivering);
  }

  /** The database failed under a send: nothing is sent for a while, and what waits stays where it is. */
  #lost(error: unknown): void {
    this.#options.report(error, { platform: this.platform.name });
    this.#pausedUntil.set("", this.#options.clock.now() + LONGEST_PAUSE_MS);
  }

  #chat({ chatId, threadId }: QueueHead): ChatRef {
    return { platform: this.platform.name, chatId, threadId };
  }

  #readyAt(chat: ChatRef): number {
    const paused = Math.max(this.#pausedUntil.get("") ?? 0, this.#pausedUntil.get(chat.chatId) ?? 0);
    return Math.max(paused, this.#pacer.readyAt(chat, this.#options.clock.now()));
  }

  #setTimer(at: number | null): void {
    if (this.#isClosed || at === null) return;
    const { clock } = this.#options;
    this.#cancelTimer();
    this.#cancelTimer = clock.after(Math.max(0, at - clock.now()), () => void this.flush());
  }

  async #deliver({ id }: QueueHead): Promise<void> {
    const { clock, database } = this.#options;
    const delivery = database.read((reader) => deliveryById(reader, id));
    if (delivery === null || delivery.status !== "due") return;
    if (database.read((reader) => hasNewerEdit(reader, delivery))) {
      this.#write((tx) => markSuperseded(tx, id));
      return;
    }
    const sending = this.#pacer.begin(delivery, clock.now());
    let externalId: string | null;
    try {
      externalId = await this.#within(placeDelivery(this.platform, delivery, this.#options));
    } catch (error) {
      // Told to wait, the platform has not taken it.
      if (error instanceof DeliveryError && error.failure.kind === "later") sending.undone();
      else sending.ended(clock.now());
      return this.#failed(delivery, error);
    }
    sending.ended(clock.now());
    this.#failuresInARow = 0;
    this.#options.onReach(this.platform.name, true, "");
    if (this.#write((tx) => markSent(tx, id, externalId)) || externalId === null) return;
    // Withdrawn while it was on its way: a seed must not stay readable.
    if (delivery.seedOf !== null) await this.platform.remove(delivery, externalId);
  }

  #within<Value>(sending: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const cancel = this.#options.clock.after(SEND_TIMEOUT_MS, () =>
        reject(new DeliveryError({ kind: "unreachable" }, "The platform did not answer in time.")),
      );
      sending.then(resolve, reject).finally(cancel);
    });
  }

  #failed(delivery: Delivery, error: unknown): void {
    const { clock, onReach, report } = this.#options;
    const isKnown = error instanceof DeliveryError;
    if (!isKnown) report(error, { delivery: delivery.id, platform: this.platform.name });
    const failure: DeliveryFailure = isKnown ? error.failure : { kind: "later", afterMs: null };
    const reason = isKnown ? error.message : "unexpected error";
    switch (failure.kind) {
      case "unreachable":
        this.#failuresInARow += 1;
        this.#pausedUntil.set("", clock.now() + pauseMs(this.#failuresInARow));
        onReach(this.platform.name, false, reason);
        return;
      case "troubled":
        this.#again(delivery, reason, MOST_TROUBLED_ATTEMPTS);
        onReach(this.platform.name, false, reason);
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

  #again({ id, attempts }: Delivery, reason: string, most = MOST_ATTEMPTS): void {
    const tries = attempts + 1;
    const dueAt = this.#options.clock.now() + pauseMs(tries);
    this.#write((tx) =>
      tries >= most ? markDead(tx, id, reason) : rescheduleDelivery(tx, id, dueAt, reason),
    );
  }

  #move(fromChatId: string, toChatId: string): void {
    this.#write((tx) => moveChat(tx, { platform: this.platform.name, fromChatId, toChatId }, OUTBOX));
  }

  #write<Result>(change: (tx: Tx) => Result): Result {
    const { clock, database } = this.#options;
    return database.transact(clock.now(), change);
  }
}

const pauseMs = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
