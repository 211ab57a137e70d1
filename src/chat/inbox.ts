/**
 * From a platform's hands to a handled message: durable and deduplicated on arrival, then each once and in order.
 * One that takes longer than a second goes on beside the next, so that nothing can hold up a `/stop`.
 */

import { type InboxRow, receiveUpdate, waitingInbox } from "../../db/inbox.ts";
import { insertNotice } from "../../db/notices.ts";
import type { Actor } from "../core/actor.ts";
import type { JsonValue } from "../core/event.ts";
import { takeName } from "../identity/people.ts";
import { type AccessRefusal, askerOf, sentenceOf } from "./access.ts";
import { dispatch } from "./dispatch.ts";
import { problem } from "./message.ts";
import type { Incoming, Received } from "./platform.ts";
import { readable } from "./readable.ts";
import { sendLater } from "./stored-card.ts";
import { linkStranger } from "./stranger-link.ts";
import { type Silenced, Strangers } from "./strangers.ts";
import { type House, newNonce } from "./turn.ts";

const BESIDE_MS = 1_000;
/** What is kept of a name that a stranger chose. */
const LONGEST_LABEL = 64;

export class Inbox {
  readonly #house: House;
  readonly #strangers: Strangers;
  readonly #underWay = new Map<number, Promise<void>>();
  readonly #stuck = new Set<number>();
  #pumping: Promise<void> | null = null;
  #isWokenAgain = false;

  constructor(house: House) {
    this.#house = house;
    this.#strangers = new Strangers(house.clock, (silenced) => this.#auditSilenced(silenced));
    house.closed.addEventListener("abort", () => this.#strangers.close(), { once: true });
  }

  /** Durable when it returns; `handled` resolves when its turn has ended. Refused ones leave no row. */
  receive(incoming: Incoming): { readonly handled: Promise<void>; readonly refusal: Received["refusal"] } {
    const { database, clock } = this.#house;
    const access = database.read((reader) => askerOf(reader, incoming));
    if (!access.ok) {
      if (access.code === "stranger" && linkStranger(this.#house, incoming)) {
        return { handled: Promise.resolve(), refusal: null };
      }
      const sentence = sentenceOf(access);
      const isFirst = this.#strangers.isFirst(incoming);
      if (isFirst) this.#refuse(incoming, access.code, sentence);
      return { handled: Promise.resolve(), refusal: isFirst && sentence !== null ? "told" : "silent" };
    }
    const { platform, updateId, chat, sender } = incoming;
    const { accountId, label } = sender;
    const { id, isNew } = database.transact(clock.now(), (tx) => {
      takeName(tx, { platform, accountId }, readable(label));
      const body = incoming as unknown as JsonValue;
      return receiveUpdate(tx, { platform, updateId, chatId: chat.chatId, accountId, body });
    });
    if (!isNew) return { handled: this.#underWay.get(id) ?? Promise.resolve(), refusal: null };
    return { handled: this.wake().then(() => this.#underWay.get(id)), refusal: null };
  }

  /** Takes up what waits; resolves when each was handled or goes on beside. */
  wake(): Promise<void> {
    this.#isWokenAgain = true;
    this.#pumping ??= this.#pump();
    return this.#pumping;
  }

  /** Resolves when the messages under way have ended. */
  async idle(): Promise<void> {
    await this.#pumping;
    await Promise.all(this.#underWay.values());
  }

  async #pump(): Promise<void> {
    // The next turn of the event loop: the platform acknowledges first.
    await new Promise<void>((resolve) => setImmediate(resolve));
    try {
      while (this.#isWokenAgain) {
        this.#isWokenAgain = false;
        for (let row = this.#next(); row !== null; row = this.#next()) await this.#take(row);
      }
    } catch (error) {
      // The database failed; what waits stays there, and the next message or start takes it up.
      this.#house.report(error, { doing: "inbox" });
    } finally {
      // In the same breath as the last look: a wake after it starts anew.
      this.#pumping = null;
    }
  }

  #next(): InboxRow | null {
    const { closed, database } = this.#house;
    if (closed.aborted) return null;
    const limit = 1 + this.#underWay.size + this.#stuck.size;
    const waiting = database.read((reader) => waitingInbox(reader, limit));
    return waiting.find(({ id }) => !this.#underWay.has(id) && !this.#stuck.has(id)) ?? null;
  }

  async #take({ id, body, receivedAt }: InboxRow): Promise<void> {
    const { clock } = this.#house;
    const handling = dispatch(this.#house, { inboxId: id, incoming: body as unknown as Incoming, receivedAt })
      .catch((error: unknown) => this.#giveUp(id, error))
      .finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, handling);
    let cancel = (): void => {};
    const patience = new Promise<void>((resolve) => {
      cancel = clock.after(BESIDE_MS, resolve);
    });
    await Promise.race([handling, patience]);
    cancel();
  }

  /** Even the refusal could not be written: the row stays, and the next start takes it up again. */
  #giveUp(id: number, error: unknown): void {
    this.#stuck.add(id);
    this.#house.report(error, { inbox: id });
  }

  #refuse(incoming: Incoming, code: AccessRefusal, sentence: string | null): void {
    const { clock, database, wake } = this.#house;
    const { platform, chat, sender, oddities } = incoming;
    const actor: Actor = { kind: "stranger", platform, accountId: sender.accountId };
    const label = sender.label.slice(0, LONGEST_LABEL);
    const facts = { platform, accountId: sender.accountId, label, code, oddity: oddities[0] ?? null };
    database.transact(clock.now(), (tx) => {
      const summary = `${sender.accountId} on ${platform} was refused (${code}).`;
      tx.audit({ category: "security", type: "stranger_refused", actor, summary, facts });
      if (code === "stranger")
        insertNotice(tx, { kind: "stranger_refused", level: "info", topic: "alerts", facts });
      if (sentence === null) return;
      sendLater(tx, {
        chat,
        card: problem(sentence),
        nonce: newNonce(this.#house),
        answers: incoming.updateId,
        dueAt: tx.now,
      });
    });
    wake();
  }

  #auditSilenced({ accountId, platform, count }: Silenced): void {
    const { clock, closed, database } = this.#house;
    if (closed.aborted) return;
    database.transact(clock.now(), (tx) => {
      tx.audit({
        category: "security",
        type: "strangers_silenced",
        actor: { kind: "stranger", platform, accountId: accountId || "many" },
        summary: `${count} more message${count === 1 ? "" : "s"} from ${accountId || "many accounts"} on ${platform} went unanswered.`,
        facts: { platform, accountId, count },
      });
    });
  }
}
