/** What people do in a burst: type commands that change something or only ask, press buttons, and go through dialogues. */

import type { Random } from "../src/core/random.ts";
import type { SystemState } from "../src/core/state.ts";
import type { Interaction } from "../test/support/discord/interaction.ts";
import type { TwoPlatforms } from "./two-platforms.ts";

export interface Deed {
  readonly platform: "telegram" | "discord";
  readonly updateId: string;
  /** A press that opens a dialogue asks for more and is no command yet. */
  readonly kind: "line" | "press" | "opening" | "answer";
  readonly command: string | null;
  /** Of this deed alone, where the command takes words. */
  readonly tag: string | null;
  /** Of this deed alone, where it asks for a price alert. */
  readonly priceTicks: number | null;
  readonly interaction: Interaction | null;
}

export interface Situation {
  readonly state: SystemState;
  readonly priceAlerts: readonly number[];
}

interface Line {
  readonly command: string;
  readonly values: Readonly<Record<string, string>>;
  readonly tag?: string;
  readonly priceTicks?: number;
}

interface Pressed {
  readonly messageId: string;
  readonly payload: string;
  readonly label: string;
}

const PRESSED = [
  "Status",
  "Menu",
  "Ready?",
  "Locks",
  "Unlock",
  "Lift",
  "Cancel",
  "Refresh",
  "Resume",
  "Pause",
  "Start trading",
];
const OPENING = "Checked: recover…";
const CONFIRMING = ["Recover", "Recover anyway"];
/** Above what the replayed market ever reaches. */
const FIRST_PRICE_TICKS = 3_150_000;
const MOST_PRICE_ALERTS = 10;
const MODAL_PATIENCE_MS = 500;
const STOP_CHANCE = 0.1;

export class ChatDeeds {
  readonly done: Deed[] = [];
  readonly #platforms: TwoPlatforms;
  readonly #random: Random;
  #count = 0;

  constructor(platforms: TwoPlatforms, random: Random) {
    this.#platforms = platforms;
    this.#random = random;
  }

  /** Somebody does something on Telegram, where the first person keeps to stopping and recovering. */
  onTelegram(place: number, situation: Situation): void {
    const { onTelegram, telegram } = this.#platforms;
    const person = onTelegram[place]!;
    const newest = telegram.messages(person.id).findLast(({ isFromBot }) => isFromBot);
    const buttons = (newest?.buttons.flat() ?? []).flatMap(({ data, label }) =>
      data === undefined ? [] : [{ messageId: String(newest!.id), payload: data, label }],
    );
    if (place === 0 && buttons.some(({ payload }) => payload.startsWith("ask."))) {
      const tag = this.#tag();
      const { updateId } = telegram.say(person, person.id, tag);
      this.#note({ platform: "telegram", updateId: String(updateId), kind: "answer", tag });
      return;
    }
    const chosen = place === 0 ? this.#guiding(buttons, situation) : this.#chosen(buttons, situation);
    if (chosen === null) return;
    if ("payload" in chosen) {
      this.#pressOnTelegram(place, chosen);
      return;
    }
    const words = Object.values(chosen.values).join(" ");
    const { updateId } = telegram.say(person, person.id, `/${chosen.command} ${words}`.trim());
    this.#note({ platform: "telegram", updateId: String(updateId), kind: "line", ...chosen });
    if (this.#random.next() < 0.1) telegram.redeliver(updateId);
  }

  onDiscord(place: number, situation: Situation): void {
    const { discord, onDiscord } = this.#platforms;
    const person = onDiscord[place]!;
    const channel = discord.directChannel(person);
    const newest = discord.messages(channel.id).findLast(({ isThinking }) => !isThinking);
    const buttons = (newest?.buttons.flat() ?? []).flatMap(({ customId, label }) =>
      customId === null ? [] : [{ messageId: newest!.id, payload: customId, label }],
    );
    const chosen = place === 0 ? this.#guiding(buttons, situation) : this.#chosen(buttons, situation);
    if (chosen === null) return;
    if (!("payload" in chosen)) {
      const interaction = discord.command(person, channel, chosen.command, chosen.values);
      this.#note({ platform: "discord", updateId: interaction.id, kind: "line", ...chosen, interaction });
      if (this.#random.next() < 0.1) discord.redeliver(interaction);
      return;
    }
    const { label, messageId, payload } = chosen;
    const interaction = discord.press(person, channel, messageId, payload);
    const kind = label.endsWith(OPENING) ? "opening" : "press";
    this.#note({ platform: "discord", updateId: interaction.id, kind, interaction });
    if (kind === "opening") void this.#fill(place, interaction, payload);
  }

  #pressOnTelegram(place: number, { label, messageId, payload }: Pressed): void {
    const { onTelegram, telegram } = this.#platforms;
    const person = onTelegram[place]!;
    // An update of a kind the bot did not ask for is dropped, and tells the number before the next.
    const updateId = telegram.update({ my_chat_member: {} } as never) + 1;
    telegram.press(person, person.id, Number(messageId), payload);
    const kind = label.endsWith(OPENING) ? "opening" : "press";
    this.#note({ platform: "telegram", updateId: String(updateId), kind });
  }

  /** The modal's answer, if the bot lives to show it. */
  async #fill(place: number, interaction: Interaction, payload: string): Promise<void> {
    const { discord, onDiscord } = this.#platforms;
    const person = onDiscord[place]!;
    const modal = await interaction.modal(MODAL_PATIENCE_MS).catch(() => null);
    const input = modal?.inputs[0];
    if (input === undefined) return;
    const tag = this.#tag();
    const channel = discord.directChannel(person);
    const submitted = discord.submitModal(person, channel, payload, { [input.customId]: tag });
    this.#note({ platform: "discord", updateId: submitted.id, kind: "answer", tag, interaction: submitted });
  }

  /** The way out of an emergency stop, one step at a time, and now and then into one. */
  #guiding(buttons: readonly Pressed[], { state }: Situation): Line | Pressed | null {
    if (state !== "EMERGENCY_STOP")
      return this.#random.next() < STOP_CHANCE ? this.#tagged("stop", "reason") : null;
    const confirming = buttons.find(({ label }) => CONFIRMING.some((end) => label.endsWith(end)));
    const opening = buttons.find(({ label }) => label.endsWith(OPENING));
    return confirming ?? opening ?? { command: "recover", values: {} };
  }

  #chosen(buttons: readonly Pressed[], { priceAlerts, state }: Situation): Line | Pressed {
    const random = this.#random;
    const pressable = buttons.filter(({ label }) => PRESSED.some((end) => label.endsWith(end)));
    const at = random.next();
    if (at < 0.3 && pressable.length > 0) return pressable[random.integer(pressable.length)]!;
    if (at < 0.6) return this.#tagged("lock", "reason", { minutes: "5" });
    if (at < 0.75) {
      const isMeant = random.next() < 0.8;
      return this.#tagged((state === "RUNNING") === isMeant ? "pause" : "resume", "reason");
    }
    if (at < 0.85) return this.#priceAlert(priceAlerts);
    return { command: at < 0.95 ? "whoami" : "locks", values: {} };
  }

  #priceAlert(waiting: readonly number[]): Line {
    if (waiting.length >= MOST_PRICE_ALERTS) {
      const number = String(waiting[this.#random.integer(waiting.length)]);
      return { command: "alerts", values: { what: "price", to: "remove", number } };
    }
    const priceTicks = FIRST_PRICE_TICKS + ++this.#count;
    return { command: "alerts", values: { what: "price", to: (priceTicks / 100).toFixed(2) }, priceTicks };
  }

  #tagged(command: string, option: string, before: Line["values"] = {}): Line {
    const tag = this.#tag();
    return { command, values: { ...before, [option]: tag }, tag };
  }

  #tag(): string {
    return `tag-${++this.#count}`;
  }

  #note(deed: Pick<Deed, "platform" | "updateId" | "kind"> & Partial<Deed> & { values?: unknown }): void {
    const {
      command = null,
      interaction = null,
      kind,
      platform,
      priceTicks = null,
      tag = null,
      updateId,
    } = deed;
    this.done.push({ command, interaction, kind, platform, priceTicks, tag, updateId });
  }
}
