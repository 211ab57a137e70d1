/** How far a command is, in one message that is edited about once a second; nothing of it outlives the process. */

import { deliveryById } from "../../db/deliveries.ts";
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
  #message: string | null;
  #cancel: () => void;
  #isEnded = false;
  #isShowing = false;

  constructor(house: House, turn: Turn, command: string) {
    this.#house = house;
    this.#turn = turn;
    this.#title = `/${command}`;
    this.#message = messageOf(house, turn.replaces);
    this.#cancel = house.clock.after(QUIET_MS, () => void this.#show());
  }

  report(share: number, label: string): void {
    this.#latest = { share: Math.min(1, Math.max(0, share)), label };
  }

  /** The message that the answer takes the place of; none while an edit is on its way, which could arrive after it. */
  replaced(): Replaced | null {
    if (this.#isShowing) return null;
    return this.#message === null ? this.#turn.replaces : { message: this.#message };
  }

  end(): void {
    this.#isEnded = true;
    this.#cancel();
  }

  async #show(): Promise<void> {
    const { chat } = this.#turn.taken.incoming;
    const latest = this.#latest;
    const body = latest === null ? text("Working…") : progressBlock(latest.label, latest.share);
    const shown = card({ title: this.#title, body: [body] });
    this.#isShowing = true;
    this.#message = (await this.#house.showNow(chat, this.#message, shown)) ?? this.#message;
    this.#isShowing = false;
    if (this.#isEnded) return this.#leave();
    this.#cancel = this.#house.clock.after(BETWEEN_MS, () => void this.#again(latest));
  }

  /** The answer was sent as a message of its own meanwhile. */
  async #leave(): Promise<void> {
    const { chat } = this.#turn.taken.incoming;
    if (this.#message !== null)
      await this.#house.showNow(chat, this.#message, say(`${this.#title} was answered below.`));
  }

  #again(shown: { share: number; label: string } | null): void {
    if (this.#latest !== shown) return void this.#show();
    this.#cancel = this.#house.clock.after(BETWEEN_MS, () => void this.#again(shown));
  }
}

function messageOf({ database }: House, replaces: Replaced | null): string | null {
  if (replaces === null) return null;
  if ("message" in replaces) return replaces.message;
  return database.read((reader) => deliveryById(reader, replaces.delivery)?.externalId) ?? null;
}
