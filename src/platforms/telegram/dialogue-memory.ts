/**
 * What is remembered of somebody's dialogue: where it stands, and which updates it took. A redelivered one is known again,
 * even after the end, so that no answer is ever taken twice or read as a command.
 */
import type { ConversationData, VersionedState } from "@grammyjs/conversations";
import type { DialogueStore } from "../../chat/platform.ts";
import type { Clock } from "../../core/clock.ts";
import type { Arrival } from "./arrival.ts";

/** A question that nobody answered for so long is no longer open. */
const OPEN_MS = 5 * 60_000;
/** More than the longest dialogue takes between two confirmations. */
const MOST_TAKEN = 50;

type State = VersionedState<ConversationData>;

interface Remembered {
  readonly state: State | null;
  /** The updates that it took, newest last. */
  readonly taken: readonly string[];
  /** Of the last question, epoch ms. */
  readonly askedAt: number;
}

const NOTHING: Remembered = { state: null, taken: [], askedAt: 0 };

/** One person's in one chat and topic, while one update is handled. */
export class DialogueMemory {
  readonly #store: DialogueStore;
  readonly #clock: Clock;
  readonly #key: string;
  readonly #updateId: string;
  readonly #before: Remembered;
  #askedAt: number;
  #isLeftAsItWas = false;

  constructor(store: DialogueStore, clock: Clock, { incoming: { chat, sender, updateId } }: Arrival) {
    this.#store = store;
    this.#clock = clock;
    this.#key = `${chat.chatId}/${chat.threadId}/${sender.accountId}`;
    this.#updateId = updateId;
    this.#before = parsed(store.read(this.#key));
    this.#askedAt = this.#before.askedAt;
  }

  /** This update was taken before. */
  get isTaken(): boolean {
    return this.#before.taken.includes(this.#updateId);
  }

  /** What was typed into a dialogue that nobody ended is forgotten here. */
  read(): State | undefined {
    const { askedAt, state, taken } = this.#before;
    if (state === null) return undefined;
    if (this.#clock.now() - askedAt < OPEN_MS) return state;
    this.#store.write(this.#key, JSON.stringify({ state: null, taken, askedAt }));
    return undefined;
  }

  write(state: State): void {
    this.#remember(state);
  }

  delete(): void {
    this.#remember(null);
  }

  noteAsked(): void {
    this.#askedAt = this.#clock.now();
  }

  /** The update could not be handled: it comes again, and must find everything as it was. */
  leaveAsItWas(): void {
    this.#isLeftAsItWas = true;
  }

  #remember(state: State | null): void {
    if (this.#isLeftAsItWas) return;
    const taken = [...this.#before.taken, this.#updateId].slice(-MOST_TAKEN);
    this.#store.write(this.#key, JSON.stringify({ state, taken, askedAt: this.#askedAt }));
  }
}

function parsed(text: string | null): Remembered {
  if (text === null) return NOTHING;
  try {
    return { ...NOTHING, ...(JSON.parse(text) as Partial<Remembered>) };
  } catch {
    return NOTHING;
  }
}
