/** What the platforms took from the bot: for every chat, how many cards were shown there, new or in the place of old ones. */
import type { TwoPlatforms } from "./two-platforms.ts";

export type Chat = `${"telegram" | "discord"} ${string}`;

const CARD_CALLS = /^(sendMessage|sendPhoto|editMessageText|editMessageMedia)$/;
/** A dialogue's own questions are no deliveries: they may be lost, and are then asked again. */
const DIALOGUE_BUTTON = '"ask.';

export class Arrivals {
  readonly #platforms: TwoPlatforms;
  readonly #counts = new Map<Chat, number>();
  readonly #channels = new Map<string, string>();
  #history = 0;
  #refusals = 0;
  #calls = 0;
  #interactions = 0;

  constructor(platforms: TwoPlatforms) {
    this.#platforms = platforms;
  }

  /** As of now: calls that are still being carried out are not looked at again. */
  counts(): ReadonlyMap<Chat, number> {
    this.#lookAtTelegram();
    this.#lookAtDiscord();
    return this.#counts;
  }

  #lookAtTelegram(): void {
    const { history, refusals } = this.#platforms.telegram;
    for (; this.#history < history.length; this.#history++) {
      const { method, parameters } = history[this.#history]!;
      const markup = parameters["reply_markup"];
      const written = typeof markup === "string" ? markup : JSON.stringify(markup ?? {});
      if (CARD_CALLS.test(method) && !written.includes(DIALOGUE_BUTTON))
        this.#add(`telegram ${String(parameters["chat_id"])}`);
    }
    for (; this.#refusals < refusals.length; this.#refusals++) {
      const { description, method, parameters } = refusals[this.#refusals]!;
      // The card was there already.
      if (CARD_CALLS.test(method) && description.includes("not modified"))
        this.#add(`telegram ${String(parameters["chat_id"])}`);
    }
  }

  #lookAtDiscord(): void {
    const { calls, interactions } = this.#platforms.discord;
    for (; this.#interactions < interactions.length; this.#interactions++) {
      const { channel, token } = interactions[this.#interactions]!.facts;
      this.#channels.set(token, channel.id);
    }
    for (; this.#calls < calls.length; this.#calls++) {
      const { hasEffect, method, path } = calls[this.#calls]!;
      if (!hasEffect || (method !== "POST" && method !== "PATCH")) continue;
      const [, posted] = /^\/channels\/(\d+)\/messages(?:\/\d+)?$/.exec(path) ?? [];
      const [, token] = /^\/webhooks\/\d+\/([^/]+)(?:\/messages\/[^/]+)?$/.exec(path) ?? [];
      const channel = posted ?? (token === undefined ? undefined : this.#channels.get(token));
      if (channel !== undefined) this.#add(`discord ${channel}`);
    }
  }

  #add(chat: Chat): void {
    this.#counts.set(chat, (this.#counts.get(chat) ?? 0) + 1);
  }
}
