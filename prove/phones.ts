/** People on one of the two platforms: what they ask, press and hear. */
import type { SeenMessage } from "../test/support/discord/seen-message.ts";
import type { TwoPlatforms } from "./two-platforms.ts";

const ANSWER_TIMEOUT_MS = 10_000;

export class Phones {
  readonly #platforms: TwoPlatforms;
  readonly #name: "telegram" | "discord";

  constructor(platforms: TwoPlatforms, name: "telegram" | "discord") {
    this.#platforms = platforms;
    this.#name = name;
  }

  /** Resolves when the answer is there; rejects when it does not come. */
  async ask(place: number, line: string): Promise<void> {
    const { discord, onDiscord, onTelegram, telegram } = this.#platforms;
    if (this.#name === "telegram") {
      const person = onTelegram[place]!;
      const { messageId } = telegram.say(person, person.id, line);
      await telegram.nextMessage(person.id, messageId, ANSWER_TIMEOUT_MS);
      return;
    }
    const [name = "", ...words] = line.slice(1).split(" ");
    const values = words.length === 0 ? {} : { reason: words.join(" ") };
    const person = onDiscord[place]!;
    await discord.command(person, discord.directChannel(person), name, values).response(ANSWER_TIMEOUT_MS);
  }

  /** Presses Refresh on the person's newest card. */
  refresh(place: number): void {
    const { discord, onDiscord, onTelegram, telegram } = this.#platforms;
    const isRefresh = (label: string | null): boolean => label?.endsWith("Refresh") === true;
    if (this.#name === "telegram") {
      const person = onTelegram[place]!;
      const card = telegram
        .messages(person.id)
        .findLast(({ buttons }) => buttons.flat().some((one) => isRefresh(one.label)))!;
      telegram.tap(
        person,
        person.id,
        card.id,
        card.buttons.flat().find((one) => isRefresh(one.label))!.label,
      );
      return;
    }
    const person = onDiscord[place]!;
    const channel = discord.directChannel(person);
    const card = discord
      .messages(channel.id)
      .findLast(({ buttons }) => buttons.flat().some((one) => isRefresh(one.label)))!;
    discord.press(
      person,
      channel,
      card.id,
      card.buttons.flat().find((one) => isRefresh(one.label))!.customId!,
    );
  }

  /** What those who hear of everything read, oldest first. */
  heard(): readonly string[] {
    const { discord, hall, listener, telegram } = this.#platforms;
    if (this.#name === "telegram")
      return telegram.messages(listener.id).flatMap(({ isFromBot, text }) => (isFromBot ? [text] : []));
    return discord.messages(hall.id).map(wordsOf);
  }
}

const wordsOf = ({ content, embeds }: SeenMessage): string =>
  [content, ...embeds.map((embed) => JSON.stringify(embed))].join("\n");
