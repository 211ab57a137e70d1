/** How far a command is, in one message that is edited about once a second; nothing of it outlives the process. */

import { messageShowing } from "../../db/deliveries.ts";
import { card, progress as progressBlock, say, text } from "./message.ts";
import type { Replaced } from "./stored-card.ts";
import type { House, Turn } from "./turn.ts";

/** A command that answers sooner shows nothing. */
const QUIET_MS = 1_000;
const BETWEEN_MS = 1_000;

export class ProgressMessage {
  readonly #house: House;
  readonly #turn: Turn;
  readonly #title: string;
  #latest: { share: number; label: string } | null = null;
  /** The message that the command was pressed on, if it is redrawn in place. */
  readonly #pressed: string | null;
  #message: string | null;
  #cancel: () => void;
  #isEnded = false;
  #isShowing = false;

  constructor(house: House, turn: Turn, command: string) {
    this.#house = house;
    this.#turn = turn;
    this.#title = `/${command}`;
    this.#pressed = messageOf(house, turn.replaces);
    this.#message = this.#pressed;
    this.#cancel = house.clock.after(QUIET_MS, () => void this.#show());
  }

  report(share: number, label: string): void {
    this.#latest = { share: Math.min(1, Math.max(0, share)), label };
  }

  /** The message that the answer takes the place of; none while an edit is on its way, which could arrive after it. */
  replaced(): Replaced | null {
    if (this.#isShowing) return null;
    return this.#message === this.#pressed || this.#message === null
      ? this.#turn.replaces
      : { message: this.#message };
  }

  end(): void {
    this.#isEnded = true;
    this.#cancel();
  }

  async #show(): Promise<void> {
    const { chat, updateId } = this.#turn.taken.incoming;
    const latest = this.#latest;
    const body = latest === null ? text("Working…") : progressBlock(latest.label, latest.share);
    const shown = card({ title: this.#title, body: [body] });
    this.#isShowing = true;
    this.#message = (await this.#house.showNow(chat, this.#message, shown, updateId)) ?? this.#message;
    this.#isShowing = false;
    if (this.#isEnded) return this.#leave();
    this.#cancel = this.#house.clock.after(BETWEEN_MS, () => void this.#again(latest));
  }

  /** The answer was sent as a message of its own meanwhile. */
  async #leave(): Promise<void> {
    const { chat } = this.#turn.taken.incoming;
    if (this.#message !== null)
      await this.#house.showNow(chat, this.#message, say(`${this.#title} was answered below.`), null);
  }

  #again(shown: { share: number; label: string } | null): void {
    if (this.#latest !== shown) return void this.#show();
    this.#cancel = this.#house.clock.after(BETWEEN_MS, () => void this.#again(shown));
  }
}

function messageOf({ database }: House, replaces: Replaced | null): string | null {
  if (replaces === null) return null;
  if ("message" in replaces) return replaces.message;
  return database.read((reader) => messageShowing(reader, replaces.delivery));
}
