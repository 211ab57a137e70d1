/** A platform that takes every card and keeps it, as the outbox hands it over. */
import type { ChatRef } from "../../src/chat/house-capabilities.ts";
import type { Incoming, Outgoing, Platform, PlatformHandlers } from "../../src/chat/platform.ts";

export class KeepingPlatform implements Platform {
  readonly hasImages = true;
  readonly pace = { overall: [], perChat: () => [] };
  readonly cards: Outgoing[] = [];
  readonly name: "telegram" | "discord";
  #handlers: PlatformHandlers | null = null;
  #updates = 0;

  constructor(name: "telegram" | "discord") {
    this.name = name;
  }

  async connect(handlers: PlatformHandlers): Promise<void> {
    this.#handlers = handlers;
    handlers.onStatus(true, "connected");
  }

  async send(_chat: ChatRef, message: Outgoing): Promise<string> {
    this.cards.push(message);
    return String(this.cards.length);
  }

  async edit(_chat: ChatRef, externalId: string, message: Outgoing): Promise<string> {
    this.cards.push(message);
    return externalId;
  }

  async remove(): Promise<void> {}
  async showMenus(): Promise<void> {}

  async close(): Promise<void> {
    this.#handlers = null;
  }

  /** The card that answers; the last of them where a long command showed its progress first. */
  async ask(incoming: Omit<Incoming, "platform" | "updateId" | "oddities">): Promise<Outgoing> {
    const updateId = `u${++this.#updates}`;
    await this.#handlers?.receive({ ...incoming, platform: this.name, updateId, oddities: [] }).done;
    const answer = this.cards.findLast(({ answers }) => answers === updateId);
    if (answer === undefined) throw new Error(`Nothing answers ${JSON.stringify(incoming.content)}.`);
    return answer;
  }

  /** The newest card of that title. */
  told(title: RegExp): Outgoing {
    const found = this.cards.findLast((card) => title.test(card.title ?? ""));
    if (found === undefined) throw new Error(`No card on ${this.name} is titled ${title}.`);
    return found;
  }
}
