/** The updates waiting for the bot: numbered, filtered by what it asked for, kept until confirmed, fetched by long polling. */
import type { Update } from "grammy/types";
import { BotApiRefusal } from "./bot-api-refusal.ts";
import type { Call } from "./call.ts";
import type { ServerTime } from "./server-time.ts";

export type UpdateKind = Exclude<keyof Update, "update_id">;

interface Waiting {
  readonly update: Update;
  /** Given again after it was confirmed: handed out once, whatever the offset says. */
  readonly isRepeat: boolean;
}

interface Poll {
  readonly limit: number;
  settle(updates: readonly Update[]): void;
  refuse(refusal: BotApiRefusal): void;
}

const NOT_BY_DEFAULT: readonly string[] = ["chat_member", "message_reaction", "message_reaction_count"];

const conflict = (reason: string) => new BotApiRefusal(409, `Conflict: ${reason}`);

export class UpdateQueue {
  readonly #time: ServerTime;
  readonly #onChange: () => void;
  readonly #past = new Map<number, Update>();
  #waiting: Waiting[] = [];
  #allowed: readonly string[] = [];
  #poll: Poll | null = null;
  #nextId = 1000;
  pollCount = 0;

  constructor(time: ServerTime, onChange: () => void) {
    this.#time = time;
    this.#onChange = onChange;
  }

  /** The kinds the bot asked for; empty for the default. */
  get allowed(): readonly string[] {
    return this.#allowed;
  }

  get isPolled(): boolean {
    return this.#poll !== null;
  }

  /** How many updates the bot has not confirmed. */
  get size(): number {
    return this.#waiting.length;
  }

  has(updateId: number): boolean {
    return this.#waiting.some(({ update }) => update.update_id === updateId);
  }

  allow(kinds: unknown): void {
    if (Array.isArray(kinds)) this.#allowed = kinds.map(String);
  }

  /** Queues an update, or drops it where the bot did not ask for its kind; its id either way. */
  push(content: Partial<Update>): number {
    const update: Update = { ...content, update_id: content.update_id ?? this.#nextId++ };
    this.#nextId = Math.max(this.#nextId, update.update_id + 1);
    if (this.#isWanted(update)) {
      this.#past.set(update.update_id, update);
      this.#waiting.push({ update, isRepeat: false });
      this.#serve();
    }
    return update.update_id;
  }

  /** Gives an update once more, with the same id, as Telegram does when it missed the confirmation. */
  repeat(updateId: number): void {
    const update = this.#past.get(updateId);
    if (!update) throw new Error(`there was no update ${updateId}`);
    if (this.has(updateId)) return;
    this.#waiting.unshift({ update, isRepeat: true });
    this.#serve();
  }

  first(): Update | undefined {
    return this.#waiting[0]?.update;
  }

  confirm(updateId: number): void {
    this.#waiting = this.#waiting.filter(({ update }) => update.update_id !== updateId);
    this.#onChange();
  }

  drop(): void {
    this.#waiting = [];
    this.#onChange();
  }

  /** Waits for updates; a second poller ends the first, which is told of the conflict. */
  getUpdates(call: Call, signal: AbortSignal): Promise<readonly Update[]> {
    this.pollCount += 1;
    this.allow(call.structure("allowed_updates"));
    this.#confirmBelow(call.integer("offset") ?? 0);
    this.#poll?.refuse(
      conflict("terminated by other getUpdates request; make sure that only one bot instance is running"),
    );
    const limit = Math.min(100, Math.max(1, call.integer("limit") ?? 100));
    const timeoutMs = Math.min(50, Math.max(0, call.integer("timeout") ?? 0)) * 1000;
    if (this.#waiting.length > 0 || timeoutMs === 0) return Promise.resolve(this.#take(limit));
    return this.#wait(limit, timeoutMs, signal);
  }

  /** Ends a waiting poll with nothing. */
  hangUp(): void {
    this.#poll?.settle([]);
  }

  #wait(limit: number, timeoutMs: number, signal: AbortSignal): Promise<readonly Update[]> {
    return new Promise((resolve, reject) => {
      const end = (finish: () => void) => {
        if (this.#poll === poll) this.#poll = null;
        cancel();
        finish();
        this.#onChange();
      };
      const poll: Poll = {
        limit,
        settle: (updates) => end(() => resolve(updates)),
        refuse: (refusal) => end(() => reject(refusal)),
      };
      const cancel = this.#time.after(timeoutMs, () => poll.settle([]));
      signal.addEventListener("abort", () => poll.settle([]), { once: true });
      this.#poll = poll;
      if (signal.aborted) poll.settle([]);
      this.#onChange();
    });
  }

  #serve(): void {
    const poll = this.#poll;
    if (poll) poll.settle(this.#take(poll.limit));
    this.#onChange();
  }

  #take(limit: number): readonly Update[] {
    const taken = this.#waiting.slice(0, limit);
    this.#waiting = this.#waiting.filter((each) => !(each.isRepeat && taken.includes(each)));
    return taken.map(({ update }) => update);
  }

  /** A negative offset keeps that many from the end and forgets the rest. */
  #confirmBelow(offset: number): void {
    const before = this.#waiting.length;
    if (offset < 0) this.#waiting = this.#waiting.slice(offset);
    else
      this.#waiting = this.#waiting.filter(({ update, isRepeat }) => isRepeat || update.update_id >= offset);
    if (this.#waiting.length !== before) this.#onChange();
  }

  #isWanted(update: Update): boolean {
    const kinds = Object.keys(update).filter((key) => key !== "update_id");
    return kinds.every((kind) =>
      this.#allowed.length > 0 ? this.#allowed.includes(kind) : !NOT_BY_DEFAULT.includes(kind),
    );
  }
}

export const webhookIsActive = () =>
  conflict(
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  );
