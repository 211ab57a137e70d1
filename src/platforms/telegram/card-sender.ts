/** Puts cards into chats as Telegram messages, changes them in their place, and takes them away. Throws DeliveryError alone. */
import { type Api, InputFile } from "grammy";
import type { InlineKeyboardMarkup } from "grammy/types";
import type { ChatRef } from "../../chat/house-capabilities.ts";
import type { Outgoing } from "../../chat/platform.ts";
import type { Clock } from "../../core/clock.ts";
import { cardText } from "./card-text.ts";
import { deliveryError, isGone, isMarkupRefused, isNotModified, isPictureRefused } from "./failure.ts";
import { keyboardOf } from "./keyboard.ts";
import { nameOf, type Part, partsOf } from "./message-name.ts";
import { LONGEST_CAPTION, LONGEST_TEXT, pagesOf } from "./pages.ts";
import type { Written } from "./written.ts";

export interface CardSenderOptions {
  readonly api: Api;
  readonly token: string;
  readonly clock: Clock;
  readonly warn: (message: string, facts: Readonly<Record<string, string | number>>) => void;
}

/** What a chat takes: a message a second. */
const BETWEEN_PAGES_MS = 1_050;

/** One Telegram message of a card. */
interface Page {
  readonly text: Written;
  readonly image: Uint8Array | null;
  readonly keyboard: InlineKeyboardMarkup | undefined;
}

type Marked = { readonly parse_mode?: "HTML" };

export class CardSender {
  readonly #api: Api;
  readonly #options: CardSenderOptions;

  constructor(options: CardSenderOptions) {
    this.#api = options.api;
    this.#options = options;
  }

  send(chat: ChatRef, message: Outgoing): Promise<string> {
    return this.#attempt(message, (each) => this.#post(chat, each));
  }

  /** In its place where that can be; a photo cannot become a text again, nor one message two. */
  edit(chat: ChatRef, name: string, message: Outgoing): Promise<string> {
    return this.#attempt(message, async (each) => {
      const parts = partsOf(name);
      const pages = pagesFor(each);
      const fits = pages.every(({ image }, index) => image !== null || parts[index]?.isPhoto === false);
      if (!fits || pages.length !== parts.length) return this.#replace(chat, parts, each);
      for (const [index, page] of pages.entries()) await this.#change(chat, parts[index]!.id, page);
      return nameOf(pages.map(({ image }, index) => ({ id: parts[index]!.id, isPhoto: image !== null })));
    });
  }

  async remove(chat: ChatRef, name: string): Promise<void> {
    try {
      for (const { id } of partsOf(name)) await this.#delete(chat, id);
    } catch (error) {
      throw deliveryError(error, this.#options.token);
    }
  }

  /** A card whose picture is refused is shown without it: its caption says the same. */
  async #attempt(message: Outgoing, show: (message: Outgoing) => Promise<string>): Promise<string> {
    try {
      return await show(message);
    } catch (error) {
      if (message.image === null || !isPictureRefused(error)) throw deliveryError(error, this.#options.token);
      this.#warn("Telegram refused a card's picture", error);
      return this.#attempt({ ...message, image: null }, show);
    }
  }

  async #post(chat: ChatRef, message: Outgoing): Promise<string> {
    const parts: Part[] = [];
    try {
      for (const page of pagesFor(message)) {
        if (parts.length > 0) await this.#options.clock.sleep(BETWEEN_PAGES_MS);
        const id = await this.#postPage(chat, page, message.isSilent || parts.length > 0);
        parts.push({ id, isPhoto: page.image !== null });
      }
      return nameOf(parts);
    } catch (error) {
      // The next attempt sends the card from its beginning.
      await this.#takeBack(chat, parts);
      throw error;
    }
  }

  /** The new one first: nothing is lost when it cannot be sent. */
  async #replace(chat: ChatRef, parts: readonly Part[], message: Outgoing): Promise<string> {
    const name = await this.#post(chat, message);
    await this.#takeBack(chat, parts);
    return name;
  }

  async #takeBack(chat: ChatRef, parts: readonly Part[]): Promise<void> {
    for (const { id } of parts) {
      await this.#delete(chat, id).catch((error: unknown) => this.#warn("a message stayed behind", error));
    }
  }

  async #postPage(chat: ChatRef, { image, keyboard, text }: Page, isSilent: boolean): Promise<number> {
    const { chatId, threadId } = chat;
    const common = {
      ...(threadId === "" ? {} : { message_thread_id: Number(threadId) }),
      ...(isSilent ? { disable_notification: true } : {}),
      ...(keyboard === undefined ? {} : { reply_markup: keyboard }),
    };
    const sent = await this.#marked<{ message_id: number }>(text, (words, mode) =>
      image === null
        ? this.#api.sendMessage(chatId, words, { ...common, ...mode, ...NO_PREVIEW })
        : this.#api.sendPhoto(chatId, fileOf(image), { ...common, ...mode, ...captionOf(words) }),
    );
    return sent.message_id;
  }

  async #change({ chatId }: ChatRef, id: number, { image, keyboard, text }: Page): Promise<void> {
    const markup = keyboard === undefined ? {} : { reply_markup: keyboard };
    try {
      await this.#marked(text, (words, mode) =>
        image === null
          ? this.#api.editMessageText(chatId, id, words, { ...markup, ...mode, ...NO_PREVIEW })
          : this.#api.editMessageMedia(chatId, id, photoOf(image, words, mode), markup),
      );
    } catch (error) {
      if (!isNotModified(error)) throw error;
    }
  }

  async #delete({ chatId }: ChatRef, id: number): Promise<void> {
    try {
      await this.#api.deleteMessage(chatId, id);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  /** With its markup, or plainly where Telegram cannot read that. */
  async #marked<Result>(
    { html, plain }: Written,
    call: (words: string, mode: Marked) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await call(html, { parse_mode: "HTML" });
    } catch (error) {
      if (!isMarkupRefused(error)) throw error;
      this.#warn("Telegram refused a card's markup", error);
      return call(plain, {});
    }
  }

  #warn(message: string, error: unknown): void {
    this.#options.warn(message, { error: deliveryError(error, this.#options.token).message });
  }
}

/** A message must hold something. */
const NOTHING: Written = { html: "…", plain: "…" };

function pagesFor(message: Outgoing): readonly Page[] {
  const { buttons, image } = message;
  const texts = pagesOf(cardText(message), image === null ? LONGEST_TEXT : LONGEST_CAPTION);
  const keyboard = keyboardOf(buttons);
  return texts.map((text, index) => ({
    text: text.plain.trim() === "" && (index > 0 || image === null) ? NOTHING : text,
    image: index === 0 ? image : null,
    keyboard: index === texts.length - 1 ? keyboard : undefined,
  }));
}

const NO_PREVIEW = { link_preview_options: { is_disabled: true } } as const;

const fileOf = (image: Uint8Array): InputFile => new InputFile(image, "card.png");

const captionOf = (words: string) => (words.trim() === "" ? {} : { caption: words });

const photoOf = (image: Uint8Array, words: string, mode: Marked) =>
  ({ type: "photo", media: fileOf(image), ...captionOf(words), ...mode }) as const;
